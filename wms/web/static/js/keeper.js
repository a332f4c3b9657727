// The dock's keeper (a service worker): the terminal's own pages open without the server, as they were last seen.
//
// The server puts VERSION (the digest of all assets) and SHELL (their addresses) before this text, and names on each page
// that may be kept, in the header Coldlot-Keep, for whom: pages of somebody else are forgotten before one is kept. Nothing
// of a page changes but the mark on its body, data-kept-at; what it sends goes through the queue, which is not kept here.

const ASSETS = `coldlot-assets-${VERSION}`;
const PAGES = "coldlot-pages"; // offline.js forgets them by this name when somebody signs out
const OWNER = "/terminal/kept-for";
const AWAY = "/terminal/away"; // what is shown where no page was kept
const PATIENCE_MS = 10000; // a busy server is not one that is away: an old page instead of its answer misleads
const MOST = 60;
const NOT_THERE = new Set([502, 503, 504]); // a web front says so of a server that is gone

const install = async () => {
  const assets = await caches.open(ASSETS);
  await assets.addAll(SHELL);
  await fetch(AWAY).then((answer) => keep(AWAY, answer)).catch(() => undefined); // else with the first page that is kept
  await self.skipWaiting();
};

const activate = async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("coldlot-assets-") && name !== ASSETS) await caches.delete(name);
  }
  await self.clients.claim();
};

// A page kept under an older digest finds today's files.
const asset = async (request, path) => {
  const found = await caches.match(request);
  if (found) return found;
  try {
    return await fetch(request);
  } catch (error) {
    const name = path.split("/").slice(3).join("/");
    const same = await caches.match(`/assets/${VERSION}/${name}`);
    if (same) return same;
    throw error;
  }
};

const marked = async (answer) => {
  const text = await answer.text();
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Length", "Content-Encoding"]) headers.delete(name);
  return new Response(text.replace("<body ", `<body data-kept-at="${Date.now()}" `), { headers });
};

const pagesOf = async (owner) => {
  const kept = await (await caches.match(OWNER, { cacheName: PAGES }))?.text();
  if (kept !== undefined && kept !== owner) await caches.delete(PAGES);
  const pages = await caches.open(PAGES);
  if (kept !== owner) await pages.put(OWNER, new Response(owner));
  return pages;
};

const keep = async (path, answer) => {
  const owner = answer.headers.get("Coldlot-Keep");
  if (answer.status !== 200 || !owner) return;
  const pages = await pagesOf(owner);
  await pages.delete(path); // put again, it stands last: the oldest go first
  await pages.put(path, await marked(answer));
  if (!(await pages.match(AWAY)) && path !== AWAY) await keep(AWAY, await fetch(AWAY));
  const old = (await pages.keys()).map((request) => request.url).filter((url) => ![OWNER, AWAY].includes(new URL(url).pathname));
  for (const url of old.slice(0, -MOST)) await pages.delete(url);
};

const kept = (path) => caches.match(path, { cacheName: PAGES });

const fetched = async (request) => {
  const answer = await fetch(request);
  if (NOT_THERE.has(answer.status)) throw new Error(String(answer.status));
  return answer;
};

const page = async (event, path) => {
  const asked = fetched(event.request);
  const copied = asked.then((answer) => answer.clone());
  event.waitUntil(copied.then((answer) => keep(path, answer)).catch(() => undefined)); // what is not kept is asked for again
  const there = asked.catch(() => null);
  const patience = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  return (await Promise.race([there, patience])) ?? (await kept(path)) ?? (await there) ?? (await kept(AWAY)) ?? Response.error();
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(asset(event.request, pathname));
  else if (mode === "navigate") event.respondWith(page(event, pathname.replace(/\/+$/, ""))); // with or without its slash
});
