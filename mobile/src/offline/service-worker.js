/*
 * Keeps the app for when there is no network: all of it is stored when it is installed, and its own routes are answered
 * from there. The build puts before this text: FILES, what is stored, by URL within the app; VERSION, which changes
 * whenever one of them does; and what sends waiting reports once the network is back.
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

/** A message to this device: it is shown in the words that it came with. One of the same key takes its place. */
self.addEventListener('push', (event) => {
  const { key, title, text, link, urgency } = event.data.json();
  const options = {
    body: text,
    tag: key,
    icon: 'icon-192.png',
    data: { link },
    requireInteraction: urgency === 'emergency',
  };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openPage(new URL(event.notification.data.link, BASE)));
});

async function openPage(url) {
  if (url.origin !== BASE.origin) return;
  // The app's own pages alone: the portal is of the same origin.
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (!page) return self.clients.openWindow(url.href);
  await page.focus().catch(() => undefined); // not every browser lets it come to the front
  await page.navigate(url.href);
}

/** All files or none. */
async function store() {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, which may hold those of an earlier build.
  await cache.addAll([...STORED].map((url) => new Request(url, { cache: 'reload' })));
}

/** Of earlier versions, this worker's and its predecessor's. */
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
