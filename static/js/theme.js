/* Chooses the colours before the first paint: "circulo", "circulo-dark", or nothing, which follows the system. */
(() => {
  const KEY = "circulo-theme";
  const root = document.documentElement;
  const stored = () => {
    try { return localStorage.getItem(KEY) || ""; } catch { return ""; } // storage may be forbidden
  };
  const wear = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const press = () => {
    for (const button of document.querySelectorAll("[data-theme-switch] button")) {
      button.setAttribute("aria-pressed", String(button.value === stored()));
    }
  };
  wear(stored());
  document.addEventListener("DOMContentLoaded", press);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-switch] button");
    if (!button) return;
    try { localStorage.setItem(KEY, button.value); } catch { /* it holds until the page is left */ }
    wear(button.value);
    press();
    document.dispatchEvent(new CustomEvent("circulo:colours"));
  });
})();
