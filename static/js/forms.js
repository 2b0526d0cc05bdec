/* Forms: counters, filters that submit themselves, files dropped, the summary that takes the focus.
   data-autosubmit on a form: a changed control submits it (with script; without, its button does).
   data-busy on a form: its button shows that it works and can't be pressed twice.
   data-autosave on a form that htmx saves as one types: who leaves at once loses nothing.
   data-keeps on what htmx redraws: words typed since it was asked for are not drawn over. */

function count(control) {
  const counter = document.querySelector(`[data-counter-for="${CSS.escape(control.id)}"]`);
  if (!counter) return;
  const typed = [...control.value].length;
  const limit = counter.textContent.split(" / ").at(-1); // as the server wrote it: its grouping is the reader's
  const shown = String(typed).replace(/\B(?=(\d{3})+$)/g, limit.match(/\D/)?.[0] ?? "");
  counter.textContent = `${shown} / ${limit}`;
  counter.classList.toggle("is-over", typed > Number(counter.dataset.limit));
}

document.addEventListener("input", (event) => { if (event.target.id) count(event.target); });

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form) form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || !event.target.matches("[data-busy]")) return;
  button.classList.add("is-busy");
  setTimeout(() => { button.disabled = true; }); // after the browser has read the form
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll(".is-busy")) { button.classList.remove("is-busy"); button.disabled = false; }
});

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const drop = event.target.closest?.("[data-drop]");
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("is-over", name === "dragover");
    const input = drop.querySelector('input[type="file"]');
    if (name === "drop" && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

// Signing in renews the token: what is open in another window goes on with the new one.
const freshToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = freshToken();
  if (!token) return;
  detail.headers["X-CSRFToken"] = token;
  if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token;
});

// What was typed since it was last sent goes out with the page.
const typed = new Map();
const sent = new WeakMap();
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-autosave]");
    if (form) typed.set(form, (typed.get(form) ?? 0) + 1);
  });
}
document.body.addEventListener("htmx:beforeRequest", (event) => { sent.set(event.detail.elt, typed.get(event.detail.elt)); });
document.body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (event.detail.successful && typed.get(form) === sent.get(form)) typed.delete(form);
});
window.addEventListener("pagehide", () => {
  for (const form of typed.keys()) {
    if (!form.isConnected) continue;
    const headers = { "HX-Request": "true" }, body = new FormData(form);
    if (freshToken()) body.set("csrfmiddlewaretoken", freshToken());
    fetch(form.action, { method: "POST", body, headers, keepalive: true, redirect: "manual" });
  }
});

// An answer to what stood there before: it is asked for again with what stands there now.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (!target.matches?.("[data-keeps]")) return;
  const now = new FormData(target.closest("form"));
  const names = new Set([...target.querySelectorAll("[name]")].map((control) => control.name));
  const same = (name) => String(now.getAll(name)) === String(requestConfig.formData.getAll(name));
  const changed = [...names].some((name) => now.has(name) && !same(name));
  if (!changed) return;
  event.detail.shouldSwap = false;
  const asked = requestConfig.elt;
  window.htmx.trigger(asked, asked.matches("button") ? "click" : "change");
});

const focusSummary = (root) => root.querySelector?.("[data-focus]")?.focus();
focusSummary(document);
document.body.addEventListener("htmx:load", (event) => focusSummary(event.detail.elt));
