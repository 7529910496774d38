import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import { countOwed, readStored } from './stored.ts';

/** What is owed has to have come within this time after the last fault. */
const STUCK_AFTER_MS = 15_000;
/** What comes later than that is told apart from what never comes. */
const PATIENCE_MS = 30_000;

/** Waits until all that is owed has come. */
export async function settle(ledger: Ledger, url: string, databaseUrl: string, tenant?: string) {
  const since = performance.now();
  const read = () => readStored(url, ledger.entities(), tenant);
  let stored = await read();
  let stuck = 0;
  for (;;) {
    stored = await read();
    const open = ledger.missing(stored.history) + (await countOwed(databaseUrl));
    const elapsed = performance.now() - since;
    if (open === 0) return { stuck, stored };
    if (elapsed > STUCK_AFTER_MS && stuck === 0) stuck = open;
    if (elapsed > PATIENCE_MS) return { stuck, stored };
    await pause(500);
  }
}
