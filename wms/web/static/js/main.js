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
