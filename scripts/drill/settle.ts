import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import { countPending, readStored } from './stored.ts';

/** Notifications that are pending after this time since the last fault count as stuck. */
const STUCK_AFTER_MS = 15_000;
/** Notifications that are pending after this time count as lost. */
const PATIENCE_MS = 30_000;

/** Waits until all pending notifications have arrived. */
export async function settle(ledger: Ledger, url: string, databaseUrl: string, tenant?: string) {
  const since = performance.now();
  const read = () => readStored(url, ledger.entities(), tenant);
  let stored = await read();
  let stuck = 0;
  for (;;) {
    stored = await read();
    const open = ledger.missing(stored.history) + (await countPending(databaseUrl));
    const elapsed = performance.now() - since;
    if (open === 0) return { stuck, stored };
    if (elapsed > STUCK_AFTER_MS && stuck === 0) stuck = open;
    if (elapsed > PATIENCE_MS) return { stuck, stored };
    await pause(500);
  }
}
