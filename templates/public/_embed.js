(() => {
"use strict";
const me = document.currentScript || document.querySelector('script[src*="/w/"][src$=".js"]'), home = me.src.replace(/\.js(\?.*)?$/, "");
const S = {after: {{ after }}, every: {{ every }}}, given = me.dataset, trial = "trial" in given, key = "circulo " + home.slice(-44), DAY = 864e5;
if (window[key] && !trial) return;
window[key] = true;

const h = (tag, attributes, ...inside) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value != null) made.setAttribute(name, value);
  }
  made.append(...inside.filter(one => one));
  return made;
};
// As text/plain, so that browsers ask for nothing beforehand; without cookies.
const post = async (path, data) => {
  const {customer, signature} = given;
  const reply = await fetch(home + path, {method: "POST", credentials: "omit", referrerPolicy: "no-referrer",
    headers: {"Content-Type": "text/plain"}, body: JSON.stringify({customer, signature, ...data})});
  const told = await reply.json();
  if (!reply.ok) throw new Error(told.error);
  return told;
};
// A browser that remembers nothing could not keep the rule of how often: it is not asked.
const isFree = () => {
  try {
    const last = localStorage.getItem(key);
    if (!last) localStorage.setItem(key, 0);
    return Date.now() - last >= S.every * DAY;
  } catch { return false; }
};
const newKey = () => {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = b[6] & 15 | 64; b[8] = b[8] & 63 | 128;
  return [...b].map(n => n.toString(16).padStart(2, "0")).join("");
};

const css = ({light, on_light, dark, on_dark}) => {
  const night = `--b:${dark};--bi:${on_dark};--card:#1c1b19;--ink:#ece9e4;--soft:#aca69c;--hair:#34312d;--edge:#7f7970;--err:#ef8d7c`;
  const own = {dark: `:host{${night}}`, auto: `@media(prefers-color-scheme:dark){:host{${night}}}`}[given.theme] || "";
  return `:host{all:initial;--b:${light};--bi:${on_light};--card:#fff;--ink:#1d1b18;--soft:#645f57;--hair:#e4e0da;--edge:#8a847a;--err:#a8321f}${own}
*{box-sizing:border-box;margin:0}
section{position:fixed;z-index:2147483647;inset-block-end:1rem;inset-inline-end:1rem;width:min(32rem,100vw - 2rem);max-height:calc(100vh - 2rem);overflow:auto;padding:1.25rem;border:1px solid var(--edge);border-radius:12px;background:var(--card);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;overflow-wrap:break-word}
.t{display:flex;align-items:start;gap:1rem}h2{flex:1;font-size:1.125rem;line-height:1.35;font-weight:650}h2:focus{outline:none}
button{font:inherit;color:inherit;cursor:pointer}:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.x{flex:none;width:2.75rem;height:2.75rem;margin:-.5rem;border:0;border-radius:10px;background:none;font-size:1.5rem;line-height:1}
.s{display:grid;grid-template-columns:repeat(11,1fr);gap:.25rem;margin-top:.875rem}
.s button{min-height:2.75rem;padding:0;border:1px solid var(--edge);border-radius:8px;background:none;font-variant-numeric:tabular-nums}
.s [aria-pressed=true]{background:var(--b);border:2px solid var(--ink);color:var(--bi);font-weight:700}
.e,.f{display:flex;justify-content:space-between;gap:1rem;margin-top:.375rem;color:var(--soft);font-size:.875rem}.e span+span{text-align:end}
label{display:block;margin-top:1rem;font-weight:650}small{color:var(--soft);font-weight:400}.c{display:flex;gap:.5rem;font-weight:400}.c input{width:1.5rem;height:1.5rem;flex:none;margin:0;accent-color:var(--b)}
textarea{display:block;width:100%;min-height:5rem;margin-top:.375rem;padding:.625rem .75rem;border:1px solid var(--edge);border-radius:8px;background:var(--card);color:inherit;font:inherit;resize:vertical}
.b{min-height:2.75rem;margin-top:1rem;padding:.5rem 1.5rem;border:1px solid transparent;border-radius:8px;background:var(--b);color:var(--bi);font-weight:600}
.w{margin-top:1rem;padding-inline-start:.75rem;border-inline-start:4px solid var(--err);font-weight:600}
.h{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(max-width:30rem){.s{grid-template-columns:repeat(6,1fr)}section{inset-inline:.5rem;inset-block-end:.5rem;width:auto}}
@media(forced-colors:active){.s [aria-pressed=true]{background:Highlight;color:HighlightText;forced-color-adjust:none}.b{border-color:ButtonText}}`;
};

const draw = Q => {
  const {words} = Q, host = h("div", {lang: Q.language, dir: Q.direction}), root = host.attachShadow({mode: "open"}), sheet = new CSSStyleSheet();
  sheet.replaceSync(css(Q.colours));
  root.adoptedStyleSheets = [sheet];
  const before = document.activeElement, sent = {client_key: newKey(), version: Q.version, language: Q.language};
  const close = () => { const had = root.activeElement; host.remove(); if (had) before?.focus?.(); };
  const shut = h("button", {class: "x", type: "button", "aria-label": words.close, onclick: close}, "×");
  const head = h("h2", {id: "q"}, Q.score.text), live = h("p", {class: "h", role: "status"}), more = h("div");
  const note = h("p", {class: "f"}, words.from);
  const choose = event => {
    const tapped = event.currentTarget, kind = Q.classes[sent.score = +tapped.value];
    row.querySelectorAll("button").forEach(one => one.setAttribute("aria-pressed", one === tapped));
    const words_of = more.querySelector("textarea")?.value || "", ticked = more.querySelector("input")?.checked;
    const area = Q.reasons[kind] && h("textarea", {id: "r", maxlength: 4000, rows: 3, dir: "auto"});
    if (area) area.value = words_of;
    const tick = Q.contact?.classes.includes(kind) && h("input", {type: "checkbox", id: "t"});
    if (tick) tick.checked = !!ticked;
    const problem = h("p", {class: "w", role: "alert", hidden: ""}), go = h("button", {class: "b", type: "button"}, words.send);
    go.addEventListener("click", async () => {
      go.disabled = true;
      try {
        if (!trial) await post("/answers", {...sent, comment: area ? area.value : "", wants_contact: tick ? tick.checked : null});
        thank(kind);
      } catch { problem.textContent = words.failed; problem.hidden = false; go.disabled = false; }
    });
    more.replaceChildren(...[area && h("label", {for: "r"}, Q.reasons[kind] + " ", h("small", {}, words.optional)), area,
      tick && h("label", {class: "c"}, tick, Q.contact.text), problem, go].filter(Boolean));
    live.textContent = Q.reasons[kind] || "";
  };
  const row = h("div", {class: "s", role: "group", "aria-labelledby": "q"}, ...Q.classes.map((_, n) =>
    h("button", {type: "button", value: n, "aria-pressed": "false", onclick: choose, "aria-describedby": n === 0 ? "lo" : n === 10 ? "hi" : null}, String(n))));
  const ends = h("p", {class: "e"}, h("span", {id: "lo"}, "0: " + Q.score.low), h("span", {id: "hi"}, "10: " + Q.score.high));
  const box = h("section", {role: "dialog", "aria-labelledby": "q", dir: Q.direction}, h("div", {class: "t"}, head, shut), row, ends, more, note, live);
  const thank = kind => {
    head.textContent = Q.thanks[kind];
    head.tabIndex = -1;
    [row, ends, more].forEach(one => one.remove());
    head.focus();
    setTimeout(() => root.activeElement === shut || close(), 6000);
  };
  box.addEventListener("keydown", event => { if (event.key === "Escape") close(); });
  root.append(box);
  document.body.append(host);
  // The focus stays where it is: who reads by ear hears that something came.
  setTimeout(() => { live.textContent = words.asks; }, 100);
};

const begin = async () => {
  if (!trial && !isFree()) return;
  try {
    const language = given.language || document.documentElement.lang || navigator.language, told = await post("/ask", {language, trial});
    if (!told.show) return;
    if (!trial) localStorage.setItem(key, Date.now());
    draw(told);
  } catch (problem) { console.warn("Círculo:", problem.message); }
};
const ready = () => document.body ? begin() : addEventListener("DOMContentLoaded", begin);
setTimeout(ready, trial ? 0 : S.after * 1000);
})();
