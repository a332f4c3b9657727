// Where unsent work is kept: IndexedDB, written through to disk before anything is sent.
//
//   entries   {seq, id, kind, label, url, body, made_at, tries, state: "waiting" | "refused", why}  in the order made
//   aside     entries a person took out of the line; never deleted here

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const finished = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });

let opened = null;

const database = () => {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("coldlot", 1);
    request.onupgradeneeded = () => {
      const entries = request.result.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
      entries.createIndex("id", "id", { unique: true });
      request.result.createObjectStore("aside", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
};

const change = async (stores, act) => {
  const transaction = (await database()).transaction(stores, "readwrite", { durability: "strict" });
  const done = finished(transaction);
  const result = await act(transaction);
  await done;
  return result;
};

// Keep an entry at the end of the line. An id that is kept already is not kept again.
export const keep = (entry) =>
  change(["entries"], async (transaction) => {
    const entries = transaction.objectStore("entries");
    if (await asked(entries.index("id").get(entry.id))) return false;
    entries.add(entry);
    return true;
  });

export const all = async () => asked((await database()).transaction("entries").objectStore("entries").getAll());

export const setAside = async () => asked((await database()).transaction("aside").objectStore("aside").getAll());

export const first = async () => {
  const cursor = await asked((await database()).transaction("entries").objectStore("entries").openCursor());
  return cursor?.value ?? null;
};

export const update = (entry) =>
  change(["entries"], async (transaction) => {
    transaction.objectStore("entries").put(entry);
  });

export const remove = (seq) =>
  change(["entries"], async (transaction) => {
    transaction.objectStore("entries").delete(seq);
  });

// Out of the line and into the box, in one transaction: it is in exactly one of the two at any time.
export const moveAside = (entry) =>
  change(["entries", "aside"], async (transaction) => {
    transaction.objectStore("aside").put(entry);
    transaction.objectStore("entries").delete(entry.seq);
  });
