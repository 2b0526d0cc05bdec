/* The palette: ⌘K or Ctrl-K. Its lines are the page's own actions (the shortcuts marked data-offered that can be done now, and
   what page scripts add on "palette-lines"), the pages one may open, and the cases that words find. The field keeps the focus;
   aria-activedescendant says which line the arrows are on, Enter takes it. */

const palette = document.getElementById("palette");
const field = palette?.querySelector("input");
const list = document.getElementById("palette-list");
const none = palette?.querySelector(".palette-none");
const MOST = 40;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

let pages = null; // the same while this page is open
let here = [];
let found = [];
let shown = [];
let at = 0;
let asked = 0;

const can = (command) =>
  !document.dispatchEvent(new CustomEvent("command", { cancelable: true, detail: { command, asking: true } })) ||
  [...document.querySelectorAll(`[data-command="${command}"]`)].some((one) => one.offsetParent);

function offered() {
  const lines = [];
  const group = palette.dataset.actions;
  for (const line of document.querySelectorAll("#keys [data-shortcut][data-offered]")) {
    const { shortcut: command, keys } = line.dataset;
    if (can(command)) lines.push({ group, label: line.nextElementSibling.textContent, note: keys.split(" ")[0], run: () => document.dispatchEvent(new CustomEvent("run-command", { detail: command })) });
  }
  document.dispatchEvent(new CustomEvent("palette-lines", { detail: { add: (line) => lines.push({ group, ...line }) } }));
  return lines;
}

function choose() {
  const words = fold(field.value.trim()).split(/\s+/);
  const fits = (line) => words.every((word) => fold(`${line.label} ${line.group}`).includes(word));
  shown = [...found, ...[...here, ...(pages ?? [])].filter(fits)].slice(0, MOST);
  at = 0;
  draw();
}

function draw() {
  let group = "";
  list.replaceChildren(...shown.flatMap((line, index) => {
    const option = document.createElement("li");
    option.id = `palette-${index}`;
    option.role = "option";
    const label = option.appendChild(document.createElement("span"));
    label.textContent = line.label;
    if (line.note) { const note = option.appendChild(document.createElement("span")); note.className = "note-end"; note.textContent = line.note; }
    if (line.group === group) return [option];
    group = line.group;
    const head = document.createElement("li");
    head.role = "presentation";
    head.className = "palette-group";
    head.textContent = group;
    return [head, option];
  }));
  none.textContent = shown.length || !field.value.trim() ? "" : none.dataset.none;
  point();
}

function point() {
  list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
  const option = document.getElementById(`palette-${at}`);
  if (!option) { field.removeAttribute("aria-activedescendant"); return; }
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(index) {
  const line = shown[index];
  if (!line) return;
  palette.close();
  if (line.run) line.run(); else location.assign(line.url);
}

async function ask(words) {
  const turn = ++asked;
  const answer = await fetch(`${palette.dataset.url}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" }, redirect: "manual" }).catch(() => null);
  if (!answer?.ok || (words && turn !== asked)) return null;
  return (await answer.json()).goals;
}

let pause = 0;
function search() {
  clearTimeout(pause);
  const words = field.value.trim();
  if (!words) { asked++; found = []; choose(); return; }
  choose();
  pause = setTimeout(async () => {
    const goals = await ask(words);
    if (goals) { found = goals; choose(); }
  }, 150);
}

async function open() {
  if (!palette || document.querySelector("dialog[open]")) return;
  here = offered();
  found = [];
  field.value = "";
  palette.showModal();
  choose();
  if (pages) return;
  pages = await ask("");
  if (pages && palette.open) choose();
}

document.addEventListener("command", (event) => {
  if (event.detail.command !== "palette") return;
  event.preventDefault();
  if (!event.detail.asking) open();
});
field?.addEventListener("input", search);
field?.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && shown.length) { event.preventDefault(); at = (at + steps[event.key] + shown.length) % shown.length; point(); }
  if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); take(at); }
});
list?.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) take(Number(option.id.slice(8)));
});
