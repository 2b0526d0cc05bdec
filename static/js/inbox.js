/* The inbox's list by keyboard: the commands case.next, case.previous and case.open; Esc leaves the text for the list. What one
   writes is composer.js's; which key runs what is the ? sheet's (keys.js). */

const pane = document.getElementById("case-pane");
const list = document.getElementById("case-list");
const panes = document.querySelector(".panes");
const caseNumber = () => pane.querySelector("[data-case]")?.dataset.case;

/* --- the list --- */
const links = () => [...list.querySelectorAll("[data-key-row] > a.row")];

function mark(number) {
  for (const link of links()) {
    const here = link.parentElement.id === `row-${number}`;
    if (here) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
}

function walk(step) {
  const all = links();
  if (!all.length) return;
  const at = all.findIndex((link) => link.hasAttribute("aria-current"));
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (!next.hasAttribute("aria-current")) { mark(next.parentElement.id.slice(4)); next.click(); }
}

/* The case that has the focus; one that is open already takes the focus into its conversation. */
function open() {
  const link = document.activeElement.closest?.("[data-key-row] > a") ?? list.querySelector("[aria-current]") ?? links()[0];
  if (link?.hasAttribute("aria-current")) document.getElementById("conversation")?.focus();
  else link?.click();
}

const COMMANDS = { "case.next": () => walk(1), "case.previous": () => walk(-1), "case.open": open };
document.addEventListener("command", (event) => {
  const act = COMMANDS[event.detail.command];
  if (!act || !links().length) return;
  event.preventDefault();
  if (!event.detail.asking) act();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]") || !event.target.matches?.("[data-draft]")) return;
  event.target.blur();
  list.querySelector("[aria-current]")?.focus({ preventScroll: true });
}, true);

/* --- htmx: the pane was drawn anew --- */
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "case-pane" && event.target.id !== "case-pane") return;
  panes.dataset.show = "detail";
  mark(caseNumber());
  const conversation = document.getElementById("conversation");
  if (conversation) conversation.scrollTop = conversation.scrollHeight;
});
/* Sent: the keys are the list's again (htmx would leave the focus in the emptied text). */
let sent = false;
document.body.addEventListener("case-written", () => { sent = true; });
document.body.addEventListener("htmx:afterSettle", () => {
  if (!sent) return;
  sent = false;
  document.activeElement?.blur();
  list.querySelector("[aria-current]")?.focus({ preventScroll: true });
});
/* A new row must not move what one reads: the list keeps its place. */
let before = null;
const scroller = document.getElementById("case-scroll");
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id === "case-list") before = scroller.scrollTop && scroller.scrollHeight;
});
document.body.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id !== "case-list" || !before) return;
  scroller.scrollTop += scroller.scrollHeight - before;
  before = null;
});
