import { setTimeout as pause } from 'node:timers/promises';
import { unnested } from '../../database/columns.ts';
import type { Database } from '../../database/database.ts';
import { Texts } from '../../database/text-values.ts';
import { type EntityWrite, entityKey } from './lane-statements.ts';

/** A server that has restarted takes some seconds to recover. */
const LOOK_WITHIN_MS = 6_000;
const LOOK_EVERY_MS = 200;

/*
 * By the ids of what it owes, which this process made; of a write that owes nothing by the entity itself: where that has the very
 * version and content, or is gone, it does not matter who wrote it.
 */
const FIND_WRITTEN = `
  SELECT w.n FROM ${unnested(1, ['text', 'text', 'bigint', 'text', 'text'])} WITH ORDINALITY AS w(tenant, id, version, document, entry, n)
  LEFT JOIN entity e ON e.tenant = w.tenant AND e.id = w.id
  WHERE EXISTS (SELECT FROM outbox o WHERE o.id = w.entry::uuid)
    OR (e.version = w.version AND e.document = w.document::jsonb)
    OR (w.entry IS NULL AND w.document IS NULL AND e.id IS NULL)`;

/**
 * Looks which of the writes of one statement were committed, whose answer was lost. Waits for a database that is away.
 *
 * @returns the keys of those that are there; none: nothing was committed, or it is still under way, or nobody can be asked
 */
export async function findWritten(db: Database, writes: readonly EntityWrite[]): Promise<Set<string>> {
  const deadline = performance.now() + LOOK_WITHIN_MS;
  for (;;) {
    try {
      return await look(db, writes);
    } catch {
      if (performance.now() > deadline) return new Set();
      await pause(LOOK_EVERY_MS);
    }
  }
}

async function look(db: Database, writes: readonly EntityWrite[]): Promise<Set<string>> {
  const { rows } = await db.query<{ n: number }>({
    text: FIND_WRITTEN,
    timeoutMs: LOOK_WITHIN_MS,
    values: [
      new Texts(writes.map(({ tenant }) => tenant)),
      new Texts(writes.map(({ id }) => id)),
      writes.map(({ version }) => version),
      writes.map(({ document }) => document ?? null),
      writes.map(({ entries }) => entries[0]?.id ?? null),
    ],
  });
  return new Set(
    rows.map(({ n }) => {
      const { tenant, id } = writes[n - 1] as EntityWrite; // one for each row that was asked for
      return entityKey(tenant, id);
    }),
  );
}
