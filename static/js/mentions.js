/* Naming a colleague: behind an @ the names that begin so, the arrows choose, Enter or Tab puts one in. */
const AT = /(^|\s)@([^\s@]{0,30})$/u;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const names = () => document.getElementById("mention-list");

function offer(area) {
  const list = names();
  if (!list || !area.matches("[data-mentions]")) return;
  const found = area.value.slice(0, area.selectionStart).match(AT);
  const wanted = found && plain(found[2]);
  let first = null;
  for (const option of list.children) {
    option.hidden = !found || !plain(option.dataset.name).split(" ").some((word) => word.startsWith(wanted));
    if (!option.hidden && !first) first = option;
  }
  list.hidden = !first;
  area.setAttribute("aria-expanded", String(Boolean(first)));
  point(area, first);
}

function point(area, option) {
  for (const each of names().children) each.setAttribute("aria-selected", String(each === option));
  if (option) { area.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
  else area.removeAttribute("aria-activedescendant");
}

function withdraw(area) {
  names().hidden = true;
  area.setAttribute("aria-expanded", "false");
  point(area, null);
}

function name(area, option) {
  const end = area.selectionStart;
  const begin = end - area.value.slice(0, end).match(AT)[2].length;
  area.setRangeText(`${option.dataset.name} `, begin, end, "end");
  withdraw(area);
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function choose(event) {
  const area = event.target, list = names();
  if (!area.matches?.("[data-mentions]") || !list || list.hidden) return false;
  const shown = [...list.children].filter((option) => !option.hidden);
  const at = shown.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) point(area, shown[(at + step + shown.length) % shown.length]);
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") name(area, shown[Math.max(at, 0)]);
  else if (event.key === "Escape") withdraw(area);
  else return false;
  return true;
}

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("#mention-list [role=option]");
  if (!option) return;
  event.preventDefault();
  name(document.querySelector("[data-mentions]"), option);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-mentions]") && names()) withdraw(event.target);
});
document.addEventListener("input", (event) => { if (event.target.matches?.("[data-mentions]")) offer(event.target); });
/* Before the inbox's own keys. */
document.addEventListener("keydown", (event) => {
  if (!choose(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
