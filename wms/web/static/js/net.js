// One way to the server: same site, a limit on waiting, the page's token on everything that changes something.

export const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export const patient = async (url, options = {}, limitMs = 15000) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), limitMs);
  try {
    return await fetch(url, { credentials: "same-origin", cache: "no-store", ...options, signal: stop.signal });
  } finally {
    clearTimeout(timer);
  }
};

// The session's token as a fresh page shows it; whether it is another one than ours was.
export const newToken = async () => {
  const meta = document.querySelector('meta[name="csrf-token"]');
  const answer = await patient("/terminal/away", { redirect: "manual" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector('meta[name="csrf-token"]')?.content ?? "";
  if (!fresh || !meta || fresh === meta.content) return false;
  meta.content = fresh;
  return true;
};
