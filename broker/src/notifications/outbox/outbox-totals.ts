import type { Queryable } from '../../database/database.ts';

/** What all processes owe together. */
export interface OwedTotals {
  /** In the outbox; more than 100,000 are not counted. */
  readonly owed: number;
  /** How long the first of them has waited. */
  readonly oldestSeconds: number;
  /** Given up, and kept for an operator to look at; counted as far. */
  readonly dead: number;
}

// The ids of the outbox are UUIDs v7, so the first is the oldest.
const TOTALS = `
  SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT 100000) AS counted)::int AS owed,
    (SELECT count(*) FROM (SELECT FROM outbox_dead LIMIT 100000) AS counted)::int AS dead,
    coalesce((SELECT extract(epoch FROM now() - created_at)::float8 FROM outbox ORDER BY id LIMIT 1), 0) AS oldest`;

export async function owedTotals(db: Queryable): Promise<OwedTotals> {
  const { rows } = await db.query<{ owed: number; dead: number; oldest: number }>({ text: TOTALS });
  const { owed = 0, dead = 0, oldest = 0 } = rows[0] ?? {};
  return { owed, dead, oldestSeconds: Math.max(0, oldest) };
}
