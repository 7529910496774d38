import type { Queryable } from '@alzette/kit/database';
import { boxAround } from '@alzette/ngsi-ld-schemas/geo';
import { OPEN_STATUSES, type Report } from '../contract/report.ts';
import type { Position } from '../report/place.ts';
import { toStoredReport } from '../store/report-rows.ts';

/** A report as input for suggestions: text, position and time (milliseconds since 1970). */
export interface PastReport {
  readonly id: string;
  readonly text: string;
  readonly category: string;
  readonly position: Position;
  readonly at: number;
  readonly duplicateOf?: string;
}

const MAX_LEARNED = 20_000;
const MAX_NEAR = 200;
const WRITTEN = `
  SELECT r.tenant, r.version, r.state, a.words->>'text' AS text
  FROM reports.report r JOIN reports.author a ON a.tenant = $1 AND a.report = r.id
  WHERE r.tenant = $1`;
/** Accepted reports: a person has confirmed their category. */
const SETTLED = `${WRITTEN} AND r.moderation = 'accepted' AND a.words ? 'text' ORDER BY r.requested_at DESC LIMIT $2`;
const NEAR = `${WRITTEN} AND r.status = ANY ($2::text[]) AND r.moderation <> 'hidden'
  AND r.longitude BETWEEN $3 AND $4 AND r.latitude BETWEEN $5 AND $6 ORDER BY r.requested_at DESC LIMIT ${MAX_NEAR}`;

type Row = Parameters<typeof toStoredReport>[0] & { readonly text: string | null };

/** The texts of accepted reports, latest first, as long as they are stored. */
export async function readPastReports(db: Queryable, tenant: string): Promise<PastReport[]> {
  const { rows } = await db.query<Row>({ text: SETTLED, values: [tenant, MAX_LEARNED] });
  return rows.map((row) => pastOf(toStoredReport(row).report, row.text));
}

/** Open reports near a position. @param isPublic only their public content */
export async function readReportsAround(
  db: Queryable,
  tenant: string,
  position: Position,
  { metres, isPublic }: { readonly metres: number; readonly isPublic: boolean },
): Promise<PastReport[]> {
  const { dx, dy } = boxAround(position, metres);
  const [longitude, latitude] = position;
  const values = [tenant, OPEN_STATUSES, longitude - dx, longitude + dx, latitude - dy, latitude + dy];
  const { rows } = await db.query<Row>({ text: NEAR, values });
  return rows.flatMap((row) => {
    const { report } = toStoredReport(row);
    if (!isPublic) return [pastOf(report, row.text)];
    return report.moderation === 'accepted' ? [pastOf(report, report.publicText ?? '')] : [];
  });
}

function pastOf({ id, category, position, requestedAt, duplicateOf }: Report, text: string | null): PastReport {
  return {
    id,
    text: text ?? '',
    category,
    position,
    at: Date.parse(requestedAt),
    ...(duplicateOf !== undefined && { duplicateOf }),
  };
}
