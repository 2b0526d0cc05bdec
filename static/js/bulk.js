/* Choosing cases in the inbox: x ticks the one in hand, Shift-click ticks all up to it; the bar over the list says what to do.
   When the same was done to many, the list is drawn anew where it stands. */

const list = document.getElementById("case-list");
const pane = list.closest(".pane");
const bar = document.getElementById("bulk");
const boxes = () => [...list.querySelectorAll(".pick input")];

function tell() {
  const chosen = boxes().filter((box) => box.checked).length;
  bar.querySelector("[data-bulk-count]").textContent = chosen;
  if (!chosen) bar.querySelector("[name=all]").checked = false;
}

let last = null;
list.addEventListener("click", (event) => {
  const box = event.target.closest(".pick input");
  if (!box) return;
  const all = boxes();
  const from = all.indexOf(last);
  const to = all.indexOf(box);
  if (event.shiftKey && from >= 0) {
    for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
  }
  last = box;
  tell();
});
/* Shift-click would mark the text between instead. */
list.addEventListener("mousedown", (event) => { if (event.shiftKey && event.target.closest(".pick")) event.preventDefault(); });

document.addEventListener("command", (event) => {
  if (event.detail.command !== "case.choose") return;
  const row = document.activeElement?.closest?.(".case-row") || list.querySelector("[aria-current]")?.closest(".case-row");
  const box = row?.querySelector(".pick input");
  if (!box) return;
  event.preventDefault();
  if (event.detail.asking) return;
  box.checked = !box.checked;
  last = box;
  tell();
});

function clear() {
  for (const box of boxes()) box.checked = false;
  tell();
}
bar.querySelector("[data-bulk-clear]").addEventListener("click", clear);

const pick = document.querySelector("[data-bulk-pick]");
pick?.addEventListener("click", () => {
  const on = pane.toggleAttribute("data-picking");
  pick.setAttribute("aria-pressed", on);
  if (!on) clear();
});

/* Only what the work may have changed is drawn anew, so that what is open and being written stays. */
document.body.addEventListener("inbox-changed", async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["case-list", "case-more", "open-count", "inbox-chips", "saved-chips"]) {
    const here = document.getElementById(id);
    const there = page.getElementById(id);
    if (!here || !there) continue;
    here.replaceChildren(...there.childNodes);
    window.htmx.process(here);
  }
  last = null;
  tell();
});
tell();
