// What every page does beyond HTML. All of it listens on the document, so that swapped-in parts work without wiring.

import "./drawer.js";
import "./forms.js";
import "./rows.js";
import "./updates.js";

const scan = async () => {
  if (document.querySelector("[data-chart]:not([data-drawn])")) {
    const { drawAll } = await import("./charts.js");
    drawAll(document);
  }
};

document.addEventListener("htmx:after:swap", scan);
scan();

// Where the tabs are a strip that scrolls, the reader's own is in sight.
const own = document.querySelector(".nav [aria-current]");
const strip = own?.closest(".nav__list");
if (strip && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = own.offsetLeft - strip.clientWidth / 3;
