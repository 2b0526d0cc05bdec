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
  const night = `color-scheme:dark;--b:${dark};--bi:${on_dark};--card:#1c1b19;--ink:#ece9e4;--soft:#aca69c;--hair:#34312d;--edge:#7f7970;--err:#ef8d7c`;
  const own = {dark: `:host{${night}}`, auto: `@media(prefers-color-scheme:dark){:host{${night}}}`}[given.theme] || "";
  return `:host{all:initial;--b:${light};--bi:${on_light};--card:#fff;--ink:#1d1b18;--soft:#645f57;--hair:#e4e0da;--edge:#8a847a;--err:#a8321f}${own}
*{box-sizing:border-box;margin:0}
section{position:fixed;z-index:2147483647;inset-block-end:1rem;inset-inline-end:1rem;width:min(32rem,100vw - 2rem);max-height:calc(100vh - 2rem);overflow:auto;padding:1.25rem;border:1px solid var(--edge);border-radius:12px;background:var(--card);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;overflow-wrap:break-word}
.t{display:flex;align-items:start;gap:1rem}h2{flex:1;font-size:1.125rem;line-height:1.35;font-weight:650}h2:focus{outline:none}
button{font:inherit;color:inherit;cursor:pointer}:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.x{flex:none;width:2.75rem;height:2.75rem;margin:-.5rem;border:0;border-radius:10px;background:none;font-size:1.5rem;line-height:1}
.s{display:grid;grid-template-columns:repeat(var(--n),1fr);gap:.25rem;margin-top:.875rem}
.s button{min-height:2.75rem;padding:0;border:1px solid var(--edge);border-radius:8px;background:none;font-variant-numeric:tabular-nums}
.s [aria-pressed=true]{background:var(--b);border:2px solid var(--ink);color:var(--bi);font-weight:700}
.e,.f{margin-top:.375rem;color:var(--soft);font-size:.875rem}.e{display:flex;justify-content:space-between;gap:1rem}.e span+span{text-align:end}
label{display:block;margin-top:1rem;font-weight:650}small{color:var(--soft);font-weight:400}.c{display:flex;gap:.5rem;min-height:2.75rem;align-items:center;margin:.25rem 0 0;font-weight:400}.e+.c{margin-top:.75rem}.c input{width:1.5rem;height:1.5rem;flex:none;margin:0;accent-color:var(--b)}
textarea,.i{display:block;width:100%;min-height:2.75rem;margin-top:.375rem;padding:.625rem .75rem;border:1px solid var(--edge);border-radius:8px;background:var(--card);color:inherit;font:inherit;resize:vertical}
.b{min-height:2.75rem;margin-top:1rem;padding:.5rem 1.5rem;border:1px solid transparent;border-radius:8px;background:var(--b);color:var(--bi);font-weight:600}
.k{background:none;border-color:var(--edge);color:inherit}.g{display:flex;justify-content:space-between}.g .b:only-child{margin-inline-end:auto}
[hidden],.w:empty{display:none}.l{margin-top:.75rem}.o{margin-top:.75rem;padding:.5rem;border:1px dashed var(--edge);border-radius:8px;font-size:1.25rem;font-weight:650;text-align:center}a{color:inherit}
summary{min-height:1.5rem;cursor:pointer}details.f{margin-top:.75rem}
.w{margin-top:1rem;padding-inline-start:.75rem;border-inline-start:4px solid var(--err);font-weight:600}
.h{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(max-width:30rem){.s{grid-template-columns:repeat(var(--m),1fr)}section{inset-inline:.5rem;inset-block-end:.5rem;width:auto}}
@media(forced-colors:active){.s [aria-pressed=true]{background:Highlight;color:HighlightText;forced-color-adjust:none}.b{border-color:ButtonText}}`;
};

const draw = Q => {
  const {words} = Q, host = h("div", {lang: Q.language, dir: Q.direction}), root = host.attachShadow({mode: "open"}), sheet = new CSSStyleSheet();
  sheet.replaceSync(css(Q.colours));
  root.adoptedStyleSheets = [sheet];
  const before = document.activeElement, sent = {client_key: newKey(), version: Q.version, language: Q.language, comment: "", address: "", trial};
  const said = {}, chosen = key => [].concat(said[key] ?? []).map(String);
  let at = 0, ticked = false;
  const close = () => { const had = root.activeElement; host.remove(); if (had) before?.focus?.(); };
  const shut = h("button", {class: "x", type: "button", "aria-label": words.close, onclick: close}, "×");
  const head = h("h2", {id: "q", tabindex: -1}), live = h("p", {class: "h", role: "status"}), main = h("div"), more = h("div");
  const problem = h("p", {class: "w", role: "alert"});

  // What this person is asked after the score, as far as their answers tell. The reason stands below the score, consent below what comes before.
  const way = () => Q.flows[Q.classes[sent.score]].reduce((asked, key) => {
    const one = Q.questions[key], [first, by] = one.after || [];
    return !first || asked.some(other => other.key === first) && chosen(first).some(value => by.includes(value)) ? [...asked, one] : asked;
  }, []);
  const isPlain = one => ["comment", "contact"].includes(one.form);
  const pages = () => way().reduce((all, one) => {
    if (one.form === "contact" || one.form === "comment" && !all[1]) all.at(-1).push(one); else all.push([one]);
    return all;
  }, [[]]);

  const numbers = (values, low, high, now, pick) => {
    const n = values.length, row = h("div", {class: "s", role: "group", "aria-labelledby": "q"}, ...values.map((value, i) => h("button",
      {type: "button", "aria-pressed": value === now, "aria-describedby": i ? i === n - 1 ? "hi" : null : "lo", onclick: event => {
        row.querySelectorAll("button").forEach(one => one.setAttribute("aria-pressed", one === event.currentTarget));
        pick(value);
      }}, String(value))));
    row.style.setProperty("--n", n);
    row.style.setProperty("--m", n > 7 ? 6 : n);
    return [row, h("p", {class: "e"}, h("span", {id: "lo"}, values[0] + ": " + low), h("span", {id: "hi"}, values[n - 1] + ": " + high))];
  };
  const area = (value, write, given) => {
    const made = h("textarea", {maxlength: 4000, rows: 3, dir: "auto", oninput: () => write(made.value), ...given});
    made.value = value || "";
    return made;
  };
  const box = (type, on, text, pick) => {
    const tick = h("input", {type, name: "o", onchange: () => pick(tick.checked)});
    tick.checked = on;
    return h("label", {class: "c"}, tick, text);
  };
  const optional = one => !one.required && h("small", {}, " " + words.optional);
  const contact = one => {
    const line = h("input", {class: "i", id: "a", maxlength: 254, autocomplete: "email", dir: "auto", oninput: () => { sent.address = line.value; }});
    const who = h("div", {}, h("label", {for: "a"}, words.reach), line), show = () => { who.hidden = !ticked || Q.knows; };
    line.value = sent.address;
    show();
    return [box("checkbox", ticked, one.text, on => { ticked = on; show(); }), who];
  };
  // Below the score a question brings its own label; on its own page the heading asks.
  const field = one => {
    const {form, key} = one, several = form === "several", help = one.help && h("p", {class: "f", id: form === "contact" ? null : "p"}, one.help);
    const by = {"aria-labelledby": at ? "q" : null, "aria-describedby": help ? "p" : null};
    if (form === "contact") return [...contact(one), help];
    if (form === "comment") return [at ? "" : h("label", {for: "r"}, one.text, optional(one)), help, area(sent.comment, text => { sent.comment = text; }, {...by, id: "r"})];
    if (form === "words") return [help, area(said[key], text => { said[key] = text; }, by)];
    if (form === "numbers") return [help, ...numbers(one.values.map(([value]) => +value), one.low, one.high, said[key], value => { said[key] = value; problem.textContent = ""; })];
    return [help, h("div", {...by, role: several ? "group" : "radiogroup"}, ...one.values.map(([value, text]) =>
      box(several ? "checkbox" : "radio", chosen(key).includes(value), text, on => {
        said[key] = several ? on ? [...chosen(key), value] : chosen(key).filter(other => other !== value) : value;
      })))];
  };
  const lacks = one => one.form === "contact" ? ticked && !Q.knows && !/^\S+@\S+\.\S+$|^[+()\d\s./-]{6,}$/.test(sent.address.trim()) && words.unreachable :
    one.required && !(one.form === "comment" ? sent.comment : chosen(one.key).join("")).trim() && words.missing;
  const onwards = async event => {
    const button = event.currentTarget, wrong = pages()[at].map(lacks).find(Boolean);
    problem.textContent = wrong || "";
    if (wrong) return;
    if (pages()[at + 1]) { at++; return turn(); }
    const asked = way(), of = form => asked.some(one => one.form === form), answers = {}, wish = of("contact") ? ticked : null;
    for (const one of asked) if (!isPlain(one) && one.key in said) answers[one.key] = said[one.key];
    button.disabled = true;
    try {
      thank((await post("/answers", {...sent, comment: of("comment") ? sent.comment : "", wants_contact: wish, address: wish ? sent.address : "", answers})).thanks);
    } catch { problem.textContent = words.failed; button.disabled = false; }
  };
  // What the page asks below its heading, and the way on, which is known again after each choice.
  const ask = asked => {
    const go = h("button", {class: "b", type: "button", onclick: onwards}), name = () => { go.textContent = pages()[at + 1] ? words.next : words.send; };
    problem.textContent = "";
    more.replaceChildren(...asked.flatMap(field).filter(Boolean), problem, h("div", {class: "g"},
      at && h("button", {class: "b k", type: "button", onclick: () => { at--; turn(); }}, words.back), go));
    more.onclick = name;
    more.onchange = () => { problem.textContent = ""; name(); };
    name();
  };
  const turn = () => {
    const page = sent.score == null ? [] : pages()[at];
    main.replaceChildren();
    more.replaceChildren();
    if (!at) {
      head.textContent = Q.score.text;
      main.append(...numbers(Q.classes.map((_, n) => n), Q.score.low, Q.score.high, sent.score, n => {
        sent.score = n;
        ask(pages()[0]);
        live.textContent = pages()[0][0]?.text || "";
      }));
    } else head.replaceChildren(page[0].text, optional(page[0]) || "");
    if (sent.score != null) { ask(page); head.focus(); }
  };
  const thank = ({title, lines, code, links}) => {
    head.textContent = title;
    main.replaceChildren(...lines.map(line => h("p", {class: "l"}, line)), code && h("p", {class: "o"}, h("bdi", {}, code)) || "",
      ...links.map(([href, text]) => h("p", {class: "l"}, h("a", {href, target: "_blank", rel: "noopener noreferrer"}, text))));
    more.remove();
    head.focus();
    if (!main.firstElementChild) setTimeout(() => root.activeElement === shut || close(), 6000);
  };
  const frame = h("section", {role: "dialog", "aria-labelledby": "q"}, h("div", {class: "t"}, head, shut), main, more,
    h("details", {class: "f"}, h("summary", {}, words.from + " · " + words.usage), words.used), live);
  frame.addEventListener("keydown", event => { if (event.key === "Escape") close(); });
  turn();
  root.append(frame);
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
