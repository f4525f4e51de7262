// Lets the field open with no network: keeps one version of the shell and of everything it loads, whole or not at all.
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
    })(),
  );
});

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
    if (url.pathname === SHELL || url.pathname.startsWith(SHELL + "/")) {
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
