interface SyncEvent extends Event {
  readonly tag: string;
  waitUntil(done: Promise<unknown>): void;
}

/**
 * Sends what waits on the device from the service worker. When the network is back, the browser starts the worker
 * without an open page: https://wicg.github.io/background-sync/spec/
 *
 * @param send resolves to how many still wait; then the browser tries again later
 */
export function sendOnSync(tag: string, send: () => Promise<number>): void {
  self.addEventListener('sync', (event) => {
    const sync = event as SyncEvent; // the type that belongs to the event's name
    if (sync.tag === tag) sync.waitUntil(sendAll(tag, send));
  });
}

/** @throws Error: some are not sent */
async function sendAll(tag: string, send: () => Promise<number>): Promise<void> {
  const waiting = await send();
  if (waiting > 0) throw new Error(`${waiting} ${tag} wait still`);
}
