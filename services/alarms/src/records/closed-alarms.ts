import type { WriteParts } from './write-entities.ts';

const OLD = `
  SELECT tenant, id, version FROM alarms.record
  WHERE kind = 'alarm' AND state ? 'closedAt' AND state ->> 'closedAt' < $1
  ORDER BY state ->> 'closedAt' LIMIT $2 /* all tenants: the job that deletes old alarms */`;
const FORGET = `
  WITH gone AS (
    DELETE FROM alarms.record WHERE tenant = $1 AND id = $2 AND version = $3 RETURNING id
  ), journal AS (
    DELETE FROM alarms.journal WHERE tenant = $1 AND record IN (SELECT id FROM gone)
  )
  SELECT id FROM gone`;
// An alarm that was raised again in the meantime stays, and the job for unfinished writes writes its entity again; also after a kill.
const WRITE_AGAIN = `
  UPDATE alarms.record SET writing = writing + 1, writing_since = least(writing_since, now())
  WHERE tenant = $1 AND id = $2`;

const AT_ONCE = 200;

/**
 * Deletes alarms that were closed before a time: entity, record and journal. The audit keeps who did what. @returns how
 * many
 */
export async function forgetClosedAlarms(
  { db, client }: Pick<WriteParts, 'db' | 'client'>,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const { rows } = await db.query<{ tenant: string; id: string; version: number }>({
      text: OLD,
      values: [before.toISOString(), AT_ONCE],
    });
    for (const { tenant, id, version } of rows) {
      signal.throwIfAborted();
      await db.query({ text: WRITE_AGAIN, values: [tenant, id] });
      // The entity first: after a crash the record remains, and the next run finds it.
      if ((await client.retrieveEntity(id, { tenant })) !== undefined) await client.deleteEntity(id, { tenant });
      const { rows: gone } = await db.query({ text: FORGET, values: [tenant, id, version] });
      forgotten += gone.length;
    }
    if (rows.length < AT_ONCE) return forgotten;
  }
}
