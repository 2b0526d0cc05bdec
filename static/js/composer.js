/* What one writes in a case: kept as a draft while it is typed, there again after a reload and on another device, gone once
   it is sent. Unsaved words wait in sessionStorage, per case and tab, until the server has them. Beside it: the tab and the
   place one was at, templates put in at the cursor, and what colleagues are told one is doing. */

import "./mentions.js";

const PAUSE = 700; // ms without a key before a draft is saved
const STILL_WRITING = 30_000;
const pane = document.getElementById("case-pane");
const slug = location.pathname.split("/")[2];
const caseNumber = () => pane.querySelector("[data-case]")?.dataset.case;
const areas = () => [...pane.querySelectorAll("[data-draft]")];

const stored = {
  get(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { sessionStorage.setItem(key, value); } catch { /* full or forbidden: the server still has it */ } },
  drop(key) { try { sessionStorage.removeItem(key); } catch { /* none kept */ } },
};

/* --- drafts --- */
const drafts = `draft:${slug}:${pane.dataset.me}:`; // whoever signs in next in this window finds none of them
/* A pane that was asked for before its draft was saved comes without it, and may come after. */
const justSaved = new Map(), RECENT = 10_000; // ms
const keyOf = (number, tab) => `${drafts}${number}:${tab}`;
const waiting = new Map(); // key → timer of the next save
const saving = new Map(); // key → the save that is on its way
let typedAt = 0;
let ready = false; // htmx knows the page

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function show(state) {
  const place = pane.querySelector("[data-draft-state]");
  if (place) place.textContent = state ? place.dataset[state] : "";
}

function tagRow(number, on) {
  const tag = document.querySelector(`#row-${number} [data-row-draft]`);
  const others = Object.keys({ ...sessionStorage }).some((key) => key.startsWith(`${drafts}${number}:`));
  const open = number === caseNumber() && areas().some((area) => area.value.trim());
  if (tag) tag.hidden = !(on || others || open);
}

async function save(key) {
  clearTimeout(waiting.get(key));
  waiting.delete(key);
  await saving.get(key);
  const text = stored.get(key);
  if (text === null) return;
  const [number, tab] = key.slice(drafts.length).split(":");
  const on = fetch(`/o/${slug}/inbox/${number}/draft/`, {
    method: "POST", redirect: "manual", keepalive: text.length < 20_000,
    headers: { "X-CSRFToken": token(), "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ tab, text }),
  }).then(async (answer) => {
    if (!answer.ok) throw new Error(answer.status);
    const { kept } = await answer.json();
    if (stored.get(key) === text) { stored.drop(key); justSaved.set(key, text); setTimeout(() => justSaved.delete(key), RECENT); }
    tagRow(number, kept);
    if (number === caseNumber()) show(kept ? "kept" : "");
  }).catch(() => { if (number === caseNumber()) show("waiting"); }).finally(() => { if (saving.get(key) === on) saving.delete(key); });
  saving.set(key, on);
  await on;
}

function keep(area) {
  const key = keyOf(caseNumber(), area.dataset.draft);
  stored.set(key, area.value);
  soon(key);
}

function soon(key) {
  clearTimeout(waiting.get(key));
  waiting.set(key, setTimeout(() => save(key), PAUSE));
}

const flush = () => Promise.all([...new Set([...waiting.keys(), ...saving.keys()])].map(save));

function forget(number, tab) {
  const key = keyOf(number, tab);
  clearTimeout(waiting.get(key));
  waiting.delete(key);
  stored.drop(key);
  justSaved.delete(key);
  tagRow(number, false);
}

function restore() {
  for (const area of areas()) {
    const key = keyOf(caseNumber(), area.dataset.draft);
    const unsaved = stored.get(key) ?? (area.value ? null : justSaved.get(key) ?? null);
    if (unsaved !== null && !area.matches("[aria-invalid]")) area.value = unsaved;
    if (stored.get(key) !== null && !waiting.has(key)) soon(key);
    grow(area);
  }
  if (ready) unfold();
  const tab = document.getElementById(`tab-${stored.get(`tab:${slug}:${caseNumber()}`)}`);
  if (tab && !pane.querySelector("[data-draft][aria-invalid]")) tab.checked = true;
}

/* What was unfolded in the last case is in the next; htmx must know the parts before they open. */
function unfold() {
  for (const part of pane.querySelectorAll("details[data-remember]")) part.open = stored.get(`open:${part.dataset.remember}`) === "yes";
}
document.addEventListener("DOMContentLoaded", () => { ready = true; unfold(); });

/* What an earlier page, or a lost network, left unsaved. */
function saveLeft() {
  try { for (const key of Object.keys({ ...sessionStorage })) if (key.startsWith(drafts)) save(key); } catch { /* none kept */ }
}
window.addEventListener("online", saveLeft);
window.addEventListener("pagehide", flush);

/* --- the text itself --- */
function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, window.innerHeight * 0.4)}px`;
}

function write(tab) {
  const choice = document.getElementById(`tab-${tab}`);
  if (!choice) return false;
  choose(choice);
  const area = pane.querySelector(`[data-draft="${tab}"]`);
  area?.focus();
  if (area) grow(area);
  return true;
}

function choose(choice) {
  choice.checked = true;
  stored.set(`tab:${slug}:${caseNumber()}`, choice.value);
}

function insert(button) {
  if (button.dataset.cannedId) write("reply");
  const form = button.closest("form") ?? pane.querySelector("[data-canned]").closest("form");
  const area = form.querySelector("[data-draft]");
  area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
  const canned = form.querySelector("[data-canned]");
  if (canned && button.dataset.cannedId) canned.value = button.dataset.cannedId;
  if ("withFiles" in button.dataset) {
    const values = { canned: button.dataset.cannedId };
    window.htmx.ajax("POST", form.querySelector("[data-attach]").dataset.attach, { target: "#composer-files", swap: "outerHTML", values });
  }
  const menu = button.closest("details[data-menu]");
  if (menu) menu.open = false;
  area.focus();
  const blank = area.value.match(/\{\{[^}]*\}\}|\[[^\]\n]{1,60}\]/);
  if (blank) area.setSelectionRange(blank.index, blank.index + blank[0].length);
  keep(area);
  grow(area);
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-draft]")) return;
  const first = Date.now() - typedAt > STILL_WRITING;
  typedAt = Date.now();
  keep(event.target);
  grow(event.target);
  if (first) window.htmx.trigger("#presence", "here");
});
document.addEventListener("toggle", (event) => {
  const part = event.target;
  if (part.matches?.("details[data-remember]")) stored.set(`open:${part.dataset.remember}`, part.open ? "yes" : "no");
}, true);
document.addEventListener("change", (event) => { if (event.target.matches?.("#composer [name=tab]")) choose(event.target); });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  event.preventDefault();
  insert(button);
});

/* --- commands: reply, note, call --- */
/* While another case is on its way they wait for it: nobody writes into the case they just left. */
let coming = false;
let pending = "";
const isPane = (event) => event.detail.target?.id === "case-pane" && event.detail.requestConfig?.verb === "get";
document.body.addEventListener("htmx:beforeRequest", (event) => { if (isPane(event)) { coming = true; pending = ""; } });
document.body.addEventListener("htmx:afterRequest", (event) => { if (isPane(event)) coming = false; });
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "case-pane" && event.target.id !== "case-pane") return;
  restore();
  coming = false;
  if (pending) { write(pending); pending = ""; }
});
document.addEventListener("command", (event) => {
  const tab = { "case.reply": "reply", "case.note": "note", "case.call": "call" }[event.detail.command];
  if (!tab || !(coming || document.getElementById(`tab-${tab}`))) return;
  event.preventDefault();
  if (event.detail.asking) return;
  if (coming) pending = tab; else write(tab);
});
document.addEventListener("keydown", (event) => {
  if (!pending || event.key.length !== 1 || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("palette-lines", (event) => {
  for (const line of pane.querySelectorAll("[data-templates] [data-canned-id]")) {
    event.detail.add({ group: pane.querySelector("[data-templates]").dataset.templates, label: line.textContent.trim(), run: () => insert(line) });
  }
});

/* Files are on the server once they are chosen: the form must not send them again. */
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("[data-files]")) event.target.value = "";
});

/* A draft that is on its way arrives before its words are sent: it must not come back after them. */
document.body.addEventListener("htmx:confirm", async (event) => {
  const own = event.detail.elt.matches("#composer form") && event.detail.elt.querySelector("[data-draft]");
  if (!own || event.defaultPrevented) return;
  const key = keyOf(caseNumber(), own.dataset.draft);
  clearTimeout(waiting.get(key));
  waiting.delete(key);
  if (!saving.has(key)) return;
  event.preventDefault();
  await saving.get(key);
  event.detail.issueRequest(true);
});
document.body.addEventListener("case-written", (event) => {
  typedAt = 0;
  forget(event.detail.case, event.detail.tab);
  stored.drop(`tab:${slug}:${event.detail.case}`);
});

/* --- what colleagues are told --- */
document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "presence") return;
  const area = areas().find((one) => one === document.activeElement) ?? areas().find((one) => one.value && one.offsetParent);
  const writes = area?.value.trim() && Date.now() - typedAt < STILL_WRITING;
  event.detail.parameters.doing = writes ? area.dataset.draft : "looking";
});
/* What asks by itself every few seconds says nothing of a lost network; the drafts do. */
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => { if (["presence", "inbox-news"].includes(event.detail.elt.id)) event.stopPropagation(); }, true);
}
/* An entry that the pane shows already is not shown twice. */
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (!event.detail.target?.matches?.(".timeline")) return;
  for (const entry of [...(event.detail.fragment?.querySelectorAll("li[id]") ?? [])]) if (document.getElementById(entry.id)) entry.remove();
});

/* --- the place one was at --- */
const placeKey = `place:${slug}`;
const scrollers = () => [document.getElementById("case-scroll"), document.getElementById("conversation")];
window.addEventListener("pagehide", () => {
  const [list, talk] = scrollers();
  stored.set(placeKey, JSON.stringify({ at: location.pathname, query: location.search, list: list?.scrollTop, talk: talk?.scrollTop }));
});
let place = JSON.parse(stored.get(placeKey) ?? "null");
function backToPlace() {
  const [list, talk] = scrollers();
  if (list && place?.query === location.search) list.scrollTop = place.list;
  if (talk && place?.at === location.pathname) talk.scrollTop = place.talk;
}

/* What unfolds by itself moves it once more, unless one has moved on. */
document.body.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target?.matches?.(".about-body")) backToPlace(); });
for (const name of ["wheel", "keydown", "pointerdown"]) document.addEventListener(name, () => { place = null; }, { once: true, capture: true });

restore();
backToPlace();
saveLeft();
