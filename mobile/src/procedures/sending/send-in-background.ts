import { sendWaitingDossiers } from './send-dossiers.ts';

/* Sends requests from the service worker, as reports are. https://wicg.github.io/background-sync/spec/ */
interface SyncEvent extends Event {
  readonly tag: string;
  waitUntil(done: Promise<unknown>): void;
}

self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent; // the type that belongs to the event's name
  if (sync.tag === 'dossiers') sync.waitUntil(sendAll());
});

/** @throws Error: some requests are not sent, so the browser tries again later */
async function sendAll(): Promise<void> {
  const waiting = await sendWaitingDossiers();
  if (waiting > 0) throw new Error(`${waiting} requests wait still`);
}
