// Sentences come from the page in the reader's language; modules only fill in the numbers.

const groups = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const fill = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

export const count = (number) => groups.format(number);

// Whole grams as kg, exact: at least `places` decimals, more only where cutting would hide grams.
export const kilograms = (grams, places) => {
  const size = Math.abs(grams);
  const whole = Math.trunc(size / 1000);
  const exact = String(size % 1000).padStart(3, "0");
  let keep = 3;
  while (keep > places && exact[keep - 1] === "0") keep -= 1;
  const decimals = exact.slice(0, keep);
  return `${grams < 0 ? "\u2212" : ""}${groups.format(whole)}${decimals ? "." : ""}${decimals}`;
};
