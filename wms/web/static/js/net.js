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
