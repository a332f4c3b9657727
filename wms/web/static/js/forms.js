// Forms: one press sends once, an error takes the focus, steps of a price, printing, reading aloud.

const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-queue]") || form.method === "dialog") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});

// Coming back with the browser's arrow must not leave a form that refuses to be sent.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) sent.delete(form);
  for (const busy of document.querySelectorAll('[aria-busy="true"]')) busy.removeAttribute("aria-busy");
});

// Steps are counted in whole units of the last decimal: no floating point reaches a price.
const stepped = (text, step, direction) => {
  const places = Math.max(...[text, step].map((part) => (part.split(".")[1] ?? "").length));
  const units = (part) => BigInt(part.replace(".", "") + "0".repeat(places - (part.split(".")[1] ?? "").length));
  const result = units(text) + units(step) * BigInt(direction);
  const size = String(result < 0n ? 0n : result).padStart(places + 1, "0");
  return places ? `${size.slice(0, -places)}.${size.slice(-places)}` : size;
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-stepper-up], [data-stepper-down]");
  if (button) {
    const stepper = button.closest("[data-stepper]");
    const input = stepper.querySelector("input");
    if (!/^\d+(\.\d+)?$/.test(input.value)) return;
    input.value = stepped(input.value, stepper.dataset.step, button.matches("[data-stepper-up]") ? 1 : -1);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (event.target.closest("[data-print]")) window.print();
  const speaker = event.target.closest("[data-speak]");
  if (speaker) {
    const words = new SpeechSynthesisUtterance(speaker.dataset.speak);
    words.lang = document.documentElement.lang;
    window.speechSynthesis.cancel();
    window.speechSynthesis.speak(words);
  }
});

if ("speechSynthesis" in window) {
  for (const speaker of document.querySelectorAll("[data-speak]")) speaker.hidden = false;
}

document.querySelector("[data-focus-first]")?.focus();
