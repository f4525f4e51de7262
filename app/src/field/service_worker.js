// Lets the field open with no network: keeps one version of the shell and of everything it loads, whole or not at all. And sends what a page
// left for it, once there is a network and no page is open.
//
// The server writes the list of files and the version in. It never answers for the API, for photos or for office pages.

const VERSION = "/*VERSION*/";
const ASSETS = /*ASSETS*/[];
const SHELL = "/field";
const PREFIX = "dubang-field-";
const CACHE = PREFIX + VERSION;
const KEPT = new Set([...ASSETS, SHELL]);

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      try {
        await cache.addAll([...KEPT].map(fresh));
      } catch (error) {
        await caches.delete(CACHE);
        throw error;
      }
      await route(event, cache);
    })(),
  );
});

// Where the browser has routes (the Service Worker Static Routing API), what is kept is answered before this worker is awake, which takes
// longer than all the rest of finding it. A route that finds nothing asks the network, not the worker; so it is made only where it will
// find: not of answers that a proxy has vary by more than their packing, nor of an address with more to it than the shell's.
async function route(event, cache) {
  const answers = await Promise.all([...KEPT].map((path) => cache.match(path, { ignoreVary: true })));
  const varies = answers.some((answer) => !/^(accept-encoding)?$/i.test(answer?.headers.get("vary") ?? ""));
  if (varies || !event.addRoutes) {
    return;
  }
  const kept = [...KEPT].map((pathname) => ({
    urlPattern: { pathname, search: "" },
    ...(pathname === SHELL && { requestMode: "navigate" }),
  }));
  // A browser with an earlier form of them does without.
  await event.addRoutes({ condition: { or: kept }, source: { cacheName: CACHE } }).catch(() => undefined);
}

// A file named by its content is the same whenever it was fetched: the page has just loaded it, and it is not fetched twice.
function fresh(url) {
  return new Request(url, { cache: url.startsWith("/pkg/") ? "default" : "reload" });
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith(PREFIX) && name !== CACHE) {
          await caches.delete(name);
        }
      }
      // A first visit is ready for the next one without a reload.
      await self.clients.claim();
    })(),
  );
});

// Only the page knows whether an inspection is open; it says when the new version may take over.
self.addEventListener("message", (event) => {
  if (event.data?.type === "takeOver") {
    event.waitUntil(self.skipWaiting());
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    if (isField(url)) {
      event.respondWith(kept(SHELL, request));
    }
  } else if (KEPT.has(url.pathname) && url.pathname !== SHELL) {
    event.respondWith(kept(url.pathname, request));
  }
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}

function isField({ pathname }) {
  return pathname === SHELL || pathname.startsWith(SHELL + "/");
}

// One that fails the browser tries again, a few times. What became of each event the page finds out when it opens: it sends the same once
// more, which counts once.
self.addEventListener("sync", (event) => {
  if (event.tag === "parcel") {
    event.waitUntil(sendParcel());
  }
});

async function sendParcel() {
  const { parcel, key } = await left();
  if (!parcel || !key) {
    return;
  }
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const field = pages.filter(({ url }) => isField(new URL(url)));
  if (field.length > 0) {
    field.forEach((page) => page.postMessage({ type: "send" }));
    // It may be closed before it has.
    throw new Error("left to the page that is open");
  }
  const me = await ask("/api/sync/v1/me");
  if (me.status === 401) {
    // A page asks for a sign-in.
    return;
  }
  if ((await me.json()).person !== parcel.person) {
    // Who signed in on an office page; they may leave again.
    throw new Error("somebody else is signed in");
  }
  for (const { address, packed, sealed } of parcel.calls) {
    const by = { name: "AES-GCM", iv: sealed.subarray(0, 12) };
    await ask(address, {
      method: "POST",
      headers: { "content-type": "application/json", ...(packed && { "content-encoding": "gzip" }) },
      body: await crypto.subtle.decrypt(by, key, sealed.subarray(12)),
    });
  }
}

// What the server does not take is for the page to say to its person.
async function ask(address, how) {
  const answer = await fetch(address, { ...how, redirect: "error", signal: AbortSignal.timeout(60_000) });
  if (answer.status >= 500) {
    throw new Error(`the server answered ${answer.status}`);
  }
  return answer;
}

// What a page left, and the key it is sealed by.
function left() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("dubang-field");
    // Only pages make the database, or bring it to another version.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      // A page that brings it to another version does not wait for this.
      database.onversionchange = () => database.close();
      if (!database.objectStoreNames.contains("meta")) {
        database.close();
        resolve({});
        return;
      }
      const reading = database.transaction("meta");
      const [parcel, key] = ["parcel", "wrapping"].map((name) => reading.objectStore("meta").get(name));
      reading.oncomplete = () => {
        database.close();
        resolve({ parcel: parcel.result, key: key.result });
      };
      reading.onabort = () => {
        database.close();
        reject(reading.error);
      };
    };
  });
}
