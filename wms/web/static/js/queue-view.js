// What a person sees of the queue: "未发送 n" in the bar, the list behind it, and forms that go through it.
//
// <form data-queue="kind"> is kept under a client-made id and sent. If the server answers within PATIENCE_MS the page goes
// on to the answer's "next"; if not, or if the server is known to be away, the form is free for the next piece of work.
//   data-keep             on a field: what was typed stays for the next piece
//   data-queue-steps      "gross tare": the field `purpose` names the first of them that does not wait in the line yet
//   data-queue-said       says what became of the last press

import { all, away, flush, put, queue, setAside, takeOut, tryAgain } from "./queue.js";
import { count, fill } from "./words.js";
import { uuid7 } from "./uuid7.js";

const PATIENCE_MS = 4000;
let trouble = "";
let sending = "";

const badge = (entries) => {
  for (const button of document.querySelectorAll("[data-unsent]")) {
    const words = button.dataset;
    words.count = String(entries.length);
    words.trouble = entries.length ? trouble : "";
    const sentence = { refused: words.refused, "sign-in": words.signIn }[words.trouble] ?? words.many;
    button.querySelector("[data-unsent-words]").textContent = entries.length ? fill(sentence, { n: count(entries.length) }) : words.none;
  }
};

const line = (list, entry, state) => {
  const item = document.createElement("li");
  item.className = "card";
  const title = document.createElement("strong");
  title.textContent = entry.label;
  const note = document.createElement("span");
  note.className = "small muted";
  note.textContent = `${new Date(entry.made_at).toLocaleString("sv-SE").slice(0, 16)} · ${state}${entry.why ? `: ${entry.why}` : ""}`;
  item.append(title, note);
  if (entry.state === "refused" && !entry.aside_at) {
    const row = document.createElement("span");
    row.className = "row";
    for (const [text, act] of [[list.dataset.wordsAgain, tryAgain], [list.dataset.wordsAside, takeOut]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = text;
      button.addEventListener("click", () => act(entry));
      row.append(button);
    }
    item.append(row);
  }
  return item;
};

// A truck is weighed full, then empty: a weight that waits in the line counts as taken.
const advance = (entries) => {
  for (const form of document.querySelectorAll("form[data-queue-steps]")) {
    const waiting = entries.filter((entry) => entry.url === form.action).map((entry) => entry.body.purpose);
    const next = form.dataset.queueSteps.split(" ").find((step) => !waiting.includes(step)) ?? "";
    form.elements.purpose.value = next;
    const button = form.querySelector("[data-step-words]");
    button.hidden = !next;
    if (next) button.querySelector("span").textContent = JSON.parse(button.dataset.stepWords)[next];
  }
};

const draw = async () => {
  const entries = await all();
  badge(entries);
  advance(entries);
  for (const list of document.querySelectorAll("dialog[open] [data-unsent-list]")) {
    const words = list.dataset;
    const stateOf = (entry) => (entry.state === "refused" ? words.wordsRefused : entry.id === sending ? words.wordsSending : words.wordsWaiting);
    const kept = await setAside();
    list.replaceChildren(...entries.map((entry) => line(list, entry, stateOf(entry))), ...kept.map((entry) => line(list, entry, words.wordsKept)));
  }
};

const answerFor = (id) =>
  new Promise((resolve) => {
    const done = (result) => {
      clearTimeout(timer);
      queue.removeEventListener("sent", sent);
      queue.removeEventListener("refused", refused);
      queue.removeEventListener("rested", rested);
      resolve(result);
    };
    const sent = (event) => event.detail.id === id && done({ outcome: "sent", said: event.detail.said });
    const refused = (event) => event.detail.id === id && done({ outcome: "refused", why: event.detail.why });
    const rested = (event) => event.detail.outcome !== "empty" && done({ outcome: "wait" });
    const timer = setTimeout(() => done({ outcome: "wait" }), PATIENCE_MS);
    queue.addEventListener("sent", sent);
    queue.addEventListener("refused", refused);
    queue.addEventListener("rested", rested);
  });

// One capture is one weighing: the same one cannot be queued again while its load still stands on the scale.
const taken = new Set();
const captureOf = (body) => (body.seq ? `${body.gw}/${body.ep}/${body.seq}` : "");
const isTaken = async (capture) => capture && (taken.has(capture) || (await all()).some((entry) => captureOf(entry.body) === capture));

const figureOf = (body) => {
  const figure = body.seq && document.querySelector(`[data-live-weight][data-instrument="${CSS.escape(body.instrument)}"] [data-live-figure]`);
  return figure ? `${figure.textContent} kg` : "";
};

const tellForm = (form, name, what = "") => {
  const said = form.querySelector("[data-queue-said]");
  if (said) said.textContent = fill(said.dataset[name] ?? "", { what });
};

const nextPiece = (form) => {
  for (const field of form.querySelectorAll("[data-keep]")) field.defaultValue = field.value;
  form.reset();
  draw();
  const first = form.querySelector("[autofocus], [data-scan-target]");
  first?.focus();
  first?.select?.();
};

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-queue]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.requestId) return; // pressed twice: the first press is on its way
  const id = (form.dataset.requestId = uuid7());
  const fields = new FormData(form, event.submitter);
  fields.delete("csrf_token"); // the token of the day it is sent goes with it, not the one of the day it was made
  const body = Object.fromEntries(fields);
  const capture = captureOf(body);
  if (await isTaken(capture)) {
    delete form.dataset.requestId;
    tellForm(form, "twice");
    return;
  }
  if (capture) taken.add(capture);
  const figure = figureOf(body);
  const title = form.dataset.queueLabel || document.querySelector("h1")?.textContent.trim() || form.dataset.queue;
  const answer = away() ? { outcome: "wait" } : answerFor(id);
  await put({ id, kind: form.dataset.queue, label: [title, figure].filter(Boolean).join(" · "), url: form.action, body });
  const result = await answer;
  delete form.dataset.requestId;
  form.dispatchEvent(new CustomEvent(`queue:${result.outcome}`, { bubbles: true, detail: { id, ...result } }));
  if (result.outcome === "sent" && result.said?.next) window.location.assign(result.said.next);
  else if (result.outcome === "refused") {
    taken.delete(capture);
    tellForm(form, "refused", result.why);
  }
  else {
    nextPiece(form);
    tellForm(form, result.outcome === "sent" ? "sent" : "kept", figure);
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-unsent-now]")) flush();
  if (event.target.closest("[data-unsent]")) setTimeout(draw); // the list is drawn while somebody looks at it
});

document.addEventListener("server-back", () => flush());
queue.addEventListener("changed", draw);
queue.addEventListener("sending", (event) => (sending = event.detail.id));
queue.addEventListener("rested", (event) => {
  sending = "";
  trouble = event.detail.outcome;
  draw();
});

// Leaving with work unsent is allowed, it is kept; but the reader is told.
window.addEventListener("beforeunload", (event) => {
  if (Number(document.querySelector("[data-unsent]")?.dataset.count ?? 0) > 0 && trouble === "refused") event.preventDefault();
});

draw();
flush();
