import type { Queryable } from './database.ts';
import type { SqlParameters } from './sql-parameters.ts';
import type { InstanceSelection } from './temporal-instances.ts';
import { KNOWN_ENTITIES } from './temporal-sql.ts';
import { historyVisible } from './visible-rows.ts';

/** Which series are meant. */
type SeriesSelection = Pick<InstanceSelection, 'attributes' | 'omitted' | 'datasetIds'>;

// By the index of datasets, in which default instances are not.
const HAS_DATASETS = `
  SELECT (SELECT h.entity_id FROM history h WHERE h.tenant = $1 AND h.dataset_id <> '' ORDER BY h.entity_id LIMIT 1) IS NOT NULL AS has`;

/**
 * The selection, of default instances alone where the tenant has no others, as most have none: statements that look for none are
 * planned in a fraction of the time, as they need not tell of each partition how it would be done.
 */
export async function withDatasets<Selection extends SeriesSelection>(
  db: Queryable,
  tenant: string,
  selection: Selection,
): Promise<Selection> {
  if (selection.datasetIds !== undefined) return selection;
  const { rows } = await db.query<{ has: boolean }>({ name: 'has-datasets', text: HAS_DATASETS, values: [tenant] });
  return rows[0]?.has === false ? { ...selection, datasetIds: [''] } : selection;
}

/**
 * The attributes of the entities, found by skipping from one key of the index to the next: an entity has few, however many
 * instances each of them has. A CTE `named (id, attribute)`, and which of its rows are wanted.
 */
export function namedOf(
  { attributes, omitted }: Omit<SeriesSelection, 'datasetIds'>,
  params: SqlParameters,
): { readonly cte: string; readonly wanted: string } {
  const cte =
    attributes === undefined
      ? `named AS (
          SELECT a.id, (SELECT min(h.attribute) FROM history h WHERE h.tenant = $1 AND h.entity_id = a.id) AS attribute
          FROM unnest($2::text[]) AS a(id)
          UNION ALL
          SELECT p.id, (SELECT min(h.attribute) FROM history h
            WHERE h.tenant = $1 AND h.entity_id = p.id AND h.attribute > p.attribute)
          FROM named p WHERE p.attribute IS NOT NULL)`
      : `named AS (
          SELECT a.id, n.attribute COLLATE "C" AS attribute
          FROM unnest($2::text[]) AS a(id) CROSS JOIN unnest(${params.add(attributes)}::text[]) AS n(attribute))`;
  const isOmitted = omitted === undefined ? '' : ` AND attribute <> ALL(${params.add(omitted)}::text[])`;
  return { cte, wanted: `attribute IS NOT NULL${isOmitted}` };
}

/** The datasets of these attributes too, found in the same way: CTEs of which the last is `series (id, attribute, dataset_id)`. */
export function seriesOf({ datasetIds, ...selection }: SeriesSelection, params: SqlParameters): string {
  const { cte, wanted: isNamed } = namedOf(selection, params);
  const visible = historyVisible(params, 'named.attribute');
  const wanted =
    visible === ''
      ? isNamed
      : `${isNamed} AND EXISTS (SELECT FROM ${KNOWN_ENTITIES} AS e WHERE e.id = named.id${visible})`;
  const series =
    datasetIds === undefined
      ? `series AS (
          SELECT id, attribute, ''::text AS dataset_id FROM named WHERE ${wanted}
          UNION ALL
          SELECT p.id, p.attribute, (SELECT min(h.dataset_id) FROM history h
            WHERE h.tenant = $1 AND h.entity_id = p.id AND h.attribute = p.attribute AND h.dataset_id <> ''
              AND h.dataset_id > p.dataset_id)
          FROM series p WHERE p.dataset_id IS NOT NULL)`
      : `series AS (
          SELECT id, attribute, d.dataset_id
          FROM named CROSS JOIN unnest(${params.add(datasetIds)}::text[]) AS d(dataset_id)
          WHERE ${wanted})`;
  return `WITH RECURSIVE ${cte}, ${series}`;
}
