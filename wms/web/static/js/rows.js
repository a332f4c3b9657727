// Tables by keyboard: j / k (or the arrows) walk the rows, Enter opens one, Home and End go to the ends.
// A row opens in its table's drawer (data-drawer on the table's closest [data-rows-drawer]) or as a page.

import { openDrawer } from "./drawer.js";

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

const rowsOf = (table) => [...table.querySelectorAll("tr[data-row]")];

const walk = (rows, from, key) => {
  if (key === "Home") return rows[0];
  if (key === "End") return rows.at(-1);
  const at = rows.indexOf(from);
  const step = key === "j" || key === "ArrowDown" ? 1 : -1;
  if (at < 0) return step > 0 ? rows[0] : rows.at(-1);
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))];
};

const open = (row) => {
  const drawer = document.getElementById(row.closest("[data-rows-drawer]")?.dataset.rowsDrawer ?? "");
  if (drawer) openDrawer(drawer, row, row.dataset.url);
  else window.location.assign(row.dataset.url);
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const row = event.target.closest("tr[data-row]");
  if (event.key === "Enter" && row === event.target) {
    event.preventDefault();
    open(row);
    return;
  }
  const inTable = event.target.closest("table[data-rows]");
  const letters = event.key === "j" || event.key === "k";
  if (!letters && !(inTable && row && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key))) return;
  const table = inTable ?? document.querySelector("table[data-rows]:has(tr[data-row])");
  const next = table && walk(rowsOf(table), row, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.target.closest("a, button, input, label, select")) return;
  if (String(window.getSelection())) return; // somebody is marking a number to copy
  row.focus();
  open(row);
});
