import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, workerData } from 'node:worker_threads';
import { templateEntity } from '../scale/generate.ts';

const BATCH = 500;
const CONNECTIONS = 4;
const LOOK_MS = 5;

/** A load, and what its thread shares with the one that measures. */
export interface Load {
  readonly url: string;
  readonly tenant: string;
  readonly count: number;
  readonly state: LoadState;
}

/** `[0]`: 1 while it may send. `[1]`: how many batches are under way. */
export type LoadState = Int32Array<SharedArrayBuffer>;

export function idOf(n: number): string {
  return `urn:ngsi-ld:ScaleLamp:${n}`;
}

/** Loads assets in batches, on several connections. @throws Error: a batch was refused */
async function load({ url, tenant, count, state }: Load): Promise<void> {
  let next = 0;
  const template = templateEntity();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < count) {
        const first = next;
        next += BATCH;
        const ids = Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => idOf(first + i));
        const body = JSON.stringify(ids.map((id) => ({ ...template, id, type: 'ScaleLamp' })));
        while (Atomics.load(state, 0) === 0) await pause(LOOK_MS);
        Atomics.add(state, 1, 1);
        const answer = await fetch(`${url}/ngsi-ld/v1/entityOperations/upsert`, {
          method: 'POST',
          headers: { 'ngsild-tenant': tenant, 'content-type': 'application/json' },
          body,
        });
        const text = await answer.text();
        Atomics.sub(state, 1, 1);
        if (!answer.ok) throw new Error(`upsert: ${answer.status} ${text.slice(0, 300)}`);
      }
    }),
  );
}

if (!isMainThread) await load(workerData as Load);
