import type { Queryable } from '@alzette/kit/database';
import type { EnergySettings } from './contract/contract.ts';

export const DEFAULTS: EnergySettings = {
  referenceDegreeDays: 2700,
  prices: { electricity: 0.24, gas: 0.11, heat: 0.12, water: 4.1 },
};

const READ = 'SELECT document::text AS document FROM energy.settings WHERE tenant = $1';
const KEEP = `
  INSERT INTO energy.settings (tenant, document) VALUES ($1, $2)
  ON CONFLICT (tenant) DO UPDATE SET document = excluded.document`;
const TENANTS = 'SELECT tenant FROM energy.settings /* all tenants: jobs for those that use the service */';

export async function readSettings(db: Queryable, tenant: string): Promise<EnergySettings> {
  const { rows } = await db.query<{ document: string }>({ text: READ, values: [tenant] });
  return { ...DEFAULTS, ...(rows[0] && (JSON.parse(rows[0].document) as Partial<EnergySettings>)) };
}

/** Saves the given settings and keeps the others. From then on, the jobs include the tenant. */
export async function keepSettings(db: Queryable, tenant: string, given: Partial<EnergySettings>) {
  const settings = { ...(await readSettings(db, tenant)), ...given };
  await db.query({ text: KEEP, values: [tenant, JSON.stringify(settings)] });
  return settings;
}

export async function tenantsOf(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenant: string }>({ text: TENANTS });
  return [...new Set(['', ...rows.map(({ tenant }) => tenant)])];
}
