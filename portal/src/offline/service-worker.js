/*
 * Opens the page of work orders offline: the worker stores this page and the frame around it. While the network
 * answers, pages come from the network. The build prepends FILES, the URLs to store, within the portal, and VERSION,
 * which changes with any of these files.
 */
const PREFIX = 'alzette-portal-';
const CACHE = PREFIX + VERSION;
const INDEX = new URL('/index.html', self.location).href;
const STORED = new Set(FILES.map((file) => new URL(file, new URL('/', self.location)).href));
/** Pages outside the portal: the citizens' app, which has its own worker, and the sign-in. */
const OTHERS = /^\/(?:app|oidc)(?:\/|$)/;
/** After this time a slow network counts as no network. */
const PATIENCE_MS = 8000;

self.addEventListener('install', (event) => {
  event.waitUntil(store().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  if (request.mode === 'navigate') {
    if (url.origin === self.location.origin && !OTHERS.test(url.pathname)) event.respondWith(page(request));
  } else if (STORED.has(url.href)) event.respondWith(stored(url.href, request));
});

/** Stores all files or none. */
async function store() {
  const cache = await caches.open(CACHE);
  // Bypasses the browser's HTTP cache, which may contain files of an earlier build.
  await cache.addAll([...STORED].map((url) => new Request(url, { cache: 'reload' })));
}

async function dropOthers() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function page(request) {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    const kept = await (await caches.open(CACHE)).match(INDEX);
    if (kept === undefined) throw cause;
    return kept;
  }
}

async function stored(url, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? fetch(request);
}
