import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { summedUp } from './summed-up.ts';
import type { OwnTarget } from './target.ts';

const LOOK_EVERY_MS = 500;
const HAS_SEARCH = `SELECT to_regclass('entity_search') IS NOT NULL AS has`;
const IS_INDEXED = `
  SELECT NOT EXISTS (
    SELECT FROM entity e
    WHERE NOT EXISTS (SELECT FROM entity_search s WHERE s.tenant = e.tenant AND s.entity_id = e.id)) AS done`;

/** Waits until our product has done the background work of what was written: sums, and the index of the search. */
export async function atRest({ url, databaseUrl }: OwnTarget): Promise<void> {
  await summedUp(url);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: known } = await client.query<{ has: boolean }>(HAS_SEARCH); // earlier versions have none
    while (known[0]?.has) {
      const { rows } = await client.query<{ done: boolean }>(IS_INDEXED);
      if (rows[0]?.done) return;
      await pause(LOOK_EVERY_MS);
    }
  } finally {
    await client.end();
  }
}
