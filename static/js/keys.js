/* The keyboard. What is bound is what the sheet behind ? shows (nps_platform/tenancy/shortcuts.py): a key runs a command. A
   command is offered to the page's scripts (event "command", taken by preventDefault; with detail.asking they only say whether
   they would), else clicks the element that carries it as data-command. Beside it <a|button data-key="r"> of single pages is
   clicked by its key, and data-key-list marks rows that j and k walk through (the row's first link takes the focus). */

const typing = (element) => element.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
const mac = /mac|iphone|ipad/i.test(navigator.platform);
const sheet = document.getElementById("keys");
const bound = new Map();
for (const line of sheet?.querySelectorAll("[data-shortcut]") ?? []) {
  for (const key of line.dataset.keys.split(" ")) bound.set(key, line.dataset.shortcut);
  if (mac) for (const face of line.querySelectorAll("kbd")) if (face.previousElementSibling === null && line.dataset.keys.startsWith("Mod+")) face.textContent = "⌘";
}

/* What was typed, by its meaning: "Mod+k", "?", "j". Empty where it is none of ours: AltGr and Option type, they don't command. */
function keyOf(event) {
  const types = event.getModifierState("AltGraph") || (event.altKey && !/^[a-z0-9]$/i.test(event.key));
  if (mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey && !types) return `Mod+${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
  if (!types && (event.ctrlKey || event.metaKey || event.altKey)) return "";
  return event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
}

const shown = (element) => element.offsetParent !== null;

function run(command) {
  if (!document.dispatchEvent(new CustomEvent("command", { cancelable: true, detail: { command, asking: false } }))) return true;
  const target = [...document.querySelectorAll(`[data-command="${CSS.escape(command)}"]`)].find(shown);
  if (target) press(target);
  return Boolean(target);
}

function press(target) {
  target.click();
  if (target.matches("input, textarea, summary")) target.focus();
}

document.addEventListener("run-command", (event) => run(event.detail));
/* <button data-run="palette"> does by pointer what a key does. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-run]");
  if (!button) return;
  button.closest("[popover]:popover-open")?.hidePopover();
  run(button.dataset.run);
});

/* --- what every page can do --- */
function walk(step) {
  const rows = [...document.querySelectorAll("[data-key-list] [data-key-row]")];
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement) || row.hasAttribute("aria-current"));
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const from = focused >= 0 ? focused : here;
  const next = rows[Math.min(Math.max(from + step, 0), rows.length - 1)];
  (next.matches("a, button") ? next : next.querySelector("a, button"))?.focus();
  next.scrollIntoView({ block: "nearest" });
}

const COMMON = {
  keys() { if (sheet.open) sheet.close(); else sheet.showModal(); return true; },
  search() {
    const search = document.querySelector("[data-search]");
    search?.focus();
    search?.select?.();
    return Boolean(search);
  },
};
document.addEventListener("command", (event) => {
  const act = COMMON[event.detail.command];
  if (act && (event.detail.asking || act())) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const key = keyOf(event);
  const command = bound.get(key);
  if (!key || command === "close" || (typing(event.target) && !key.startsWith("Mod+"))) return;
  if (document.querySelector("dialog[open]") && command !== "keys") return;
  if (command) {
    if (key === "Enter" && event.target.closest("a, button, summary, input, label")) return;
    if (run(command)) event.preventDefault();
    return;
  }
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  const target = key.length === 1 && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (target) { event.preventDefault(); press(target); }
});

/* ⌘↵ or Ctrl-↵ sends the form one is writing in. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  event.target.closest?.("form")?.requestSubmit();
});
