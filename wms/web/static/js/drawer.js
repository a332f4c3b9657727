// Drawers are <dialog>s: they hold the focus while open and give it back to what opened them.
//
//   data-drawer-open="id"       opens it; with data-drawer-url its body is fetched first, and without this module the
//                               element's own href leads to the same content as a page
//   data-drawer-close           closes the one it stands in

import { patient } from "./net.js";

const openers = new WeakMap();

const fetchBody = async (drawer, url) => {
  const body = drawer.querySelector(".drawer__body");
  body.setAttribute("aria-busy", "true");
  try {
    const answer = await patient(url, { headers: { Accept: "text/html", "X-Drawer": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    // A page or a part of one: take its sheet. Parsed inertly, so no script in it runs.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    body.replaceChildren(...(page.querySelector("#sheet") ?? page.body).childNodes);
    window.htmx?.process?.(body);
    return true;
  } catch {
    return false;
  } finally {
    body.removeAttribute("aria-busy");
  }
};

export const openDrawer = async (drawer, opener, url) => {
  openers.set(drawer, opener ?? document.activeElement);
  if (url && !(await fetchBody(drawer, url))) {
    window.location.assign(url);
    return;
  }
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-drawer-open]");
  const drawer = opener && document.getElementById(opener.dataset.drawerOpen);
  if (drawer && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openDrawer(drawer, opener, opener.dataset.drawerUrl);
  } else if (event.target.closest("[data-drawer-close]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target.matches?.("dialog[data-drawer]")) {
    event.target.close(); // a press on the dimmed page beside it
  }
});

document.addEventListener(
  "close",
  (event) => {
    const opener = openers.get(event.target);
    openers.delete(event.target);
    if (opener?.isConnected) opener.focus();
  },
  true,
);

// Menus close when the reader goes elsewhere or presses Escape, and give the focus back.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.activeElement?.closest("[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
