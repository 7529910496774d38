/* Caches the driver's page and its round, so that they open offline. */
const KEPT = 'drive-1';
const ASSETS = ['/waste/drive/assets/drive.js', '/waste/drive/assets/drive.css'];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((kept) => kept.addAll(ASSETS))
      .then(() => self.skipWaiting()),
  );
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  event.respondWith(
    fetch(event.request)
      .then(async (answer) => {
        if (answer.ok) await keep(event.request, answer.clone());
        return answer;
      })
      .catch(async (cause) => {
        const kept = await caches.match(event.request);
        if (kept) return kept;
        throw cause;
      }),
  );
});

/**
 * Only a complete answer takes the place of the earlier one, so that the copy survives a network that ends meanwhile.
 * Rejects if the answer is not complete. Where the browser has no space left, the page works only online.
 */
async function keep(request, answer) {
  const { status, headers } = answer;
  const body = await answer.blob();
  const kept = caches.open(KEPT).then((cache) => cache.put(request, new Response(body, { status, headers })));
  await kept.catch(() => {});
}
