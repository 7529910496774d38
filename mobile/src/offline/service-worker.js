/*
 * The app offline. The worker stores the whole app during its installation and answers the app's routes from the cache.
 * The build prepends FILES, the URLs to store, within the app; VERSION, which changes with any of these files; and the
 * module that sends waiting reports when the network is back.
 */
const PREFIX = 'alzette-app-';
const CACHE = PREFIX + VERSION;
const BASE = new URL(self.registration.scope);
const INDEX = new URL('index.html', BASE).href;
const STORED = new Set(FILES.map((file) => new URL(file, BASE).href));

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
  if (request.mode === 'navigate' && url.href.startsWith(BASE.href)) {
    event.respondWith(stored(INDEX, request));
    return;
  }
  url.search = '';
  if (STORED.has(url.href)) event.respondWith(stored(url.href, request));
});

/**
 * A push message: shown with the texts that it contains. A message replaces an earlier one with the same key. The first
 * one contains a token, which is returned: only then the site sends others here. Open pages learn of it, so that they
 * show what is new.
 */
self.addEventListener('push', (event) => {
  const { key, title, text, link, urgency, confirm } = event.data.json();
  const options = {
    body: text,
    tag: key,
    icon: 'icon-192.png',
    data: { link },
    requireInteraction: urgency === 'emergency',
  };
  const shown = self.registration.showNotification(title, options);
  event.waitUntil(Promise.all([shown, tellPages({ pushed: key }), confirm && confirmed(confirm)]));
});

async function tellPages(message) {
  for (const page of await self.clients.matchAll({ type: 'window' })) page.postMessage(message);
}

async function confirmed({ endpoint, token }) {
  await fetch(`/citizen/v1/push/endpoints/${endpoint}/confirmation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openPage(new URL(event.notification.data.link, BASE)));
});

async function openPage(url) {
  if (url.origin !== BASE.origin) return;
  // Only pages of the app: the portal has the same origin.
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (!page) return self.clients.openWindow(url.href);
  await page.focus().catch(() => undefined); // not every browser allows this
  await page.navigate(url.href);
}

/** Stores all files or none. */
async function store() {
  const cache = await caches.open(CACHE);
  // Bypasses the browser's HTTP cache, which may contain files of an earlier build.
  await cache.addAll([...STORED].map((url) => new Request(url, { cache: 'reload' })));
}

/** Deletes the caches of earlier versions, of this worker and of its predecessor. */
async function dropOthers() {
  const names = await caches.keys();
  const old = names.filter(
    (name) => (name.startsWith(PREFIX) && name !== CACHE) || name.startsWith('workbox-precache'),
  );
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function stored(url, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(url)) ?? fetch(request);
}
