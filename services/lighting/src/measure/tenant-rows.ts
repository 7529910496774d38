import type { Queryable } from '@alzette/kit/database';

const KEEP = `INSERT INTO lighting.tenant (tenant, fill_from, readings_from) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
const FILL_LESS = `
  UPDATE lighting.tenant SET fill_from = CASE WHEN fill_from < $2 THEN $2 ELSE fill_from END, readings_from = $3
  WHERE tenant = $1 AND (fill_from < $2 OR readings_from IS NULL)`;
const FILLED = `UPDATE lighting.tenant SET fill_from = NULL WHERE tenant = $1`;
const FILL_FROM = `SELECT fill_from AS "fillFrom" FROM lighting.tenant WHERE tenant = $1`;
const TENANTS = `SELECT tenant FROM lighting.tenant ORDER BY tenant`;
const TO_FILL = `SELECT tenant FROM lighting.tenant WHERE fill_from IS NOT NULL ORDER BY tenant`;

/**
 * Remembers that a tenant uses the service, and the first time of readings to fill in. One that is known already keeps its state.
 *
 * @param readingsFrom nights that began before are not summed from readings
 */
export async function keepTenant(
  db: Queryable,
  tenant: string,
  fillFrom: Date,
  readingsFrom: Date = fillFrom,
): Promise<void> {
  await db.query({ text: KEEP, values: [tenant, fillFrom.toISOString(), readingsFrom.toISOString()] });
}

/** Moves both times of a tenant forward, unless its readings are filled in; a second time that is missing is set. */
export async function fillLess(db: Queryable, tenant: string, fillFrom: Date, readingsFrom: Date): Promise<void> {
  await db.query({ text: FILL_LESS, values: [tenant, fillFrom.toISOString(), readingsFrom.toISOString()] });
}

export async function markFilled(db: Queryable, tenant: string): Promise<void> {
  await db.query({ text: FILLED, values: [tenant] });
}

/** The time from which readings are to be filled in; undefined: there is nothing to fill in. */
export async function fillFromOf(db: Queryable, tenant: string): Promise<Date | undefined> {
  const { rows } = await db.query<{ fillFrom: Date | null }>({ text: FILL_FROM, values: [tenant] });
  return rows[0]?.fillFrom ?? undefined;
}

/** The tenants that use the service. */
export async function listTenants(db: Queryable): Promise<string[]> {
  return (await db.query<{ tenant: string }>({ text: TENANTS })).rows.map(({ tenant }) => tenant);
}

/** Those whose readings are not filled in yet. */
export async function tenantsToFill(db: Queryable): Promise<string[]> {
  return (await db.query<{ tenant: string }>({ text: TO_FILL })).rows.map(({ tenant }) => tenant);
}
