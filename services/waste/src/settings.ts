import type { Queryable } from '@alzette/kit/database';
import type { WasteSettings } from './contract/contract.ts';

export const DEFAULTS: WasteSettings = {
  shift: 'restOfWeek',
  shiftOf: {},
  putOut: '19:00',
  remindAt: '18:00',
  detour: 1.3,
  speed: 32,
  minutesPerStop: 6,
  capacity: 26,
  start: '06:00',
  longest: 7,
  co2PerKm: 1.2,
  fixedDays: 7,
  threshold: 0.7,
  minutesPerVehicle: 4,
};

const READ = 'SELECT document::text AS document FROM waste.settings WHERE tenant = $1';
const KEEP = `
  INSERT INTO waste.settings (tenant, document) VALUES ($1, $2)
  ON CONFLICT (tenant) DO UPDATE SET document = excluded.document`;
const TENANTS = 'SELECT tenant FROM waste.settings /* all tenants: jobs for those that use the service */';

export async function readSettings(db: Queryable, tenant: string): Promise<WasteSettings> {
  const { rows } = await db.query<{ document: string }>({ text: READ, values: [tenant] });
  const kept = rows[0] === undefined ? {} : (JSON.parse(rows[0].document) as Partial<WasteSettings>);
  return { ...DEFAULTS, ...kept };
}

/** Saves the given settings and keeps the others. */
export async function keepSettings(db: Queryable, tenant: string, given: Partial<WasteSettings>) {
  const settings = { ...(await readSettings(db, tenant)), ...given };
  await db.query({ text: KEEP, values: [tenant, JSON.stringify(settings)] });
  return settings;
}

/** The tenants for the jobs: the default one, and those with settings. */
export async function tenantsOf(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenant: string }>({ text: TENANTS });
  return [...new Set(['', ...rows.map(({ tenant }) => tenant)])];
}
