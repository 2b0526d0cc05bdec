/* The survey editor: questions dragged to another place, Alt+arrows on the one that is open, answers shown for the question
   that was chosen. Everything here has a button or works without. */

let dragged = null;

const itemOf = (target) => target.closest?.("[data-sort] > [data-sort-key]");

document.addEventListener("dragstart", (event) => {
  dragged = itemOf(event.target);
  if (!dragged?.draggable) { dragged = null; return; }
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.sortKey);
  dragged.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  const over = itemOf(event.target);
  if (!dragged || !over?.draggable) return;
  event.preventDefault();
  for (const item of over.parentElement.children) item.classList.toggle("is-target", item === over);
});

document.addEventListener("drop", (event) => {
  const over = itemOf(event.target);
  if (!dragged || !over?.draggable || over === dragged) return;
  event.preventDefault();
  const list = over.parentElement;
  const others = [...list.children].filter((item) => item !== dragged);
  // Dropped below its old place it takes the place of the one it was dropped on, which moves up.
  const below = dragged.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
  const to = others.indexOf(over) + (below ? 1 : 0);
  const values = { key: dragged.dataset.sortKey, to };
  window.htmx.ajax("POST", list.dataset.sort, { values, target: "#saved", swap: "innerHTML" });
});

document.addEventListener("dragend", () => {
  for (const item of document.querySelectorAll(".is-dragged, .is-target")) item.classList.remove("is-dragged", "is-target");
  dragged = null;
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key) || !event.target.closest("#outline")) return;
  const button = document.getElementById(event.key === "ArrowUp" ? "move-up" : "move-down");
  if (!button) return;
  event.preventDefault();
  button.focus();
  if (button.getAttribute("aria-disabled") !== "true") button.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.('[aria-disabled="true"]')) { event.preventDefault(); event.stopPropagation(); }
}, true);

// Only what was typed or chosen in this window is saved: another one may have changed the rest meanwhile.
const touched = document.getElementById("touched");
if (touched) {
  const names = new Set([...touched.form.elements].filter((one) => one.name && one.value !== (one.defaultValue ?? one.value)).map((one) => one.name));
  const note = (event) => { if (event?.target.name) names.add(event.target.name); touched.value = [...names].join(" "); };
  touched.disabled = false;
  note();
  for (const kind of ["input", "change"]) touched.form.addEventListener(kind, note);
}

function showAnswers() {
  const chosen = document.querySelector('select[name="after"]')?.value;
  for (const answers of document.querySelectorAll("[data-after]")) answers.hidden = answers.dataset.after !== chosen;
}
document.addEventListener("change", (event) => { if (event.target.name === "after") showAnswers(); });
showAnswers();
