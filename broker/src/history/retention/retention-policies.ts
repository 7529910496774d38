import type { Queryable } from '../../database/database.ts';

/**
 * How many days the history of a type and attribute is kept. '' stands for all types or attributes; null days mean
 * forever.
 */
export interface RetentionPolicy {
  /** IRI. */
  readonly type: string;
  /** IRI. */
  readonly attribute: string;
  readonly rawDays: number | null;
  readonly hourDays: number | null;
  readonly dayDays: number | null;
}

const SELECT = `
  SELECT type, attribute, raw_days AS "rawDays", hour_days AS "hourDays", day_days AS "dayDays"
  FROM history_retention WHERE tenant = $1 ORDER BY type, attribute`;
const PUT = `
  INSERT INTO history_retention (tenant, type, attribute, raw_days, hour_days, day_days) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (tenant, type, attribute) DO UPDATE
    SET raw_days = excluded.raw_days, hour_days = excluded.hour_days, day_days = excluded.day_days`;
const REMOVE = 'DELETE FROM history_retention WHERE tenant = $1 AND type = $2 AND attribute = $3';

export async function selectPolicies(db: Queryable, tenant: string): Promise<RetentionPolicy[]> {
  return (await db.query<RetentionPolicy>({ text: SELECT, values: [tenant] })).rows;
}

export async function putPolicy(db: Queryable, tenant: string, policy: RetentionPolicy): Promise<void> {
  const { type, attribute, rawDays, hourDays, dayDays } = policy;
  await db.query({ text: PUT, values: [tenant, type, attribute, rawDays, hourDays, dayDays] });
}

/** False: there is no such policy. */
export async function removePolicy(db: Queryable, tenant: string, type: string, attribute: string): Promise<boolean> {
  return (await db.query({ text: REMOVE, values: [tenant, type, attribute] })).rowCount > 0;
}
