import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Received } from '../ledger.ts';
import { readStored } from '../stored.ts';
import { ask, assetOf, BATCH, COMMAND, DELETED, DEVICE, type Place, SINGLE } from './scenario.ts';

const DRAINED_WITHIN_MS = 60_000;

/** The values that each entity must have had, in order. */
function expectedOf(tenant: string): Map<string, readonly number[]> {
  return new Map<string, readonly number[]>([
    [SINGLE, [0, 1]],
    ...BATCH.map((id) => [id, [1, 2]] as const),
    [DEVICE, [1]],
    [assetOf(tenant), [1]],
  ]);
}

/** Compares the end state with that of a run without a kill. @returns a sentence for each difference */
export async function differences(place: Place, databaseUrl: string, received: readonly Received[]): Promise<string[]> {
  const { tenant } = place;
  const expected = expectedOf(tenant);
  const found: string[] = [];
  found.push(...(await drained(databaseUrl, tenant)));
  const { history, present } = await readStored(place.url, [...expected.keys()], tenant);
  for (const [id, values] of expected) {
    if (String(history.get(id)) !== String(values))
      found.push(`${id}: its history is ${history.get(id)}, not ${values}`);
    if (present.get(id) !== values.at(-1)) found.push(`${id} has ${present.get(id)}, not ${values.at(-1)}`);
    for (const n of values) {
      const ids = new Set(received.filter((one) => one.entity === id && one.n === n).map(({ change }) => change));
      if (ids.size !== 1) found.push(`${id} ${n}: notified under ${ids.size} ids`);
    }
  }
  const deleted = await ask(place, 'GET', `/ngsi-ld/v1/entities/${DELETED}`);
  if (deleted.status !== 404) found.push(`${DELETED} is not deleted: ${deleted.status}`);
  const { body } = await ask(place, 'GET', `/iot/commands?entityId=${DEVICE}&limit=1000`);
  const own = body.commands.filter((each: { tenant: string }) => each.tenant === tenant);
  if (own.length !== 1 || own[0].state !== 'OK') found.push(`${COMMAND}: ${JSON.stringify(own)}`);
  return found;
}

/** Waits until outbox and inbox are empty. */
async function drained(databaseUrl: string, tenant: string): Promise<string[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const deadline = performance.now() + DRAINED_WITHIN_MS;
    for (;;) {
      const { rows } = await client.query<{ outbox: number; inbox: number; quarantine: number }>(
        `SELECT (SELECT count(*)::int FROM outbox WHERE tenant = $1) AS outbox,
          (SELECT count(*)::int FROM iot.inbox) AS inbox, (SELECT count(*)::int FROM iot.quarantine) AS quarantine`,
        [tenant],
      );
      const [left] = rows;
      if (left !== undefined && left.outbox + left.inbox + left.quarantine === 0) return [];
      if (performance.now() > deadline) return [`left: ${JSON.stringify(left)}`];
      await pause(100);
    }
  } finally {
    await client.end();
  }
}
