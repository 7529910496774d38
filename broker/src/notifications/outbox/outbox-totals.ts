import type { Queryable } from '../../database/database.ts';

/** Totals of the outbox over all processes. */
export interface OutboxTotals {
  /** Rows of the outbox, counted up to 100,000. */
  readonly owed: number;
  /** Age of the oldest row. */
  readonly oldestSeconds: number;
  /** Dead letters, counted up to 100,000. */
  readonly dead: number;
}

// The ids in the outbox are UUIDs v7, so the first is the oldest.
const TOTALS = `
  SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT 100000) AS counted)::int AS owed,
    (SELECT count(*) FROM (SELECT 1 FROM outbox_dead LIMIT 100000) AS counted)::int AS dead,
    coalesce((SELECT extract(epoch FROM now() - created_at)::float8 FROM outbox ORDER BY id LIMIT 1), 0) AS oldest`;

export async function outboxTotals(db: Queryable): Promise<OutboxTotals> {
  const { rows } = await db.query<{ owed: number; dead: number; oldest: number }>({ text: TOTALS });
  const { owed = 0, dead = 0, oldest = 0 } = rows[0] ?? {};
  return { owed, dead, oldestSeconds: Math.max(0, oldest) };
}
