import type { Queryable } from '@alzette/kit/database';
import type { Judge } from '@alzette/kit/objects';
import type { Outlier } from '../contract/contract.ts';
import type { LocalDate } from '../sun/local-time.ts';
import { CABINET_MEASURED } from './cabinet-readings.ts';
import { MEASURED } from './read-notification.ts';

const OUTLIERS = `
  SELECT o.night::text AS night, o.entity, CASE WHEN l.id IS NULL THEN 'cabinet' ELSE 'lamp' END AS of,
    coalesce(l.name, c.name) AS name, coalesce(l.commune, c.commune) AS commune, l.street, o.kind, o.readings,
    o.before_at AS "beforeAt", o.at, o.before, o.value, o.most
  FROM lighting.outlier o
    LEFT JOIN lighting.lamp l ON l.tenant = $1 AND l.id = o.entity
    LEFT JOIN lighting.cabinet c ON c.tenant = $1 AND c.id = o.entity
  WHERE o.tenant = $1 AND o.night BETWEEN $2::date AND $3::date AND coalesce(l.id, c.id) IS NOT NULL
    AND ($4::text[] IS NULL OR l.id IS NULL OR l.commune = ANY ($4))
  ORDER BY o.night DESC, o.kind, o.entity LIMIT $5`;

/** More in a period are another problem than single meters. */
const MAX_OUTLIERS = 1000;

type Row = Omit<Outlier, 'at' | 'beforeAt'> & { readonly at: Date; readonly beforeAt: Date | null };

/** Readings that no figure counts, of the lamps and cabinets whose measurements a sender may read, latest first. */
export async function readableOutliers(
  db: Queryable,
  tenant: string,
  { from, to }: { readonly from: LocalDate; readonly to: LocalDate },
  reader: { readonly judge: Judge; readonly communes: readonly string[] | null },
): Promise<Outlier[]> {
  const values = [tenant, from, to, reader.communes, MAX_OUTLIERS];
  const { rows } = await db.query<Row>({ text: OUTLIERS, values });
  const hidden = await hiddenOf(rows, reader.judge);
  return rows
    .filter(({ entity }) => !hidden.has(entity))
    .map((row) => ({ ...row, at: row.at.toISOString(), beforeAt: row.beforeAt?.toISOString() ?? null }));
}

async function hiddenOf(rows: readonly Row[], judge: Judge): Promise<ReadonlySet<string>> {
  const ids = (kind: Outlier['of']) => [...new Set(rows.filter(({ of }) => of === kind).map(({ entity }) => entity))];
  const refused = async (of: readonly string[], measured: object) =>
    of.length === 0 ? [] : [...(await judge.refused('read', of, Object.keys(measured)))];
  const [lamps, cabinets] = await Promise.all([
    refused(ids('lamp'), MEASURED),
    refused(ids('cabinet'), CABINET_MEASURED),
  ]);
  return new Set([...lamps, ...cabinets]);
}
