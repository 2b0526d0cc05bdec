/* Toasts: Django's messages are in the page already; htmx answers send more by
   HX-Trigger: {"toast": {"text": "Case assigned to Marta", "level": "success", "action": {"label": "Undo", "url": "/…"}}}.
   The action is a POST made by htmx, so that its answer may trigger the next toast. Errors stay until dismissed.
   <button data-say="Copied" data-copy="https://…"> says (and copies) without asking the server. */
const STAYS = 8000;
const host = document.getElementById("toasts");

function settle(toast) {
  if (toast.dataset.settled) return;
  toast.dataset.settled = "yes";
  const keep = toast.dataset.level === "error" || toast.dataset.level === "warning";
  let timer = 0;
  const start = () => { if (!keep) timer = setTimeout(() => toast.remove(), Number(toast.dataset.stays) || STAYS); };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  toast.querySelector("[data-toast-close]").addEventListener("click", () => toast.remove());
  start();
}

export function say({ text, level = "success", action = null, stays = 0 }) {
  const failed = level === "error" || level === "warning";
  const template = document.getElementById(failed ? "toast-error-template" : "toast-template");
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.level = level;
  if (stays) toast.dataset.stays = stays;
  toast.querySelector("[data-toast-text]").textContent = text;
  const button = toast.querySelector("[data-toast-action]");
  if (action) {
    button.hidden = false;
    if (action.label) button.textContent = action.label;
    button.addEventListener("click", () => {
      toast.remove();
      window.htmx.ajax("POST", action.url, { swap: "none" });
    });
  }
  host.append(toast);
  settle(toast);
}

if (host) {
  host.querySelectorAll("[data-toast]").forEach(settle);
  document.body.addEventListener("toast", (event) => say(event.detail));
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.body.addEventListener(name, () => say({ text: host.dataset.failed, level: "error" }));
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-say]");
  if (!button) return;
  if (button.dataset.copy) await navigator.clipboard.writeText(button.dataset.copy);
  say({ text: button.dataset.say });
});

/* An expired session answers with the sign-in page: go there rather than draw it in a corner. Where words are being typed they
   stay: one signs in beside them, and on coming back they are saved. */
let unsaved = null;
const signedOut = () => host?.querySelector("[data-signed-out]");

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL, location).pathname.startsWith("/accounts/login/")) return;
  event.detail.shouldSwap = false;
  unsaved = event.detail.requestConfig.elt.closest("form[data-autosave]");
  if (!unsaved) { location.reload(); return; }
  if (signedOut()) return;
  host.append(document.getElementById("toast-signed-out-template").content.firstElementChild.cloneNode(true));
  settle(signedOut());
});
document.body.addEventListener("htmx:afterSwap", () => signedOut()?.remove());
window.addEventListener("focus", () => { if (unsaved && signedOut()) window.htmx.trigger(unsaved, "submit"); });
