import type { Queryable } from '@alzette/kit/database';
import { type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { ReportRate, ReportsAround } from '../contract/contract.ts';
import type { LocalDate } from '../sun/local-time.ts';

const LAMPS = `
  SELECT commune AS zone, count(*) AS lamps FROM lighting.lamp
  WHERE tenant = $1 AND commune IS NOT NULL AND ($2::text[] IS NULL OR commune = ANY ($2))
  GROUP BY commune ORDER BY commune`;
const PAGE = 500;
const FEW = 20;
const DAY_MS = 86_400_000;
const CATEGORY = 'street-light';

interface LightReport {
  readonly commune: string;
  readonly at: number;
}

/**
 * Citizen reports about lamps around a change, with the rights of the caller.
 *
 * @param communes only these; null: all
 */
export async function reportsAround(
  { db, client, context }: { readonly db: Queryable; readonly client: NgsiLdClient; readonly context: string },
  tenant: string,
  {
    change,
    days,
    now,
    communes,
  }: {
    readonly change: LocalDate;
    readonly days: number;
    readonly now: number;
    readonly communes: readonly string[] | null;
  },
): Promise<ReportsAround> {
  const at = Date.parse(`${change}T12:00:00Z`);
  const [reports, { rows }] = await Promise.all([
    lightReports({ client, context, tenant }),
    db.query<{ zone: string; lamps: number }>({ text: LAMPS, values: [tenant, communes] }),
  ]);
  const from = at - days * DAY_MS;
  const until = Math.min(now, at + days * DAY_MS);
  const rowOf = ({ zone, lamps }: { readonly zone: string; readonly lamps: number }): ReportsAround['rows'][number] => {
    const own = reports.filter(({ commune }) => zone === '' || commune === zone);
    const between = (a: number, b: number) => own.filter((report) => report.at >= a && report.at < b).length;
    const before = rateOf(between(from, at), lamps, days);
    const after = rateOf(between(at, until), lamps, Math.max(0, (until - at) / DAY_MS));
    const isFew = before.reports < FEW || after.reports < FEW;
    return { zone, lamps, before, after, isInconclusive: isFew || meet(before, after) };
  };
  const all = { zone: '', lamps: rows.reduce((sum, { lamps }) => sum + lamps, 0) };
  return { change, rows: [all, ...rows].map(rowOf) };
}

async function lightReports(where: {
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly tenant: string;
}): Promise<LightReport[]> {
  const { client, context, tenant } = where;
  const asked = {
    type: 'ServiceRequest',
    q: `service_code=="${CATEGORY}"`,
    pick: ['id', 'type', 'scope', 'requested_datetime', 'reportStatus', 'moderation'],
    format: 'simplified' as const,
    limit: PAGE,
    context,
    tenant,
  };
  const found: LightReport[] = [];
  for await (const { scope, requested_datetime, reportStatus, moderation } of queryAll(client, asked)) {
    if (reportStatus === 'duplicate' || moderation === 'hidden') continue;
    const [first] = [scope].flat();
    const at = Date.parse(String(requested_datetime));
    if (typeof first === 'string' && !Number.isNaN(at)) found.push({ commune: first.split('/')[1] ?? '', at });
  }
  return found;
}

function rateOf(reports: number, lamps: number, days: number): ReportRate {
  const per = (n: number) => (lamps === 0 || days === 0 ? 0 : (n / lamps / days) * 100 * 30);
  const [low, high] = poissonInterval(reports);
  return { days: Math.round(days * 10) / 10, reports, per100: per(reports), low: per(low), high: per(high) };
}

/** Byar's approximation of the 95 % interval of a Poisson mean. */
export function poissonInterval(n: number): readonly [number, number] {
  const z = 1.96;
  const low = n === 0 ? 0 : n * (1 - 1 / (9 * n) - z / (3 * Math.sqrt(n))) ** 3;
  const more = n + 1;
  return [low, more * (1 - 1 / (9 * more) + z / (3 * Math.sqrt(more))) ** 3];
}

function meet(a: ReportRate, b: ReportRate): boolean {
  return a.low <= b.high && b.low <= a.high;
}
