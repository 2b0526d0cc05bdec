/* Keys everywhere: / goes to the page's search, ? shows the list. A page's own keys: <a|button data-key="r"> is clicked
   by its key; data-key-list marks rows that j and k walk through (the row's first link takes the focus). */

const typing = (element) => element.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

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

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?") {
    const keys = document.getElementById("keys");
    if (keys) { event.preventDefault(); if (keys.open) keys.close(); else keys.showModal(); }
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select?.(); }
    return;
  }
  if (event.key === "j" || event.key === "k") return walk(event.key === "j" ? 1 : -1);
  const target = event.key.length === 1 && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) { event.preventDefault(); target.click(); if (target.matches("input, textarea, summary")) target.focus(); }
});

/* ⌘↵ or Ctrl-↵ sends the form one is writing in. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  event.target.closest?.("form")?.requestSubmit();
});
