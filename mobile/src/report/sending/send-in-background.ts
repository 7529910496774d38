import { sendWaiting } from './send-reports.ts';

/*
 * What the service worker sends by, built into it: with no page open the browser wakes it when the network is back.
 * https://wicg.github.io/background-sync/spec/
 */
interface SyncEvent extends Event {
  readonly tag: string;
  waitUntil(done: Promise<unknown>): void;
}

self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent; // as the name of the event says
  if (sync.tag === 'reports') sync.waitUntil(sendAll());
});

/** @throws Error: some wait still, so that the browser asks again later */
async function sendAll(): Promise<void> {
  const waiting = await sendWaiting();
  if (waiting > 0) throw new Error(`${waiting} reports wait still`);
}
