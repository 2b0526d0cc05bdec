/* Dialogs, confirmations and menus, all on native elements.
   <button data-dialog="ID">                     opens <dialog id="ID">
   htmx answer put into #dialog-host             its <dialog> opens itself and is removed when closed
   HX-Trigger: {"close-dialog": null}            closes the open one
   <form|a|button data-confirm="Delete 12 customers?" data-confirm-text="What is lost…"
         data-confirm-button="Delete 12 customers" data-confirm-danger>   asks first; also for hx-… requests;
         data-confirm-focus: Enter says yes (where one works by keys and little is lost) */

function open(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) open(document.getElementById(opener.dataset.dialog));
  if (event.target.matches("dialog.dialog")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && event.detail) event.target.close("no");
  }
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "dialog-host") return;
  const dialog = event.target.querySelector("dialog");
  if (!dialog) return;
  dialog.addEventListener("close", () => dialog.remove());
  open(dialog);
});
document.body.addEventListener("close-dialog", () => document.querySelector("dialog[open]")?.close());

/* --- asking first --- */
const sheet = document.getElementById("confirm");
const usual = sheet?.querySelector("[data-yes]").textContent;

function ask(asker) {
  const yes = sheet.querySelector("[data-yes]");
  sheet.querySelector("#confirm-title").textContent = asker.dataset.confirm;
  sheet.querySelector("#confirm-text").textContent = asker.dataset.confirmText || "";
  yes.textContent = asker.dataset.confirmButton || usual;
  yes.classList.toggle("btn-error", "confirmDanger" in asker.dataset);
  yes.classList.toggle("btn-primary", !("confirmDanger" in asker.dataset));
  sheet.returnValue = "";
  sheet.showModal();
  if ("confirmFocus" in asker.dataset) yes.focus();
  return new Promise((resolve) => {
    sheet.addEventListener("close", () => resolve(sheet.returnValue === "yes"), { once: true });
  });
}

const usesHtmx = (element) => ["hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"].some((name) => element.hasAttribute(name));

document.addEventListener("submit", async (event) => {
  const asker = event.submitter?.closest("[data-confirm]") || event.target.closest("form[data-confirm]");
  if (!asker || !sheet || usesHtmx(asker) || usesHtmx(event.target)) return;
  if (event.target.dataset.confirmed) { delete event.target.dataset.confirmed; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target, submitter } = event;
  if (await ask(asker)) {
    target.dataset.confirmed = "yes";
    target.requestSubmit(submitter);
  }
}, true);

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-confirm]");
  if (!link || !sheet || usesHtmx(link)) return;
  event.preventDefault();
  if (await ask(link)) window.location.assign(link.href);
});

document.body.addEventListener("htmx:confirm", async (event) => {
  const asker = event.detail.elt.closest("[data-confirm]");
  if (!asker || !sheet) return;
  event.preventDefault();
  if (await ask(asker)) event.detail.issueRequest(true);
});

/* --- menus: one open at a time; a click elsewhere or Esc closes --- */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu-list [data-dialog]")) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details[data-menu][open]") || document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
