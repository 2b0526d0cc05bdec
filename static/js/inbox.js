/* The inbox by keyboard: j and k open the next and previous case, r n c choose what to write, Esc leaves the text.
   What one writes is composer.js's. e f a are links with data-key (keys.js), / and ? are everywhere. */

import { restore, write } from "./composer.js";

const pane = document.getElementById("case-pane");
const list = document.getElementById("case-list");
const panes = document.querySelector(".panes");
const typing = (element) => element.closest?.("input:not([type=radio]), textarea, select, [contenteditable]");
const caseNumber = () => pane.querySelector("[data-case]")?.dataset.case;

/* --- the list --- */
const links = () => [...list.querySelectorAll("[data-key-row] > a")];

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

/* --- keys; before keys.js, which leaves alone what is handled here --- */
/* While another case is on its way, r, n and c wait for it: nobody writes into the case they just left. */
let coming = false;
let pending = "";
const KEYS = { j: () => walk(1), k: () => walk(-1), r: () => compose("reply"), n: () => compose("note"), c: () => compose("call") };

function compose(tab) {
  if (!coming) return write(tab);
  pending = tab;
  return true;
}
const isPane = (event) => event.detail.target?.id === "case-pane" && event.detail.requestConfig?.verb === "get";
document.body.addEventListener("htmx:beforeRequest", (event) => { if (isPane(event)) { coming = true; pending = ""; } });
document.body.addEventListener("htmx:afterRequest", (event) => { if (isPane(event)) coming = false; });

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && event.target.matches?.("[data-draft]")) {
    event.target.blur();
    list.querySelector("[aria-current]")?.focus({ preventScroll: true });
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (pending && event.key.length === 1) { event.preventDefault(); event.stopPropagation(); return; }
  const act = KEYS[event.key];
  if (act && act() !== false) event.preventDefault();
}, true);

/* --- htmx: the pane was drawn anew --- */
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "case-pane" && event.target.id !== "case-pane") return;
  panes.dataset.show = "detail";
  mark(caseNumber());
  restore();
  const conversation = document.getElementById("conversation");
  if (conversation) conversation.scrollTop = conversation.scrollHeight;
  coming = false;
  if (pending) { write(pending); pending = ""; }
});
/* Sent: the draft goes, and the keys are the list's again (htmx would leave the focus in the emptied text). */
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
