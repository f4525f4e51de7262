// Writes drafts in a thread of its own: an answer is on disk while the page that took it is still being drawn.
//
// It is told the database once, says when it has it open, and is then asked with { number, key, value }. It writes over nothing but a
// sealed draft that was not handed in, and answers with the number, whether the value is on disk, and since when. Whatever else there is
// to do or to say about it, the page does: it makes and upgrades the database, and writes there itself whenever this did not.

const STORE = "draft";
const NOT_HANDED_IN = 0;

let database;

self.addEventListener("message", async ({ data }) => {
  if ("name" in data) {
    database?.close();
    database = await opened(data).catch(() => undefined);
    postMessage({ ready: database !== undefined });
    return;
  }
  const kept = await written(data).catch(() => false);
  postMessage({ number: data.number, kept, at: performance.timeOrigin + performance.now() });
});

function opened({ name, version }) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const { result } = request;
      // The page opens another; one that was cleared must not be begun anew from here.
      result.onversionchange = () => result.close();
      resolve(result);
    };
  });
}

function written({ key, value }) {
  return new Promise((resolve) => {
    const writing = database.transaction(STORE, "readwrite", { durability: "strict" });
    writing.oncomplete = () => resolve(true);
    writing.onabort = () => resolve(false);
    const drafts = writing.objectStore(STORE);
    // Put before the answer is there, and taken back where that was wrong.
    const known = drafts.get(key);
    drafts.put(value, key);
    known.onsuccess = () => {
      const { result } = known;
      if (result === undefined || (result instanceof Uint8Array && result[1] === NOT_HANDED_IN)) {
        writing.commit();
      } else {
        writing.abort();
      }
    };
  });
}
