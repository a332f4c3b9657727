// "3 条更新": news is counted, never pushed under a pointer. Pressing the bar shows it.
//
//   document.dispatchEvent(new CustomEvent("coldlot:update", { detail: { count: 1 } }))   one more
//   data-updates with data-events="/…" listens by itself: each SSE event named `update` counts one
//
// With data-target and htmx the part is fetched in place; otherwise the page is loaded again.

import { count, fill } from "./words.js";

const show = (bar, number) => {
  bar.dataset.count = String(number);
  const link = bar.querySelector("[data-updates-show]");
  const words = bar.querySelector("[data-updates-words]");
  words.textContent = number === 1 ? link.dataset.one : fill(link.dataset.many, { n: count(number) });
  bar.hidden = number === 0;
};

const add = (number) => {
  for (const bar of document.querySelectorAll("[data-updates]")) show(bar, Number(bar.dataset.count) + number);
};

document.addEventListener("coldlot:update", (event) => add(event.detail?.count ?? 1));

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-updates-show]");
  if (!link || !link.dataset.target || !window.htmx) return;
  event.preventDefault();
  const bar = link.closest("[data-updates]");
  window.htmx.ajax("GET", link.href, { target: link.dataset.target, select: link.dataset.target, swap: "outerHTML" })
    .then(() => show(bar, 0));
});

for (const bar of document.querySelectorAll("[data-updates][data-events]")) {
  const source = new EventSource(bar.dataset.events);
  source.addEventListener("update", () => add(1));
}
