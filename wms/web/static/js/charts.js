// Curves over uPlot: months of a room in one request, alarm bands behind them, drawn in the theme's own colours.
//
//   data-source     answers {"x": [seconds], "y": [[values] …]}, ≤ 2,000 points, in the unit of its series;
//                   null breaks a line, false says nothing of it at that instant
//   data-series     [{label, unit, places, dash}]
//   data-bands      [{from, to, tone: "ok" | "warn" | "danger", label}] on the scale of the first series

import { patient } from "./net.js";

const LINES = ["--accent", "--warn-ink", "--info-ink", "--danger-ink", "--ok-ink"];

const colour = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();

const shown = (value, series) =>
  value == null ? "\u2013" : `${value.toFixed(series.places ?? 1).replace("-", "\u2212")} ${series.unit ?? ""}`;

const bandsPlugin = (figure, bands) => ({
  hooks: {
    drawClear: (plot) => {
      const { ctx, bbox } = plot;
      for (const band of bands) {
        const top = plot.valToPos(Math.min(band.to ?? Infinity, plot.scales.y.max), "y", true);
        const bottom = plot.valToPos(Math.max(band.from ?? -Infinity, plot.scales.y.min), "y", true);
        if (bottom <= top) continue;
        ctx.save();
        ctx.fillStyle = colour(figure, `--${band.tone}-tint`);
        ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
        ctx.strokeStyle = colour(figure, `--${band.tone}-ink`);
        ctx.setLineDash([2, 5]);
        ctx.strokeRect(bbox.left, top, bbox.width, bottom - top);
        ctx.restore();
      }
    },
  },
});

const axis = (figure, extra) => ({
  stroke: colour(figure, "--muted"),
  grid: { stroke: colour(figure, "--line"), width: 1 },
  ticks: { stroke: colour(figure, "--line"), width: 1 },
  ...extra,
});

// A value with a hole on either side has no line through it: without a dot it would not be seen.
const alone = (plot, n) => {
  const values = plot.data[n];
  const found = [];
  let before = null;
  for (let at = 0; at < values.length; at++) {
    if (values[at] === undefined) continue;
    if (values[at] !== null && before === null) {
      let next = at + 1;
      while (values[next] === undefined && next < values.length) next++;
      if (values[next] == null) found.push(at);
    }
    before = values[at];
  }
  return found;
};

// A hundredth of a degree is no mountain: a curve's scale spans at least one of its units.
const spread = (_, min, max) => {
  if (min === null) return [0, 1];
  const lack = Math.max(0, 1 - (max - min)) / 2;
  return uPlot.rangeNum(min - lack, max + lack, 0.1, true);
};

const options = (figure, plot, series, bands) => ({
  width: plot.clientWidth,
  tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), figure.dataset.zone), // the site's day, wherever one reads
  height: Math.max(240, Math.round(plot.clientWidth * 0.3)),
  padding: [null, 44, null, null], // the last day's words stand half beyond its line
  scales: { x: { time: figure.dataset.chart === "line" }, ...(figure.dataset.chart === "line" ? { y: { range: spread } } : {}) },
  axes: [
    axis(figure, figure.dataset.chart === "line" ? { values: "{YYYY}-{MM}-{DD}\n{HH}:{mm}", space: 110 } : {}),
    axis(figure, { size: 72, values: (_, ticks) => ticks.map((tick) => `${String(tick).replace("-", "\u2212")} ${series[0]?.unit ?? ""}`) }),
  ],
  series: [
    { label: figure.dataset.wordsTime, value: "{YYYY}-{MM}-{DD} {HH}:{mm}" },
    ...series.map((each, n) => ({
      label: each.label,
      stroke: colour(figure, LINES[n % LINES.length]),
      width: 1.75,
      dash: n ? [6, 3 * n] : undefined, // told apart without colour
      spanGaps: false,
      points: figure.dataset.chart === "dots" ? { show: true, size: 7 } : { show: true, size: 4, filter: alone },
      paths: figure.dataset.chart === "dots" ? () => null : undefined,
      value: (_, value) => shown(value, each),
    })),
  ],
  plugins: [bandsPlugin(figure, bands)],
});

const known = (values) => values.map((value) => (value === false ? undefined : value));

const draw = async (figure) => {
  const plot = figure.querySelector("[data-chart-plot]");
  const words = figure.querySelector("[data-chart-words]");
  figure.dataset.drawn = "";
  try {
    const answer = await patient(figure.dataset.source, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { x, y } = await answer.json();
    if (!x.length) {
      words.textContent = figure.dataset.wordsEmpty;
      return;
    }
    const series = JSON.parse(figure.dataset.series);
    const chart = new uPlot(options(figure, plot, series, JSON.parse(figure.dataset.bands)), [x, ...y.map(known)], plot);
    new ResizeObserver(() => chart.setSize({ width: plot.clientWidth, height: Math.max(240, Math.round(plot.clientWidth * 0.3)) })).observe(plot);
  } catch {
    words.textContent = figure.dataset.wordsFailed;
  } finally {
    plot.dataset.state = "drawn";
  }
};

export const drawAll = (root) => {
  for (const figure of root.querySelectorAll("[data-chart]:not([data-drawn])")) draw(figure);
};
