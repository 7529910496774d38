import type { AttributeInstance } from '../model/entity.ts';
import { literal, quoted } from './sql-view-names.ts';

/** The type of a column. Values of another type are NULL; in a text column they are shown as JSON. */
export type ColumnKind = 'number' | 'boolean' | 'text' | 'json' | 'geometry';

interface ViewColumn {
  /** IRI. */
  readonly attribute: string;
  readonly name: string;
  readonly kind: ColumnKind;
}

export interface TypeView {
  /** IRI. */
  readonly type: string;
  readonly view: string;
  /** In the order in which they were first seen. */
  readonly columns: readonly ViewColumn[];
}

/** The columns of every view, before those of attributes. */
export const FIXED_COLUMNS = ['tenant', 'id', 'scopes', 'location', 'created_at', 'modified_at'] as const;

/** The attribute shown in a fixed column. */
export const LOCATION = 'https://uri.etsi.org/ngsi-ld/location';

/** The column type for an instance. */
export function columnKind({ type, value }: Pick<AttributeInstance, 'type' | 'value'>): ColumnKind {
  if (type === 'GeoProperty') return 'geometry';
  if (type === 'Relationship' || type === 'VocabProperty') return 'text';
  if (type !== 'Property') return 'json';
  const kind = typeof value;
  return kind === 'number' || kind === 'boolean' ? kind : kind === 'string' ? 'text' : 'json';
}

/** The statements that create or update a type's view. Columns may only have been appended. */
export function viewStatements({ type, view, columns }: TypeView): string[] {
  const name = `ngsi.${quoted(view)}`;
  const shown = [...FIXED_COLUMNS.map((column) => `e.${column}`), ...columns.map(columnText)];
  return [
    `CREATE OR REPLACE VIEW ${name} WITH (security_barrier) AS
    SELECT ${shown.join(',\n      ')}
    FROM entity e
    WHERE e.types @> ARRAY[${literal(type)}] AND e.tenant = ANY (ARRAY(SELECT name FROM readable_tenant))
      AND (e.expires_at IS NULL OR e.expires_at > now())`,
    `COMMENT ON VIEW ${name} IS ${literal(type)}`,
    ...columns.map((column) => `COMMENT ON COLUMN ${name}.${quoted(column.name)} IS ${literal(column.attribute)}`),
    `GRANT SELECT ON ${name} TO PUBLIC`,
  ];
}

function columnText({ attribute, name, kind }: ViewColumn): string {
  return `${valueText(attribute, kind)} AS ${quoted(name)}`;
}

function valueText(attribute: string, kind: ColumnKind): string {
  switch (kind) {
    case 'number':
    case 'boolean':
      return `(${pathText(attribute, `@.value.type() == "${kind}"`)})::${kind === 'number' ? 'float8' : kind}`;
    case 'text':
      return `(${pathText(attribute)}) #>> '{}'`;
    case 'json':
      return pathText(attribute);
    case 'geometry':
      return `ST_SetSRID(ST_GeomFromGeoJSON(${pathText(attribute, '@.type == "GeoProperty"')}::text), 4326)::geometry(Geometry, 4326)`;
  }
}

// A subquery that depends on no row, so that the clock is read once per statement.
const NOW = `(SELECT jsonb_build_object('now', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`;

/** The value of the default instance. `type()` does not unwrap arrays, unlike a filter on the value itself. */
function pathText(attribute: string, condition?: string): string {
  const conditions = ['!exists(@.datasetId)', '!(@.expiresAt <= $now)', ...(condition ? [condition] : [])];
  const path = `$.attributes.${JSON.stringify(attribute)}[*] ? (${conditions.join(' && ')}).value`;
  return `jsonb_path_query_first(e.document, ${literal(path)}, ${NOW})`;
}
