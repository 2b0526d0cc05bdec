(() => {
"use strict";
const S = JSON.parse(document.getElementById("survey").textContent), AT_ONCE = 50, LIFE = 300, FIRST_TRY = 2;
const $ = id => document.getElementById(id), stage = $("stage"), codes = Object.keys(S.texts), W = S.staff;
const told = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
document.documentElement.classList.add("js");

function h(tag, given, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  put(made, inside);
  return made;
}
const put = (host, inside) => host.replaceChildren(...inside.flat(2).filter(one => one != null && one !== false));
// What small stores remember beside the answers; a browser that refuses them forgets.
const remember = (name, value) => { try { localStorage.setItem(S.address + name, value); } catch { /* forgotten */ } };
const recall = name => { try { return localStorage.getItem(S.address + name); } catch { return null; } };

// --- what is kept until the server has it -----------------------------------------------------------------------------
const memory = new Map();
let opened, forgetful = false;
function database() {
  return opened ||= new Promise((done, failed) => {
    const asked = indexedDB.open("circulo " + S.address, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("answers", {keyPath: "client_key"});
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}
async function stored(mode, work) {
  const open = await database();
  return new Promise((done, failed) => {
    const deal = open.transaction("answers", mode), asked = work(deal.objectStore("answers"));
    deal.oncomplete = () => done(asked.result);
    deal.onerror = deal.onabort = () => failed(deal.error);
  });
}
async function keep(answer) {
  try { await stored("readwrite", rows => rows.put(answer)); memory.delete(answer.client_key); }
  catch { forgetful = true; memory.set(answer.client_key, answer); }
}
async function forget(key) {
  memory.delete(key);
  try { await stored("readwrite", rows => rows.delete(key)); } catch { forgetful = true; }
}
async function kept() {
  let rows = [];
  try { rows = await stored("readonly", rows => rows.getAll()); } catch { forgetful = true; }
  return [...rows, ...memory.values()].sort((a, b) => a.answered_at < b.answered_at ? -1 : 1);
}
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 15 | 64;
  bytes[8] = bytes[8] & 63 | 128;
  return [...bytes].map((byte, at) => (at > 3 && at < 11 && at % 2 === 0 ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

// --- handing in: each once, by its key; what the server refuses stays here with the reason ------------------------------
let failures = 0, trouble = "", timer, worker;
const send = again => {
  clearTimeout(timer);
  const work = () => exchange(again).then(succeeded, failed);
  return navigator.locks ? navigator.locks.request("send " + S.address, work) : work();
};
async function exchange(again) {
  const done = new Set();
  for (;;) {
    const all = await kept(), due = all.filter(one => (again || !one.refused) && !done.has(one.client_key)).slice(0, AT_ONCE);
    const answers = due.map(({refused, ...answer}) => answer);
    const reply = await fetch(S.address + "/answers", {
      method: "POST", headers: {"Content-Type": "application/json"}, credentials: "omit", cache: "no-store",
      signal: AbortSignal.timeout?.(30000), body: JSON.stringify({answers, waiting: all.length - due.length}),
    });
    if (!reply.ok) throw new Error(reply.status);
    const {open, results} = await reply.json();
    for (const {client_key, state, reason} of results) {
      if (state === "refused") await keep({...due.find(one => one.client_key === client_key), refused: reason});
      else await forget(client_key);
    }
    due.forEach(one => done.add(one.client_key));
    remember("closed", open ? "" : "1");
    remember("sent", new Date().toISOString());
    if (due.length < AT_ONCE) return;
  }
}
function succeeded() {
  failures = 0; trouble = "";
  timer = setTimeout(send, LIFE * 1000);
  worker?.update().catch(() => {});
  if (atRest() && !recall("closed") === (screen === "closed")) restart();
  drawStaff();
}
function failed(error) {
  trouble = navigator.onLine ? error.message : "";
  timer = setTimeout(send, Math.min(FIRST_TRY * 2 ** failures++, LIFE) * 1000 * (.75 + Math.random() / 2));
  drawStaff();
}

// --- one person ---------------------------------------------------------------------------------------------------------
let visit, touched = Date.now(), screen = "", fresh = false, leaving;
const T = () => S.texts[visit.language], words = () => T().words;
const atRest = () => (screen === "score" || screen === "closed") && visit.language === codes[0] && !document.querySelector("dialog[open]");

function show(name, ...inside) {
  screen = name; touched = Date.now();
  document.documentElement.lang = visit.language;
  document.documentElement.dir = T().direction;
  put(stage, inside);
  window.scrollTo(0, 0);
  const head = stage.querySelector("h1");
  if (head && name !== "score") { head.tabIndex = -1; head.focus({preventScroll: true}); }
}
function restart() {
  clearTimeout(leaving);
  $("usage")?.close();
  if (fresh) return location.reload();
  visit = {language: codes[0], said: {}, trail: []};
  draw();
}
function draw() {
  for (const link of $("langs")?.children || []) {
    if (link.lang === visit.language) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
  $("privacy").textContent = words().usage;
  const key = visit.trail.at(-1);
  if (recall("closed")) return show("closed", h("h1", {}, words().closed));
  if (!key) return askScore();
  if (key === "thanks") return thank();
  ask(S.questions.find(one => one.key === key));
}
function askScore() {
  const {text, low, high} = T().score, tap = event => {
    visit.score = +event.currentTarget.value;
    visit.nps_class = S.classes[visit.score];
    onwards();
  };
  show("score", h("div", {role: "group", "aria-labelledby": "asked", "aria-describedby": "hint"},
    h("h1", {id: "asked"}, text), h("p", {class: "hint", id: "hint"}, words().hint),
    h("div", {class: "big"}, S.classes.map((_, n) => h("button", {type: "button", value: n, onclick: tap,
      "aria-pressed": visit.score === n ? "true" : null,
      "aria-describedby": n === 0 ? "low" : n === 10 ? "high" : null}, String(n)))),
    h("p", {class: "ends"}, h("span", {id: "low"}, "0: " + low), h("span", {id: "high"}, "10: " + high))));
}
const chosen = key => [].concat(visit.said[key] ?? []).map(String);
// The questions of this person's way, as far as it is known; what an answer brought up that is asked no longer goes with it.
const way = () => S.flows[visit.nps_class].map(key => S.questions.find(one => one.key === key)).reduce((asked, one) => {
  const [first, by] = one.after || [];
  return !first || asked.some(other => other.key === first) && chosen(first).some(value => by.includes(value)) ? [...asked, one] : asked;
}, []);
const following = () => way().find(one => !visit.trail.includes(one.key));

function onwards() {
  const next = following();
  if (next) { visit.trail.push(next.key); draw(); } else finish();
}
function backwards() { visit.trail.pop(); draw(); }

function ask(one) {
  const text = T().questions[one.key], by = {
    comment: askWords, words: askWords, contact: askContact, numbers: askOne, one: askOne, several: askSeveral,
  }[one.form];
  by(one, text, [h("h1", {id: "asked"}, text.text), text.help && h("p", {class: "hint", id: "hint"}, text.help)]);
}
const isLast = one => way().filter(other => !visit.trail.includes(other.key) && other !== one).length === 0;
function buttons(one, go, said) {
  const {back, skip, send, next} = words(), label = isLast(one) ? send : next, dropped = () => { delete visit.said[one.key]; onwards(); };
  return h("div", {class: "way"}, h("button", {type: "button", class: "btn alt", onclick: backwards}, back),
    h("span", {class: "last"}), !one.required && one.form !== "contact" && h("button", {type: "button", class: "btn alt", onclick: dropped}, skip),
    said && h("button", {type: "button", class: "btn", onclick: go}, label));
}
function complain(text = words().missing) {
  stage.querySelector(".err")?.remove();
  stage.querySelector(".way").before(h("p", {class: "err", role: "alert"}, text));
}
function askWords(one, text, head) {
  const area = h("textarea", {maxlength: 4000, rows: 4, dir: "auto", "aria-labelledby": "asked", "aria-describedby": text.help ? "hint" : null});
  area.value = visit.said[one.key] || "";
  area.addEventListener("input", () => { visit.said[one.key] = area.value; });
  const go = () => one.required && !area.value.trim() ? complain() : onwards();
  show(one.key, head, area, buttons(one, go, true));
}
const REACH = /^\S+@\S+\.\S+$|^[+()\d\s./-]{6,}$/;
function askContact(one, text, head) {
  const line = (id, type, fill) => {
    const field = h("input", {id, type, class: "line", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: id === "name" ? 120 : 254});
    field.value = visit[fill] || "";
    field.addEventListener("input", () => { visit[fill] = field.value; });
    return field;
  };
  const reach = line("reach", "text", "address"), refuse = () => { visit.wants_contact = false; visit.address = visit.name = ""; onwards(); };
  const go = () => { if (!REACH.test(reach.value.trim())) return complain(words().unreachable); visit.wants_contact = true; onwards(); };
  show(one.key, head, h("label", {for: "reach"}, words().reach), reach, h("label", {for: "name"}, words().name), line("name", "text", "name"),
    h("div", {class: "way"}, h("button", {type: "button", class: "btn alt", onclick: backwards}, words().back), h("span", {class: "last"}),
      h("button", {type: "button", class: "btn alt", onclick: refuse}, words().no),
      h("button", {type: "button", class: "btn", onclick: go}, isLast(one) ? words().send : words().next)));
}
function askOne(one, text, head) {
  const tap = event => {
    const {value} = event.currentTarget;
    visit.said[one.key] = one.form === "numbers" ? +value : value;
    onwards();
  };
  const taps = one.values.map(value => h("button", {type: "button", value, onclick: tap, "aria-pressed": String(chosen(one.key).includes(value))}, text.options[value] || value));
  const ends = one.form === "numbers" && (text.low || text.high) && h("p", {class: "ends"},
    h("span", {}, one.values[0] + ": " + text.low), h("span", {}, one.values.at(-1) + ": " + text.high));
  show(one.key, h("div", {role: "group", "aria-labelledby": "asked"}, head,
    h("div", {class: one.form === "numbers" ? "big few" : "list"}, taps), ends), buttons(one, null, false));
}
function askSeveral(one, text, head) {
  const tap = event => {
    const {value} = event.currentTarget, before = chosen(one.key), on = !before.includes(value);
    visit.said[one.key] = on ? [...before, value] : before.filter(other => other !== value);
    event.currentTarget.setAttribute("aria-pressed", String(on));
  };
  const taps = one.values.map(value => h("button", {type: "button", value, onclick: tap, "aria-pressed": String(chosen(one.key).includes(value))}, text.options[value] || value));
  const go = () => one.required && !chosen(one.key).length ? complain() : onwards();
  show(one.key, h("div", {role: "group", "aria-labelledby": "asked"}, head, h("div", {class: "list"}, taps)), buttons(one, go, true));
}
async function finish() {
  if (visit.trail.at(-1) === "thanks") return;
  const asked = way(), of = form => asked.find(one => one.form === form), comment = of("comment"), wish = of("contact") && visit.wants_contact, answers = {};
  for (const one of asked) if (!["comment", "contact"].includes(one.form) && one.key in visit.said) answers[one.key] = visit.said[one.key];
  visit.trail.push("thanks");
  await keep({
    client_key: newKey(), answered_at: new Date().toISOString(), version: S.version, language: visit.language, score: visit.score,
    comment: (comment && visit.said[comment.key] || "").trim(), wants_contact: wish ?? null,
    name: wish && visit.name || "", address: wish && visit.address || "", answers,
  });
  draw();
  send();
}
function thank() {
  show("thanks", h("h1", {}, T().thanks[visit.nps_class]),
    h("p", {class: "way"}, h("button", {type: "button", class: "btn", onclick: restart}, words().another)));
  clearTimeout(leaving);
  leaving = setTimeout(restart, 2000);
}

// --- whoever walks away -------------------------------------------------------------------------------------------------
const still = h("div", {class: "still", hidden: true}), count = h("span", {"aria-hidden": "true"}), there = h("strong", {role: "status"});
still.append(h("span", {}, there, " ", count), h("button", {type: "button", class: "btn"}));
// Its own button works on the click: a bar that is gone by then would let the finger land on what lies below.
for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, event => {
  if (!still.contains(event.target)) { touched = Date.now(); watch(); }
}, {passive: true, capture: true});
function watch() {
  const left = Math.ceil(S.idle - (Date.now() - touched) / 1000), warned = !atRest() && screen !== "thanks" && left <= S.warned;
  if (!atRest() && left <= 0) { staff.open && staff.close(); restart(); }
  else if (fresh && atRest()) restart();
  still.hidden = !warned || left <= 0;
  if (!still.hidden) {
    there.textContent = words().there;
    count.textContent = told(words().over, {seconds: left});
    still.lastChild.textContent = words().stay;
  } else there.textContent = "";
  const host = document.querySelector("dialog[open]") || document.querySelector(".k");
  if (still.parentNode !== host) host.append(still);
}
setInterval(watch, 250);

// --- those who look after it ----------------------------------------------------------------------------------------------
const staff = h("dialog", {"aria-labelledby": "staff-title", lang: S.staff_language});
let inside = false, wrong = 0;
staff.addEventListener("close", () => { inside = false; restart(); });
async function fits(pin) {
  const [, rounds, salt, hash] = S.pin.split("$"), code = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", code.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({name: "PBKDF2", hash: "SHA-256", salt: code.encode(salt), iterations: +rounds}, key, 256);
  return btoa(String.fromCharCode(...new Uint8Array(bits))) === hash;
}
function openStaff() {
  inside = !S.pin;
  const pin = h("input", {id: "pin", class: "line", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 12});
  const problem = h("p", {class: "err", role: "alert", hidden: true}), say = text => { problem.textContent = text; problem.hidden = false; };
  const enter = async event => {
    event.preventDefault();
    if (!crypto.subtle) return say(W.insecure);
    if (wrong >= 5) return say(W.wait);
    if (await fits(pin.value)) { inside = true; wrong = 0; return drawStaff(); }
    if (++wrong === 5) setTimeout(() => { wrong = 0; }, 30000);
    pin.value = "";
    say(W.wrong);
  };
  staff.replaceChildren(h("h2", {id: "staff-title"}, W.title), h("form", {onsubmit: enter}, h("label", {for: "pin"}, W.pin), pin, problem,
    h("div", {class: "way"}, h("button", {type: "button", class: "btn alt", onclick: () => staff.close()}, W.close), h("span", {class: "last"}), h("button", {class: "btn"}, W.open))));
  staff.showModal();
  drawStaff();
}
async function drawStaff() {
  if (!inside) return;
  const rows = await kept(), refused = rows.filter(one => one.refused), sent = recall("sent"), full = !!document.fullscreenElement;
  const when = iso => new Date(iso).toLocaleString(S.staff_language, {dateStyle: "medium", timeStyle: "short"});
  const fact = (name, value) => [h("dt", {}, name), h("dd", {}, value)];
  if (!inside) return;
  put(staff, [h("h2", {id: "staff-title"}, W.title),
    h("dl", {}, fact(W.waiting, String(rows.length)), fact(W.sent, sent ? when(sent) : W.never), fact(W.network, navigator.onLine ? W.online : W.offline),
      fact(W.offline_ready, navigator.serviceWorker?.controller ? W.yes : W.not_yet)),
    trouble && h("p", {class: "err", role: "status"}, told(W.failed, {error: trouble})),
    forgetful && h("p", {class: "err", role: "status"}, W.forgetful),
    refused.length > 0 && [h("h3", {}, W.refused), h("ul", {}, refused.map(one => h("li", {}, [when(one.answered_at), one.score, one.comment, "(" + one.refused + ")"].join(" · "))))],
    h("div", {class: "way"}, h("button", {type: "button", class: "btn alt", onclick: () => send(true)}, W.now),
      document.fullscreenEnabled && h("button", {type: "button", class: "btn alt", onclick: fill}, full ? W.leave : W.full), h("span", {class: "last"}),
      h("button", {type: "button", class: "btn", onclick: () => staff.close()}, W.close))]);
}
// Full screen until staff end it: who slips out of it is back with the next tap.
async function fill() {
  remember("full", document.fullscreenElement ? "" : "1");
  try { await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()); }
  catch { /* the browser does not let us */ }
  drawStaff();
}
addEventListener("pointerup", () => {
  if (recall("full") && !document.fullscreenElement && !staff.open) document.documentElement.requestFullscreen?.().catch(() => {});
});
addEventListener("contextmenu", event => event.preventDefault());
addEventListener("popstate", () => history.pushState(null, "", S.address));

// --- begin ----------------------------------------------------------------------------------------------------------------
function explain() {
  const sheet = h("dialog", {id: "usage", "aria-labelledby": "usage-title"}, h("h2", {id: "usage-title"}, words().usage), h("p", {}, words().used),
    h("div", {class: "way"}, h("button", {type: "button", class: "btn", onclick: () => sheet.close()}, words().close)));
  sheet.addEventListener("close", () => sheet.remove());
  document.querySelector(".k").append(sheet);
  sheet.showModal();
}
$("foot").append(h("span", {}, h("button", {type: "button", class: "plain", id: "privacy", onclick: explain}),
  h("button", {type: "button", class: "plain", id: "staff", lang: S.staff_language, onclick: openStaff}, W.title)));
document.querySelector(".k").append(still, staff);
$("langs")?.addEventListener("click", event => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  if (screen === "thanks") return;
  visit.language = link.lang;
  draw();
});
still.lastChild.addEventListener("click", () => { touched = Date.now(); watch(); });
history.pushState(null, "", S.address);
restart();
addEventListener("online", () => send());
send();
navigator.storage?.persist?.().catch(() => {});
if (navigator.serviceWorker) {
  const before = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => { fresh = !!before; });
  navigator.serviceWorker.register(S.address + "/worker.js", {scope: S.address}).then(found => { worker = found; }, () => {});
}
})();
