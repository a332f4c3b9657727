// The till without a mouse: every action has a key, Enter goes on to the next, a scan lands where scans belong.
//
//   data-key="F2"            pressed by that key anywhere on the page (letters only while nobody types)
//   data-scan-target         a scan (fast keys ending in Enter) is put here wherever the focus is (of several: the focused
//                            one, else the first empty one); its form is sent; of several scans, with the last
//   data-next-focus="#id"    where Enter goes from this field; without it to the next field, at the last one the form is sent

// No hand types this fast; a slow wireless scanner may ask for more with <body data-scan-gap-ms>.
const gapMs = () => Number(document.body.dataset.scanGapMs ?? 35);
const SCAN_LEAST = 4;

const visible = (element) => element.getClientRects().length > 0;
const scope = () => document.querySelector("dialog[open]") ?? document;
const typing = (element) => element?.matches?.("input:not([type=radio], [type=checkbox]), textarea, select") ?? false;

const press = (key, event) => {
  const found = [...scope().querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.toLowerCase() === key.toLowerCase() && visible(element),
  );
  if (!found || (key.length === 1 && typing(event.target)) || key === "Enter") return false;
  event.preventDefault();
  if (typing(found)) found.select();
  else found.click();
  return true;
};

const onward = (event) => {
  const field = event.target;
  const form = field.form;
  if (!form || field.matches("textarea, button")) return;
  const named = field.dataset.nextFocus && document.querySelector(field.dataset.nextFocus);
  const fields = [...form.elements].filter((each) => each.matches("input:not([type=hidden], [readonly]), select, textarea") && visible(each));
  const next = named || fields[fields.indexOf(field) + 1];
  event.preventDefault();
  if (next && next.type !== "radio") {
    next.focus();
    next.select?.();
  } else if (next) {
    (form.querySelector(`input[name="${CSS.escape(next.name)}"]:checked`) ?? next).focus();
  } else {
    const button = form.querySelector('[type="submit"], button:not([type])');
    if (button?.getAttribute("aria-disabled") === "true") button.focus(); // it waits for a stable weight, and so does Enter
    else form.requestSubmit(button);
  }
};

const scan = { text: "", at: 0, field: null, before: "" };

// Where a scan belongs: the field for scans that has the focus, else the first empty one.
const targetOf = (field) => {
  const targets = [...scope().querySelectorAll("[data-scan-target]")].filter(visible);
  return targets.find((each) => each === field) ?? targets.find((each) => !each.value) ?? targets[0];
};

// What a form that takes several scans still waits for: another scan, or something that must be typed.
const missing = (form) => {
  const asked = [...form.elements].filter((each) => each.matches("input[data-scan-target], input[required]") && visible(each));
  const scans = asked.filter((each) => each.matches("[data-scan-target]"));
  return scans.length > 1 && asked.find((each) => !each.value);
};

const landed = (event) => {
  const text = scan.text;
  const target = targetOf(scan.field);
  scan.text = "";
  if (text.length < SCAN_LEAST || !target) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  // The scanner typed into whatever had the focus: give that field back what it held.
  if (scan.field && scan.field !== target && typing(scan.field)) scan.field.value = scan.before;
  target.value = text;
  target.dispatchEvent(new CustomEvent("scan", { bubbles: true, detail: { text } }));
  target.dispatchEvent(new Event("input", { bubbles: true }));
  const next = target.form && missing(target.form);
  if (next) next.focus();
  else target.form?.requestSubmit();
  return true;
};

document.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const now = event.timeStamp; // when the key came, however busy the page is
    if (event.key.length === 1) {
      if (!scan.text || now - scan.at > gapMs()) {
        scan.text = "";
        scan.field = event.target;
        scan.before = event.target.value ?? "";
      }
      scan.text += event.key;
      scan.at = now;
    }
    if (event.key === "Enter") {
      if (now - scan.at <= gapMs() * 2 && landed(event)) return;
      onward(event);
      return;
    }
    // The first key of a scan must not press a button: single letters wait until no second one follows at once.
    if (event.key.length > 1) press(event.key, event);
    else if (!typing(event.target)) {
      const at = scan.at;
      setTimeout(() => scan.at === at && scan.text.length === 1 && press(event.key, event), gapMs() + 5);
    }
  },
  true,
);

document.querySelector("[data-autofocus], [autofocus]")?.focus();
document.body.dataset.keys = "heard"; // from now on
