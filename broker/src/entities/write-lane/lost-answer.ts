import { setTimeout as pause } from 'node:timers/promises';
import { CONFIRM_REPLICATED } from '@alzette/kit/replicated';
import { unnested } from '../../database/columns.ts';
import type { Database } from '../../database/database.ts';
import { Texts } from '../../database/text-values.ts';
import { type EntityWrite, entityKey } from './lane-statements.ts';

const LOOK_EVERY_MS = 200;
const CONFIRM_WITHIN_MS = 2_000;

/*
 * Searches by the ids of outbox entries, which this process generated. A write without outbox entries is recognised by
 * the entity: if the stored version and content are the same, or the entity is gone, it does not matter who wrote it.
 */
const FIND_ENTRIES = 'SELECT o.id FROM outbox o WHERE o.tenant = $1 AND o.id = ANY ($2::uuid[])';
const FIND_WRITTEN = `
  SELECT w.n FROM ${unnested(2, ['text', 'bigint', 'text', 'bool'])} WITH ORDINALITY AS w(id, version, document, owes, n)
  LEFT JOIN entity e ON e.tenant = $1 AND e.id = w.id
  WHERE (e.version = w.version AND e.document = w.document::jsonb)
    OR (NOT w.owes AND w.document IS NULL AND e.id IS NULL)`;

/**
 * Finds out which writes of a statement were committed although its answer was lost. Waits for a database that is
 * unavailable.
 *
 * @param withinMs how long it may look
 * @returns the keys of the writes found; empty: nothing is committed yet, or the database can't be asked
 */
export async function findWritten(
  db: Database,
  writes: readonly EntityWrite[],
  withinMs: number,
): Promise<Set<string>> {
  const none = new Set<string>();
  const ended = new AbortController();
  const looking = async (): Promise<Set<string>> => {
    while (!ended.signal.aborted) {
      try {
        const found = await look(db, writes, withinMs);
        if (found.size > 0) await db.query({ text: CONFIRM_REPLICATED, timeoutMs: CONFIRM_WITHIN_MS });
        return found;
      } catch {
        await pause(LOOK_EVERY_MS);
      }
    }
    return none;
  };
  try {
    // Waiting for a connection could take longer than `withinMs`.
    return await Promise.race([looking(), pause(withinMs, none)]);
  } finally {
    ended.abort();
  }
}

async function look(db: Database, writes: readonly EntityWrite[], timeoutMs: number): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [tenant, ofTenant] of Map.groupBy(writes, (write) => write.tenant)) {
    const byEntry = new Map(
      ofTenant.flatMap((write) => (write.entries[0] ? [[write.entries[0].id, write] as const] : [])),
    );
    const entries = { text: FIND_ENTRIES, timeoutMs, values: [tenant, [...byEntry.keys()]] };
    for (const { id } of byEntry.size === 0 ? [] : (await db.query<{ id: string }>(entries)).rows) {
      found.add(entityKey(tenant, (byEntry.get(id) as EntityWrite).id)); // one for each id that was asked for
    }
    const { rows } = await db.query<{ n: number }>({
      text: FIND_WRITTEN,
      timeoutMs,
      values: [
        tenant,
        new Texts(ofTenant.map(({ id }) => id)),
        ofTenant.map(({ version }) => version),
        ofTenant.map(({ document }) => document ?? null),
        ofTenant.map(({ entries }) => entries.length > 0),
      ],
    });
    for (const { n } of rows) found.add(entityKey(tenant, (ofTenant[n - 1] as EntityWrite).id)); // one for each row
  }
  return found;
}
