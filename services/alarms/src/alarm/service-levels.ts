import type { Queryable } from '@alzette/kit/database';
import type { ServiceLevel, ServiceLevels, Severity } from '../contract/contract.ts';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** Used where a tenant has no settings of its own. */
const DEFAULTS: ServiceLevels = {
  critical: { acknowledgeS: HOUR_S / 4, resolveS: 4 * HOUR_S },
  high: { acknowledgeS: HOUR_S, resolveS: DAY_S },
  medium: { acknowledgeS: 4 * HOUR_S, resolveS: 3 * DAY_S },
  low: { acknowledgeS: DAY_S, resolveS: 7 * DAY_S },
  informational: { acknowledgeS: null, resolveS: null },
};

const LIST = 'SELECT severity, acknowledge_s, resolve_s FROM alarms.service_level WHERE tenant = $1';
const SAVE = `
  INSERT INTO alarms.service_level (tenant, severity, acknowledge_s, resolve_s) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant, severity) DO UPDATE SET acknowledge_s = excluded.acknowledge_s, resolve_s = excluded.resolve_s`;

/** The service levels of a tenant. */
export async function serviceLevels(db: Queryable, tenant: string): Promise<ServiceLevels> {
  interface Row {
    readonly severity: Severity;
    readonly acknowledge_s: number | null;
    readonly resolve_s: number | null;
  }
  const { rows } = await db.query<Row>({ text: LIST, values: [tenant] });
  const own = rows.map((row): [Severity, ServiceLevel] => [
    row.severity,
    { acknowledgeS: row.acknowledge_s, resolveS: row.resolve_s },
  ]);
  return { ...DEFAULTS, ...Object.fromEntries(own) };
}

export async function saveServiceLevels(db: Queryable, tenant: string, levels: Partial<ServiceLevels>): Promise<void> {
  for (const [severity, { acknowledgeS, resolveS }] of Object.entries(levels)) {
    await db.query({ text: SAVE, values: [tenant, severity, acknowledgeS, resolveS] });
  }
}
