"use strict";
// Answers for the page while the network is gone. `build` names the page's content: another page is another worker.
const HOME = "{{ home }}", KEPT = [HOME, "{{ manifest }}"], OURS = "kiosk " + HOME + " ", CACHE = OURS + "{{ build }}";

addEventListener("install", event => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.map(path => new Request(path, {cache: "reload", credentials: "omit"})));
  await skipWaiting();
})()));

addEventListener("activate", event => event.waitUntil((async () => {
  const gone = (await caches.keys()).filter(name => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(gone.map(name => caches.delete(name)));
  await clients.claim();
})()));

addEventListener("fetch", event => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET" || !KEPT.includes(path)) return;
  event.respondWith(caches.open(CACHE).then(cache => cache.match(path)).then(kept => kept || fetch(event.request)));
});
