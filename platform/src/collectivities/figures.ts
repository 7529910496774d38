import type { Queryable } from '@alzette/kit/database';
import { OPEN_STATUSES } from '@alzette/reports/contract';
import type { GroupFigures } from '@alzette/territory';

// One statement for all, so that a hundred collectivities take as long as ten.
const ENTITIES = `SELECT tenant, sum(entities)::int8 AS n FROM entity_count WHERE tenant = ANY ($1) GROUP BY tenant`;
const ALARMS = `
  SELECT tenant, count(*) AS n FROM alarms.record
  WHERE tenant = ANY ($1) AND kind = 'alarm' AND state ->> 'condition' = 'active' AND state -> 'closedAt' IS NULL
    AND state -> 'suppression' IS NULL
  GROUP BY tenant /* all tenants: those that the caller, who administers all, asks for */`;
const OPEN = `SELECT tenant, count(*) AS n FROM reports.report WHERE tenant = ANY ($1) AND status = ANY ($2) GROUP BY tenant /* all tenants: those that the caller, who administers all, asks for */`;
const LATE = `
  SELECT tenant, count(*) AS n FROM reports.report
  WHERE tenant = ANY ($1) AND status = ANY ($2) AND (state ->> 'promisedAt')::timestamptz < now() GROUP BY tenant /* all tenants: those that the caller, who administers all, asks for */`;
const FILES = `SELECT tenant, sum(bytes)::int8 AS n FROM files.file WHERE tenant = ANY ($1) GROUP BY tenant /* all tenants: those that the caller, who administers all, asks for */`;

const CLOSED = `
  SELECT tenant, percentile_cont(0.5) WITHIN GROUP (
    ORDER BY extract(epoch FROM (state ->> 'closedAt')::timestamptz - requested_at) / 86400) AS n
  FROM reports.report
  WHERE tenant = ANY ($1) AND NOT status = ANY ($2) AND (state ->> 'closedAt')::timestamptz > now() - interval '90 days'
  GROUP BY tenant /* all tenants: those that the caller, who administers all, asks for */`;
// Of water and of what panels give there is no energy used.
const ENERGY = `
  SELECT tenant, sum((document ->> 'lastYear')::float8) AS n FROM energy.meter
  WHERE tenant = ANY ($1) AND document ->> 'kind' IN ('electricity', 'gas', 'heat') AND document ? 'lastYear'
  GROUP BY tenant /* all tenants: those that the caller, who administers all, asks for */`;

const USED = `
  SELECT of_tenant AS tenant, what, sum(amount) AS n FROM tenant_usage
  WHERE of_tenant = ANY ($1) AND day > (now() AT TIME ZONE 'UTC')::date - 30 GROUP BY of_tenant, what`;
/** Nothing of it was used. */
const NONE: GroupFigures['usage'] = { requests: 0, jobs: 0, computeSeconds: 0, mails: 0, pushes: 0 };

/** What who runs the installation sees of each collectivity: sums, and nothing that names a person or a place. */
export async function groupFigures(
  db: Queryable,
  tenants: readonly string[],
): Promise<ReadonlyMap<string, Omit<GroupFigures, 'inhabitants'>>> {
  const count = async (text: string, ...others: readonly unknown[]) => {
    const { rows } = await db.query<{ tenant: string; n: number }>({ text, values: [tenants, ...others] });
    return new Map(rows.map(({ tenant, n }) => [tenant, n]));
  };
  const [entities, alarms, open, late, closed, energy, files, used] = await Promise.all([
    count(ENTITIES),
    count(ALARMS),
    count(OPEN, [...OPEN_STATUSES]),
    count(LATE, [...OPEN_STATUSES]),
    count(CLOSED, [...OPEN_STATUSES]),
    count(ENERGY),
    count(FILES),
    usageOf(db, tenants),
  ]);
  const of = (tenant: string) => ({
    entities: entities.get(tenant) ?? 0,
    openAlarms: alarms.get(tenant) ?? 0,
    openReports: open.get(tenant) ?? 0,
    lateReports: late.get(tenant) ?? 0,
    ...optional('daysToClose', closed.get(tenant)),
    ...optional('energy', energy.get(tenant)),
    fileBytes: files.get(tenant) ?? 0,
    usage: { ...NONE, ...used.get(tenant) },
  });
  return new Map(tenants.map((tenant) => [tenant, of(tenant)]));
}

function optional<K extends string>(key: K, value: number | undefined): { readonly [key in K]?: number } {
  return value === undefined ? {} : ({ [key]: Math.round(value * 10) / 10 } as { [key in K]: number });
}

async function usageOf(db: Queryable, tenants: readonly string[]) {
  const { rows } = await db.query<{ tenant: string; what: string; n: number }>({ text: USED, values: [tenants] });
  const byTenant = Map.groupBy(rows, ({ tenant }) => tenant);
  return new Map(
    [...byTenant].map(([tenant, used]) => [tenant, Object.fromEntries(used.map(({ what, n }) => [what, n]))]),
  );
}
