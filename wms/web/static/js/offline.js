// The terminal without its server: pages are kept by keeper.js and say so; when the server is back they are asked for anew.

import { patient } from "./net.js";
import { all, queue } from "./queue.js";
import { fill } from "./words.js";

const KEEPER = "/terminal/sw.js";
const PAGES = "coldlot-pages";
const AGAIN_MS = 3000;

const keptAt = Number(document.body.dataset.keptAt ?? 0);
let waited = false;

// Only a secure page (https, or this very machine) may be kept; elsewhere the terminal must not be closed while it is cut off.
navigator.serviceWorker?.register(KEEPER, { scope: "/terminal" }).catch((error) => console.info("pages are not kept", error));

const untouched = () => [...document.querySelectorAll("main form input:not([type=hidden]), main form textarea")].every((each) => each.value === each.defaultValue);

// Not under anybody's hands.
const IDLE_MS = 1500;
let touchedAt = 0;
document.addEventListener("keydown", (event) => (touchedAt = event.timeStamp), true);

const renew = () => {
  const idle = performance.now() - touchedAt;
  if (idle < IDLE_MS) setTimeout(renew, IDLE_MS - idle);
  else if (untouched() && !document.querySelector("dialog[open]")) window.location.reload();
};

const note = document.querySelector("[data-kept-note]");
if (keptAt && note) {
  note.textContent = fill(note.dataset.words, { time: new Date(keptAt).toLocaleTimeString("sv-SE").slice(0, 5) });
  note.hidden = false;
  document.querySelector("main").prepend(note);
  setInterval(async () => {
    try {
      const answer = await patient(KEEPER, {}, 2000);
      if (!answer.ok) return;
      document.dispatchEvent(new Event("server-back"));
      if ((await all()).length === 0) renew();
    } catch {
      // Still away: the note stands.
    }
  }, AGAIN_MS);
}

// Sums on the page are those of before: once everything is sent, they are asked for.
document.addEventListener("queue:wait", (event) => (waited ||= event.target.matches("[data-renew]")));
queue.addEventListener("rested", (event) => event.detail.outcome === "empty" && waited && renew());

// The next person at this terminal does not find the pages of the last one.
document.addEventListener("submit", (event) => {
  if (event.target.matches('form[action="/sign-out"]')) window.caches?.delete(PAGES);
});

const list = document.querySelector("[data-kept-pages]");
const titles = async () => {
  const pages = await window.caches.open(PAGES);
  for (const request of (await pages.keys()).reverse()) {
    const page = new DOMParser().parseFromString(await (await pages.match(request)).text(), "text/html");
    const path = new URL(request.url).pathname;
    if (!page.title || path === "/terminal/away") continue;
    const link = document.createElement("a");
    link.href = path;
    link.className = "button";
    link.textContent = page.querySelector("h1")?.textContent.trim() || page.title;
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  }
  list.querySelector("a")?.focus();
};
if (list && window.caches) titles();
