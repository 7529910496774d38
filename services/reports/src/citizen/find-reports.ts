import type { Queryable } from '@alzette/kit/database';
import { boxAround, distanceM } from '@alzette/ngsi-ld-schemas/geo';
import type { Report } from '../contract/report.ts';
import { GRID_RADIUS_METRES, type Position } from '../report/place.ts';
import { toStoredReport } from '../store/report-rows.ts';
import { veiled } from './veiled.ts';

const ACCEPTED = `FROM reports.report WHERE tenant = $1 AND moderation = 'accepted'
    AND ($2::float8[] IS NULL OR (longitude BETWEEN $2[1] AND $2[3] AND latitude BETWEEN $2[2] AND $2[4]))
    AND ($3::text[] IS NULL OR category = ANY($3)) AND ($4::text[] IS NULL OR status = ANY($4))
    AND ($5::text IS NULL OR commune = $5)
    AND ($6::timestamptz IS NULL OR requested_at >= $6) AND ($7::timestamptz IS NULL OR requested_at <= $7)
    AND ($8::timestamptz IS NULL OR updated_at >= $8) AND ($9::text[] IS NULL OR id = ANY($9))`;
const LIST = `SELECT tenant, version, state ${ACCEPTED} ORDER BY requested_at DESC, id LIMIT $10 OFFSET $11`;
const COUNT = `SELECT count(*)::int AS n ${ACCEPTED}`;
const NEAR = `
  SELECT tenant, version, state FROM reports.report
  WHERE tenant = $1 AND category = $2 AND moderation <> 'hidden' AND status = ANY($3::text[])
    AND longitude BETWEEN $4 AND $5 AND latitude BETWEEN $6 AND $7 LIMIT 50`;
const LAST_CHANGE = `
  SELECT max(updated_at) AS at, count(*)::int AS n FROM reports.report WHERE tenant = $1 AND moderation = 'accepted'`;

export interface PublicFilter {
  readonly bbox?: readonly number[] | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly commune?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly updatedFrom?: Date | undefined;
  readonly ids?: readonly string[] | undefined;
}

type Row = Parameters<typeof toStoredReport>[0];

/** Accepted reports, latest first. */
export async function findPublic(
  db: Queryable,
  tenant: string,
  filter: PublicFilter,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly reports: Report[]; readonly count: number }> {
  const { bbox, categories, statuses, commune, from, to, updatedFrom, ids } = filter;
  const values = [tenant, bbox, categories, statuses, commune, from, to, updatedFrom, ids].map(
    (value) => value ?? null,
  );
  const { rows } = await db.query<Row>({ text: LIST, values: [...values, limit, offset] });
  const counted = await db.query<{ n: number }>({ text: COUNT, values });
  return { reports: rows.map((row) => toStoredReport(row).report), count: counted.rows[0]?.n ?? 0 };
}

/** A report near a position. */
interface Near {
  readonly report: Report;
  readonly metres: number;
}

/** Reports of a category within some metres of a position, nearest first: possible duplicates. */
export async function findNear(
  db: Queryable,
  tenant: string,
  category: string,
  position: Position,
  metres: number,
  statuses: readonly string[],
): Promise<Near[]> {
  return nearest(await readAround(db, tenant, category, position, metres, statuses), position, () => metres);
}

/**
 * The same for everybody: a report that waits for moderation counts as its whole cell, so that no series of questions
 * tells where in the cell it is.
 */
export async function findNearForEveryone(...wanted: Parameters<typeof findNear>): Promise<Near[]> {
  const [db, tenant, category, position, metres, statuses] = wanted;
  const found = await readAround(db, tenant, category, position, metres + 2 * GRID_RADIUS_METRES, statuses);
  const reach = ({ moderation }: Report) => metres + (moderation === 'accepted' ? 0 : GRID_RADIUS_METRES);
  return nearest(found.map(veiled), position, reach);
}

async function readAround(...wanted: Parameters<typeof findNear>): Promise<Report[]> {
  const [db, tenant, category, position, metres, statuses] = wanted;
  const { dx, dy } = boxAround(position, metres);
  const box = [position[0] - dx, position[0] + dx, position[1] - dy, position[1] + dy];
  const { rows } = await db.query<Row>({ text: NEAR, values: [tenant, category, statuses, ...box] });
  return rows.map((row) => toStoredReport(row).report);
}

function nearest(reports: readonly Report[], position: Position, reach: (report: Report) => number): Near[] {
  return reports
    .map((report) => ({ report, metres: Math.round(distanceM(position, report.position)) }))
    .filter((near) => near.metres <= reach(near.report))
    .sort((a, b) => a.metres - b.metres);
}

/** Changes with every accepted report of a tenant; used as the ETag of answers. */
export async function lastChange(db: Queryable, tenant: string): Promise<string> {
  const { rows } = await db.query<{ at: Date | null; n: number }>({ text: LAST_CHANGE, values: [tenant] });
  return `${rows[0]?.at?.getTime() ?? 0}-${rows[0]?.n ?? 0}`;
}
