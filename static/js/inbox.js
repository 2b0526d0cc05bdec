/* The inbox by keyboard: j and k open the next and previous case, r n c choose what to write, Esc leaves the text.
   What one writes is kept per case until it is sent. e f a are links with data-key (keys.js), / and ? are everywhere. */

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

/* --- what one writes --- */
const draftKey = (area, number = caseNumber()) => `draft:${location.pathname.split("/")[2]}:${number}:${area.dataset.draft}`;

function keep(area) {
  try {
    if (area.value.trim()) localStorage.setItem(draftKey(area), area.value);
    else localStorage.removeItem(draftKey(area));
  } catch { /* a full or forbidden store loses drafts, nothing else */ }
}

function restore() {
  for (const area of pane.querySelectorAll("[data-draft]")) {
    let draft = null;
    try { draft = localStorage.getItem(draftKey(area)); } catch { /* none kept */ }
    if (draft && !area.value) area.value = draft;
    grow(area);
  }
}

function forget(number, tab) {
  try { localStorage.removeItem(`draft:${location.pathname.split("/")[2]}:${number}:${tab}`); } catch { /* none kept */ }
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, window.innerHeight * 0.4)}px`;
}

function write(tab) {
  const choice = document.getElementById(`tab-${tab}`);
  if (!choice) return false;
  choice.checked = true;
  const area = pane.querySelector(`[data-draft="${tab}"]`);
  area?.focus();
  if (area) grow(area);
  return true;
}

function insert(button) {
  const form = button.closest("form");
  const area = form.querySelector("[data-draft]");
  area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
  const canned = form.querySelector("[data-canned]");
  if (canned && button.dataset.cannedId) canned.value = button.dataset.cannedId;
  button.closest("details").open = false;
  area.focus();
  const blank = area.value.match(/\{\{[^}]*\}\}|\[[^\]\n]{1,60}\]/);
  if (blank) area.setSelectionRange(blank.index, blank.index + blank[0].length);
  keep(area);
  grow(area);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-draft]")) { keep(event.target); grow(event.target); }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  event.preventDefault();
  insert(button);
});

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
document.body.addEventListener("case-written", (event) => { forget(event.detail.case, event.detail.tab); sent = true; });
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

restore();
