import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { headersOf } from './flow.ts';

/** A broker whose database was away must reach it again within this time. */
const BACK_WITHIN_MS = 10_000;

/** The values in the history of each entity in order, and its present value, read by the API. */
export async function readStored(
  url: string,
  entities: readonly string[],
  tenant?: string,
): Promise<{ history: Map<string, number[]>; present: Map<string, number> }> {
  const history = new Map<string, number[]>();
  const present = new Map<string, number>();
  for (const id of entities) {
    const temporal = await get(
      `${url}/ngsi-ld/v1/temporal/entities/${id}?timeproperty=modifiedAt&timerel=after&timeAt=2000-01-01T00:00:00Z&options=temporalValues`,
      tenant,
    );
    const { values } = (temporal as { n: { values: [number, string][] } }).n;
    // They may be in descending or ascending order.
    const numbers = values.map(([n]) => n);
    history.set(id, (numbers[0] ?? 0) > (numbers.at(-1) ?? 0) ? numbers.reverse() : numbers);
    const entity = (await get(`${url}/ngsi-ld/v1/entities/${id}?options=keyValues`, tenant)) as { n: number };
    present.set(id, entity.n);
  }
  return { history, present };
}

async function get(url: string, tenant?: string): Promise<unknown> {
  const deadline = performance.now() + BACK_WITHIN_MS;
  let response = await fetch(url, { headers: headersOf(tenant) });
  while (response.status === 503 && performance.now() < deadline) {
    await response.body?.cancel();
    await pause(200);
    response = await fetch(url, { headers: headersOf(tenant) });
  }
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  return response.json();
}

/** The number of rows in the outbox. */
export async function countPending(databaseUrl: string): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ pending: number }>('SELECT count(*)::int AS pending FROM outbox');
    return rows[0]?.pending ?? 0;
  } finally {
    await client.end();
  }
}

/** Locks a table exclusively for some time. */
export async function lockTable(databaseUrl: string, table: string, forMs: number): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${pg.escapeIdentifier(table)} IN ACCESS EXCLUSIVE MODE`);
    await new Promise((resolve) => setTimeout(resolve, forMs));
    await client.query('ROLLBACK');
  } finally {
    await client.end();
  }
}
