import { sendWaiting } from './send-reports.ts';

/*
 * Sends reports from the service worker; the build includes this module there. When the network is back, the browser
 * starts the worker without an open page. https://wicg.github.io/background-sync/spec/
 */
interface SyncEvent extends Event {
  readonly tag: string;
  waitUntil(done: Promise<unknown>): void;
}

self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent; // the type that belongs to the event's name
  if (sync.tag === 'reports') sync.waitUntil(sendAll());
});

/** @throws Error: some reports are not sent, so the browser tries again later */
async function sendAll(): Promise<void> {
  const waiting = await sendWaiting();
  if (waiting > 0) throw new Error(`${waiting} reports wait still`);
}
