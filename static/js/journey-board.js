/* The journey's board: stages and touchpoints move by their handle: dragged with any pointer, stepped with the arrow keys.
   Every move is one POST; its answer is the board as the server now has it, so what stands there is what is kept. Moves
   made while one is under way wait for it. Without script the handle's menu does the same. */

const STARTS = 6; // pixels: less is a click on the handle
const EDGE = 60; // pixels from the window's edge where dragging scrolls
const STEPS = {
  stage: { ArrowLeft: "back", ArrowUp: "back", ArrowRight: "forth", ArrowDown: "forth" },
  touchpoint: { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "back", ArrowRight: "forth" },
};

/* --- one move after the other --- */
let last = Promise.resolve();

function move(url, values) {
  last = last.then(() => window.htmx.ajax("POST", url, { target: "#board", swap: "outerHTML", values }));
}

document.body.addEventListener("htmx:afterSwap", () => {
  const board = document.getElementById("board");
  if (!board?.dataset.moved) return;
  document.querySelector("[data-board-said]").textContent = board.dataset.said;
  document.getElementById(`grip-${board.dataset.moved}`)?.focus();
});

/* --- keys --- */
const thing = (grip) => grip.closest(grip.dataset.grip === "stage" ? "[data-board-stage]" : "[data-board-card]");

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const step = STEPS[grip.dataset.grip][event.key];
  if (!step) return;
  event.preventDefault();
  move(thing(grip).dataset.moveUrl, { step });
});

/* --- dragging --- */
let drag = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button !== 0 || !event.isPrimary) return;
  drag = { grip, what: thing(grip), x: event.clientX, y: event.clientY, begun: false };
  grip.setPointerCapture(event.pointerId);
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
  if (!drag.begun && far < STARTS) return;
  if (!drag.begun) begin();
  event.preventDefault();
  drag.ghost.style.translate = `${event.clientX - drag.x}px ${event.clientY - drag.y}px`;
  scrollAtEdge(event.clientY);
  (drag.grip.dataset.grip === "stage" ? overStage : overList)(event.clientX, event.clientY);
});

function begin() {
  const { what } = drag;
  const box = what.getBoundingClientRect();
  Object.assign(drag, { begun: true, home: what.parentElement, next: what.nextElementSibling, ghost: what.cloneNode(true) });
  for (const named of [drag.ghost, ...drag.ghost.querySelectorAll("[id]")]) named.removeAttribute("id");
  drag.ghost.inert = true;
  drag.ghost.classList.add("board-ghost");
  Object.assign(drag.ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
  document.body.append(drag.ghost);
  what.classList.add("is-dragged");
}

function scrollAtEdge(y) {
  if (y < EDGE) window.scrollBy(0, -12);
  else if (y > window.innerHeight - EDGE) window.scrollBy(0, 12);
}

function overList(x, y) {
  const under = document.elementFromPoint(x, y);
  const stage = under?.closest("[data-board-stage]");
  if (!stage) return;
  const list = stage.querySelector("[data-board-list]");
  const after = [...list.children].find((card) => card !== drag.what && y < middle(card).y);
  if (after !== drag.what.nextElementSibling || list !== drag.what.parentElement) list.insertBefore(drag.what, after ?? null);
}

function overStage(x, y) {
  const stage = document.elementFromPoint(x, y)?.closest("[data-board-stage]");
  if (!stage || stage === drag.what) return;
  const own = drag.what.getBoundingClientRect();
  const { x: across, y: down } = middle(stage);
  const beside = Math.abs(stage.getBoundingClientRect().top - own.top) < 8;
  const later = beside ? x > across : y > down;
  stage[later ? "after" : "before"](drag.what);
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

function end(keep) {
  if (!drag) return;
  const { begun, ghost, what, home, next } = drag;
  const isStage = drag.grip.dataset.grip === "stage";
  drag = null;
  if (!begun) return;
  ghost.remove();
  what.classList.remove("is-dragged");
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
  if (!keep) return home.insertBefore(what, next);
  if (what.parentElement === home && what.nextElementSibling === next) return;
  const before = what.nextElementSibling?.dataset[isStage ? "boardStage" : "boardCard"] ?? "";
  const stage = isStage ? {} : { stage: what.closest("[data-board-stage]").dataset.boardStage };
  move(what.dataset.moveUrl, { ...stage, before });
}

/* The click that ends a drag is no click on the handle. */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener("pointerup", () => end(true));
document.addEventListener("pointercancel", () => end(false));
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag?.begun) end(false); });
