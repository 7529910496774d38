import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import type { SqlParameters } from '../../database/sql-parameters.ts';
import { historyVisible } from '../../entities/read/q-sql/access-filter.ts';
import { unfoldSoon } from '../rows/initial-instances.ts';
import type { InstanceSelection } from './instance-selection.ts';
import { KNOWN_ENTITIES } from './temporal-sql.ts';

/** Selects series. */
type SeriesSelection = Pick<InstanceSelection, 'attributes' | 'omitted' | 'datasetIds' | 'isUnfolded'>;

// Uses the indexes of datasets, which do not contain default instances. Only the sums still know about data that
// retention has removed.
const SELECT_KINDS = `
  SELECT (SELECT h.entity_id FROM history h WHERE h.tenant = $1 AND h.dataset_id <> '' ORDER BY h.entity_id LIMIT 1) IS NOT NULL
      OR EXISTS (SELECT FROM birth b WHERE b.tenant = $1 AND b.has_datasets)
      OR (SELECT instances_removed_before FROM history_rollup) IS NOT NULL AND EXISTS (
        SELECT 1 FROM history_day d WHERE d.tenant = $1 AND d.entity_id = ANY ($2::text[]) AND d.dataset_id <> '') AS "hasDatasets",
    EXISTS (SELECT FROM birth b WHERE b.tenant = $1 AND b.entity_id = ANY ($2::text[])) AS "hasInitialInstances"`;

/**
 * Simplifies the selection: to default instances if the tenant has no others, as in most cases, and to the table
 * `history` if no initial instances of the entities are folded. Such statements are planned in a fraction of the time,
 * because planning covers every partition.
 */
export async function narrowed<Selection extends SeriesSelection>(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  selection: Selection,
): Promise<Selection> {
  type Kinds = { readonly hasDatasets: boolean; readonly hasInitialInstances: boolean };
  const { rows } = await db.query<Kinds>({ name: 'kinds-of-series', text: SELECT_KINDS, values: [tenant, ids] });
  const { hasDatasets, hasInitialInstances } = rows[0] as Kinds; // it always has one row
  if (hasInitialInstances) unfoldSoon(db, tenant, ids);
  // With replicas, a server that lags behind may still have initial instances that another has unfolded.
  const isUnfolded = !hasInitialInstances && db.chooseSource === undefined;
  return { ...selection, isUnfolded, ...(!hasDatasets && selection.datasetIds === undefined && { datasetIds: [''] }) };
}

/** The relation that contains the instances of the entities. */
export function relationOf({ isUnfolded }: SeriesSelection): 'history' | 'evolution' {
  return isUnfolded ? 'history' : 'evolution';
}

const INITIAL_NAMES = `
  SELECT b.entity_id, a.name COLLATE "C" FROM birth b CROSS JOIN LATERAL jsonb_object_keys(b.instances) AS a(name)
  WHERE b.tenant = $1 AND b.entity_id = ANY ($2::text[])
  ORDER BY 1, 2`;
const INITIAL_SERIES = `
  SELECT b.entity_id, b.attribute, b.dataset_id
  FROM birth_instance b JOIN wanted w ON w.id = b.entity_id AND w.attribute = b.attribute
  WHERE b.tenant = $1 AND b.entity_id = ANY ($2::text[])
  ORDER BY 1, 2, 3`;

/**
 * The attributes of the entities, found by skip scans along the index: an entity has few attributes, however many
 * instances they have. A CTE `named (id, attribute)`, and the condition for the wanted rows.
 */
export function namedOf(
  { attributes, omitted, isUnfolded }: Omit<SeriesSelection, 'datasetIds'>,
  params: SqlParameters,
): { readonly cte: string; readonly wanted: string } {
  const cte =
    attributes === undefined
      ? `skipped AS (
          SELECT a.id, (SELECT min(h.attribute) FROM history h WHERE h.tenant = $1 AND h.entity_id = a.id) AS attribute
          FROM unnest($2::text[]) AS a(id)
          UNION ALL
          SELECT p.id, (SELECT min(h.attribute) FROM history h
            WHERE h.tenant = $1 AND h.entity_id = p.id AND h.attribute > p.attribute)
          FROM skipped p WHERE p.attribute IS NOT NULL),
        named AS (SELECT id, attribute FROM skipped${isUnfolded ? '' : ` UNION ${INITIAL_NAMES}`})`
      : `named AS (
          SELECT a.id, n.attribute COLLATE "C" AS attribute
          FROM unnest($2::text[]) AS a(id) CROSS JOIN unnest(${params.add(attributes)}::text[]) AS n(attribute))`;
  const isOmitted = omitted === undefined ? '' : ` AND attribute <> ALL(${params.add(omitted)}::text[])`;
  return { cte, wanted: `attribute IS NOT NULL${isOmitted}` };
}

/**
 * The datasets of these attributes, found in the same way: CTEs, of which the last is `series (id, attribute,
 * dataset_id)`.
 */
export function seriesOf(caller: Caller, { datasetIds, ...selection }: SeriesSelection, params: SqlParameters): string {
  const { isUnfolded } = selection;
  const { cte, wanted: isNamed } = namedOf(selection, params);
  const visible = historyVisible(caller, params, 'named.attribute');
  const wanted =
    visible === ''
      ? isNamed
      : `${isNamed} AND EXISTS (SELECT FROM ${KNOWN_ENTITIES} AS e WHERE e.id = named.id${visible})`;
  const series =
    datasetIds === undefined
      ? `wanted AS (SELECT id, attribute FROM named WHERE ${wanted}),
        recorded AS (
          SELECT id, attribute, ''::text AS dataset_id FROM wanted
          UNION ALL
          SELECT p.id, p.attribute, (SELECT min(h.dataset_id) FROM history h
            WHERE h.tenant = $1 AND h.entity_id = p.id AND h.attribute = p.attribute AND h.dataset_id <> ''
              AND h.dataset_id > p.dataset_id)
          FROM recorded p WHERE p.dataset_id IS NOT NULL),
        series AS (
          SELECT id, attribute, dataset_id FROM recorded WHERE dataset_id IS NOT NULL${isUnfolded ? '' : ` UNION ${INITIAL_SERIES}`})`
      : `series AS (
          SELECT id, attribute, d.dataset_id
          FROM named CROSS JOIN unnest(${params.add(datasetIds)}::text[]) AS d(dataset_id)
          WHERE ${wanted})`;
  return `WITH RECURSIVE ${cte}, ${series}`;
}
