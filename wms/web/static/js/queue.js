// The offline queue: what was done at this terminal is kept first, then sent in order, one at a time.
//
// Nothing is lost: an entry leaves only when the server itself answers for its id: 2xx, or 409 with "repeat": true, as
// JSON whose "request_id" is the entry's. A page of a hotel's network that says 200 to everything removes nothing.
// Nothing is doubled: the id was made here, once; sending again after a lost answer repeats the id, and the server
// answers as it did the first time. A refusal stops the line until a person has looked: what follows may build on it.

import { newToken, patient, token } from "./net.js";
import * as store from "./queue-store.js";
import { uuid7 } from "./uuid7.js";

const RETRY_MS = [1000, 2000, 4000, 8000, 15000, 30000];
const SIGN_IN_MS = 15000;
const AGAIN = new Set([408, 425, 429]);
const FOREIGN = "foreign_request";

export const queue = new EventTarget();
let busy = false;
let failures = 0;
let timer = 0;

// Whether the last sending found no server: then nobody needs to be kept waiting for its answer.
export const away = () => failures > 0;

const tell = (name, detail) => queue.dispatchEvent(new CustomEvent(name, { detail }));

export const put = async ({ kind, label, url, body, id = uuid7() }) => {
  await store.keep({ id, kind, label, url, body: { ...body, request_id: id }, made_at: new Date().toISOString(), tries: 0, state: "waiting", why: "" });
  tell("changed");
  flush();
  return id;
};

const parsed = async (answer) => {
  try {
    return (await answer.json()) ?? {};
  } catch {
    return {};
  }
};

// What the server said about one entry: sent | refused | sign-in | wait.
const judge = async (entry, answer) => {
  if (answer.type === "opaqueredirect" || answer.status === 401) return { outcome: "sign-in" };
  const said = await parsed(answer);
  const own = said.request_id === entry.id;
  if (answer.ok) return own ? { outcome: "sent", said } : { outcome: "wait" };
  if (answer.status === 409 && own && said.repeat === true) return { outcome: "sent", said };
  if (answer.status >= 500 || AGAIN.has(answer.status)) return { outcome: "wait" };
  return { outcome: "refused", why: said.detail ?? said.title ?? String(answer.status), code: said.code };
};

const post = async (entry) => {
  const answer = await patient(entry.url, {
    method: "POST",
    redirect: "manual",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "Idempotency-Key": entry.id,
      "X-CSRF-Token": token(),
    },
    body: JSON.stringify(entry.body),
  });
  return judge(entry, answer);
};

const send = async (entry) => {
  await store.update({ ...entry, tries: entry.tries + 1 });
  try {
    const result = await post(entry);
    // A page older than the session shows an old token: that says nothing of the work.
    if (result.code === FOREIGN && (await newToken())) return await post(entry);
    return result;
  } catch {
    return { outcome: "wait" };
  }
};

const settle = async (entry, result) => {
  if (result.outcome === "sent") {
    await store.remove(entry.seq);
    tell("sent", { id: entry.id, said: result.said });
  } else if (result.outcome === "refused") {
    await store.update({ ...entry, tries: entry.tries + 1, state: "refused", why: result.why });
    tell("refused", { id: entry.id, why: result.why });
  }
  tell("changed");
};

const drain = async () => {
  for (let entry = await store.first(); entry; entry = await store.first()) {
    if (entry.state === "refused") return "refused";
    tell("sending", { id: entry.id });
    const result = await send(entry);
    await settle(entry, result);
    if (result.outcome !== "sent") return result.outcome;
  }
  return "empty";
};

// One sender per browser where locks exist (https, localhost); elsewhere one per page, and the server keeps it single.
const alone = (act) =>
  navigator.locks ? navigator.locks.request("coldlot-queue", { ifAvailable: true }, (lock) => (lock ? act() : "wait")) : act();

const pause = (outcome) => {
  if (outcome === "sign-in") return SIGN_IN_MS;
  return RETRY_MS[Math.min(Math.max(failures, 1), RETRY_MS.length) - 1];
};

export const flush = async () => {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  let outcome = "wait";
  try {
    outcome = await alone(drain);
  } finally {
    busy = false;
  }
  failures = outcome === "wait" ? failures + 1 : 0;
  tell("rested", { outcome });
  const again = (await store.all()).length > 0 && outcome !== "refused";
  if (again) timer = setTimeout(flush, pause(outcome));
};

export const tryAgain = async (entry) => {
  await store.update({ ...entry, state: "waiting", why: "" });
  tell("changed");
  flush();
};

export const takeOut = async (entry) => {
  await store.moveAside({ ...entry, aside_at: new Date().toISOString() });
  tell("changed");
  flush();
};

export const { all, setAside } = store;

window.addEventListener("online", () => flush());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
