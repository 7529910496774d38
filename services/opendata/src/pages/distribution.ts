import type { Queryable } from '@alzette/kit/database';
import type { Dataset } from '../datasets/dataset.ts';
import { queryColumns } from '../ogc/items.ts';
import type { Bar } from './svg-map.ts';

const MAX_BARS = 8;
const BY_TEXT = `
  SELECT properties ->> $3::text AS label, count(*) AS value FROM opendata.feature
  WHERE dataset = $1 AND generation = $2 AND tenant = $4 AND properties ? $3::text GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MAX_BARS}`;
const BY_NUMBER = `
  WITH v AS (
    SELECT (properties ->> $3::text)::float8 AS n FROM opendata.feature
    WHERE dataset = $1 AND generation = $2 AND tenant = $4 AND properties ? $3::text
  ), r AS (SELECT min(n) AS low, max(n) AS high FROM v)
  SELECT low + (high - low) * b / ${MAX_BARS} AS low, low + (high - low) * (b + 1) / ${MAX_BARS} AS high,
    (SELECT count(*) FROM v WHERE least(floor((n - low) / nullif(high - low, 0) * ${MAX_BARS}), ${MAX_BARS - 1}) = b) AS value
  FROM r, generate_series(0, ${MAX_BARS - 1}) AS b WHERE low < high ORDER BY b`;
const NUMBER = new Intl.NumberFormat('fr-FR', { maximumSignificantDigits: 3 });

/** The distribution of a dataset's first numeric column, or the most frequent texts. */
export async function distributionOf(
  db: Queryable,
  { tenant, id, generation, definition }: Dataset,
): Promise<{ readonly title: string; readonly bars: readonly Bar[] } | undefined> {
  const columns = queryColumns(definition);
  const column = columns.find(({ kind }) => kind === 'number') ?? columns.find(({ kind }) => kind === 'text');
  if (column === undefined) return undefined;
  const values = [id, generation, column.name, tenant];
  const title = `${column.title.fr}${column.unit === undefined ? '' : ` (${column.unit})`}`;
  if (column.kind === 'text') return { title, bars: (await db.query<Bar>({ text: BY_TEXT, values })).rows };
  const { rows } = await db.query<{ low: number; high: number; value: number }>({ text: BY_NUMBER, values });
  const bars = rows.map(({ low, high, value }) => ({ label: `${NUMBER.format(low)} – ${NUMBER.format(high)}`, value }));
  return bars.length === 0 ? undefined : { title, bars };
}
