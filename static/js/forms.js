/* Forms: counters, filters that submit themselves, files dropped, the summary that takes the focus.
   data-autosubmit on a form: a changed control submits it (with script; without, its button does).
   data-busy on a form: its button shows that it works and can't be pressed twice. */

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

const focusSummary = (root) => root.querySelector?.("[data-focus]")?.focus();
focusSummary(document);
document.body.addEventListener("htmx:load", (event) => focusSummary(event.detail.elt));
