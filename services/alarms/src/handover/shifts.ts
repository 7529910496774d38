import type { Queryable } from '@alzette/kit/database';

const SINCE = 'SELECT began_at FROM alarms.shift WHERE tenant = $1 AND person = $2';
const BEGIN = `
  INSERT INTO alarms.shift (tenant, person, began_at) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, person) DO UPDATE SET began_at = excluded.began_at`;
const FORGET = 'DELETE FROM alarms.shift WHERE person = $1 /* all tenants: an account is erased */';

/** When a person last began their shift. */
export async function shiftOf(db: Queryable, tenant: string, person: string): Promise<Date | undefined> {
  const { rows } = await db.query<{ began_at: Date }>({ text: SINCE, values: [tenant, person] });
  return rows[0]?.began_at;
}

export async function beginShift(db: Queryable, tenant: string, person: string, at: Date): Promise<void> {
  await db.query({ text: BEGIN, values: [tenant, person, at] });
}

export async function forgetShifts(db: Queryable, person: string): Promise<void> {
  await db.query({ text: FORGET, values: [person] });
}
