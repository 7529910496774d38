import { setTimeout as pause } from 'node:timers/promises';
import { unnested } from '../../database/columns.ts';
import type { Database } from '../../database/database.ts';
import { Texts } from '../../database/text-values.ts';
import { type EntityWrite, entityKey } from './lane-statements.ts';

/** A restarted server takes some seconds to recover. */
const LOOK_WITHIN_MS = 6_000;
const LOOK_EVERY_MS = 200;

/*
 * Searches by the ids of outbox entries, which this process generated. A write without outbox entries is recognised by
 * the entity: if the stored version and content are the same, or the entity is gone, it does not matter who wrote it.
 */
const FIND_WRITTEN = `
  SELECT w.n FROM ${unnested(1, ['text', 'text', 'bigint', 'text', 'text'])} WITH ORDINALITY AS w(tenant, id, version, document, entry, n)
  LEFT JOIN entity e ON e.tenant = w.tenant AND e.id = w.id
  WHERE EXISTS (SELECT FROM outbox o WHERE o.id = w.entry::uuid)
    OR (e.version = w.version AND e.document = w.document::jsonb)
    OR (w.entry IS NULL AND w.document IS NULL AND e.id IS NULL)`;

/**
 * Finds out which writes of a statement were committed although its answer was lost. Waits for a database that is
 * unavailable.
 *
 * @returns the keys of the committed writes; none if nothing was committed, if it is still in progress, or if the
 * database can't be reached
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
