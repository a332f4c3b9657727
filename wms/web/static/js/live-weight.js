// The live weight. What is shown is what the scale says now, or that it says nothing: never the last weight it gave.
//
// Each [data-live-weight] listens to its events address (SSE event `weight`); where streams do not arrive it asks the
// poll address every 500 ms. An event older than data-stale-ms, by the server's age plus the time since it came, is unknown.
// Where the server does not answer, or hears nothing of the scale itself, the gateway's own address (data-dock) is asked:
// the dock goes on without it.

import { patient } from "./net.js";
import { kilograms } from "./words.js";

const TICK_MS = 200;
const POLL_MS = 500;
const DOCK_MS = 200; // the gateway is near and has few to answer
const SILENCE_MS = 6000; // a stream that never opens or stays silent this long: ask instead
const SERVER_MS = 5000; // a server that was away is asked this often beside its gateway, not before it: waiting must not age the weight
const AGAIN_MS = 15000; // a stream that was refused is asked for again

const NONE = -Infinity;
const FRESH = new Set(["stable", "uncaptured", "empty", "moving", "unsure"]); // the figure is what stands on the scale now

const stateOf = (event, age, staleMs) => {
  if (!event || age > staleMs) return "unknown";
  const flags = event.flags ?? [];
  if (flags.includes("overload") || flags.includes("out_of_range")) return "overload";
  if (flags.includes("underload")) return "underload";
  if (flags.includes("error") || flags.includes("power_up")) return "fault";
  if (!Number.isInteger(event.weight_grams)) return "unknown";
  if (flags.includes("moving") || event.stable === false) return "moving";
  if (event.stable !== true) return "unsure";
  if (event.seq != null) return "stable";
  return event.weight_grams > 0 ? "uncaptured" : "empty";
};

class LiveWeight {
  constructor(element) {
    this.element = element;
    this.staleMs = Number(element.dataset.staleMs);
    this.places = Number(element.dataset.decimals);
    this.event = null;
    this.heardAt = 0;
    this.streamAt = performance.now();
    this.openedAt = this.streamAt;
    this.freshAt = this.streamAt; // when the server last knew a weight of this scale
    this.away = false; // the server was asked in vain, and the gateway stands in for it
    this.probedAt = NONE;
    this.dockAt = NONE; // when the gateway last gave a frame
    this.polling = false;
    this.listen();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  listen() {
    if (!("EventSource" in window)) return;
    this.stream?.close();
    this.openedAt = performance.now();
    this.stream = new EventSource(this.element.dataset.events);
    this.stream.addEventListener("weight", (message) => {
      this.streamAt = performance.now();
      this.hear(JSON.parse(message.data));
    });
    this.stream.addEventListener("error", () => (this.streamAt = NONE)); // cut: the next tick asks
  }

  // What the server says. It may answer and yet know nothing of the scale: then the gateway's own frame stands.
  hear(event) {
    if (this.away) document.dispatchEvent(new Event("server-back"));
    this.away = false;
    const fresh = (event.age_ms ?? 0) <= this.staleMs;
    if (fresh) this.freshAt = performance.now();
    else if (performance.now() - this.dockAt <= this.staleMs) return;
    this.say("");
    this.take(event);
  }

  take(event) {
    if (event.instrument !== this.element.dataset.instrument) return;
    this.event = event;
    this.heardAt = performance.now();
    this.draw();
  }

  async poll(deaf) {
    if (this.polling) return;
    this.polling = true;
    if (this.away) this.probe();
    try {
      await (deaf || this.away ? this.askDock() : this.askServer());
    } finally {
      setTimeout(() => (this.polling = false), this.away ? DOCK_MS : POLL_MS);
    }
  }

  probe() {
    if (performance.now() - this.probedAt < SERVER_MS) return;
    this.probedAt = performance.now();
    this.askServer();
  }

  async askServer() {
    try {
      const answer = await patient(this.element.dataset.poll, { headers: { Accept: "application/json" } }, 2000);
      if (answer.ok) this.hear(await answer.json());
      else if (answer.status >= 500) await this.standIn();
    } catch {
      await this.standIn(); // silence is an answer too: without a dock the figure goes to unknown by its age
    }
  }

  async standIn() {
    if (this.away || !this.element.dataset.dock) return;
    this.away = true;
    await this.askDock();
  }

  // The gateway's clock is not ours: a frame is fresh when its number has moved on, not by its time.
  async askDock() {
    const { dock, instrument, wordsDock } = this.element.dataset;
    if (!dock) return;
    try {
      const answer = await patient(dock, { credentials: "omit" }, 2000);
      const said = await answer.json();
      const frame = said.instruments[instrument.split("/")[1]];
      if (`${said.gw}/${instrument.split("/")[1]}` !== instrument || frame.n === this.dockSeen) return;
      this.dockSeen = frame.n;
      this.dockAt = performance.now();
      this.say(wordsDock);
      const capture = frame.stable && frame.capture?.weight_grams === frame.weight_grams ? frame.capture : null;
      const cited = { gw: capture && said.gw, ep: capture?.ep, seq: capture?.seq, shown_at: frame.at };
      this.take({ ...frame, ...cited, instrument, age_ms: 0 });
    } catch {
      // Neither answers: unknown, as it should be.
    }
  }

  say(words) {
    const place = this.element.querySelector("[data-live-link]");
    if (place) write(place, words);
  }

  tick() {
    if (!this.element.isConnected) {
      this.stream?.close();
      clearInterval(this.timer);
      return;
    }
    const now = performance.now();
    const closed = !this.stream || this.stream.readyState === EventSource.CLOSED;
    const deaf = this.element.dataset.dock && now - this.freshAt > SILENCE_MS;
    if (closed || now - this.streamAt > SILENCE_MS) this.poll(false);
    else if (deaf) this.poll(true);
    if (this.stream && closed && now - this.openedAt > AGAIN_MS) this.listen();
    this.draw();
  }

  draw() {
    const age = this.event ? (this.event.age_ms ?? 0) + performance.now() - this.heardAt : Infinity;
    const state = stateOf(this.event, age, this.staleMs);
    const words = this.element.dataset;
    const named = { unknown: words.wordsUnknown, overload: words.wordsOverload, underload: words.wordsUnderload, fault: words.wordsFault };
    const text = named[state] ?? kilograms(this.event.weight_grams, this.places);
    write(this.element.querySelector("[data-live-figure]"), text);
    if (words.state !== state) words.state = state;
    const fresh = FRESH.has(state);
    this.facts(fresh ? this.event : null);
    release(words.instrument, state === "stable");
    this.element.dispatchEvent(new CustomEvent("live-weight", { bubbles: true, detail: { state, event: fresh ? this.event : null } }));
  }

  facts(event) {
    const box = this.element.querySelector("[data-live-facts]");
    const known = event && (event.net != null || event.tare_grams != null);
    box.hidden = !known;
    for (const input of document.querySelectorAll(`[data-live-field][data-instrument="${CSS.escape(this.element.dataset.instrument)}"]`)) {
      input.value = event?.[input.dataset.liveField] ?? "";
    }
    if (!known) return;
    const net = box.querySelector("[data-live-net]");
    write(net, event.net == null ? "\u2013" : event.net ? net.dataset.net : net.dataset.gross);
    write(box.querySelector("[data-live-tare]"), event.tare_grams == null ? "\u2013" : kilograms(event.tare_grams, this.places));
  }
}

const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

// A button that needs a stable weight keeps its place and its focus; it only refuses to be pressed.
const release = (instrument, stable) => {
  for (const button of document.querySelectorAll(`[data-needs-stable="${CSS.escape(instrument)}"]`)) {
    if (stable) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }
};

document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest('[aria-disabled="true"]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

const start = () => {
  for (const element of document.querySelectorAll("[data-live-weight]:not([data-listening])")) {
    element.dataset.listening = "";
    new LiveWeight(element);
  }
};

document.addEventListener("htmx:after:swap", start);
start();
