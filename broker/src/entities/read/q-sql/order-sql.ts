import type { Database } from '../../../database/database.ts';
import { sqlState } from '../../../database/database-errors.ts';
import type { SqlParameters } from '../../../database/sql-parameters.ts';
import { NgsiLdError } from '../../../model/errors.ts';
import { LOCATION } from '../../../query/geo/geo-query.ts';
import { isByDistance, type Ordering, type OrderingTerm } from '../../../query/order/order-by.ts';
import type { TargetPath } from '../../../query/q/target-path.ts';
import type { ConditionOptions } from './entity-condition.ts';
import { onSphere } from './geo-condition.ts';
import { instances, placesOf } from './path-sql.ts';
import { type SqlScope, timed, timeKey, usesTimestamps } from './q-condition.ts';

/**
 * ICU's root collation, the default of 4.23.1. The embedded database knows no other collation and always uses this one.
 */
const ROOT = 'und';

/** Per database. */
const MAX_COLLATIONS = 100;

const SELECT_COLLATIONS = `SELECT collname AS name FROM pg_collation WHERE collname LIKE 'ordering-%'`;

/**
 * Creates the collation that an ordering needs, if it is missing. Call it before using the `orderClause`.
 *
 * @throws NgsiLdError TooComplexQuery: too many different collations have been requested already
 */
export async function ensureCollation(db: Database, { collation = ROOT }: Ordering): Promise<void> {
  if (collation === ROOT) return;
  const { rows } = await db.query<{ name: string }>({ text: SELECT_COLLATIONS });
  const name = collationName(collation);
  if (rows.some((row) => `"${row.name}"` === name)) return;
  if (rows.length >= MAX_COLLATIONS) {
    throw new NgsiLdError(
      'TooComplexQuery',
      `collation: got ${collation}, expected "und" or one of the ${MAX_COLLATIONS} already created`,
    );
  }
  try {
    // The collation is non-deterministic: texts that it treats as equal are ordered by the next term.
    await db.query({
      text: `CREATE COLLATION IF NOT EXISTS ${name} (provider = icu, locale = '${tagOf(collation)}', deterministic = false)`,
    });
  } catch (error) {
    // IF NOT EXISTS does not prevent a conflict with a concurrent creation.
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
  }
}

const UNIQUE_VIOLATION = '23505';

function collationName(collation: string): string {
  return collation === ROOT ? '"und-x-icu"' : `"ordering-${tagOf(collation)}"`;
}

/** The language tag is spliced into the statement, so it is checked to contain only letters, digits and hyphens. */
function tagOf(collation: string): string {
  if (!/^[A-Za-z0-9-]{2,55}$/.test(collation)) throw new RangeError(`"${collation}" is not a collation`);
  return collation;
}

/**
 * `ORDER BY …` for an ordering (4.23), or by id if there is none. Equal rows are ordered by id, so that pages are
 * stable. Missing values come last in both directions. Of several instances the default one is used, otherwise the
 * first.
 */
export function orderClause(
  ordering: Ordering | undefined,
  params: SqlParameters,
  options: ConditionOptions = {},
): string {
  const scope: SqlScope = { params, row: options.row ?? 'entity', at: options.at ?? new Date().toISOString() };
  const keys = (ordering?.terms ?? []).flatMap((term) => [
    ...(isByDistance(term) && ordering?.from ? distanceKeys(term, ordering, scope) : []),
    ...valueKeys(term, ordering?.collation ?? ROOT, scope),
  ]);
  return `ORDER BY ${[...keys, `${scope.row}.id`].join(', ')}`;
}

function sense({ direction }: OrderingTerm): string {
  return direction === 'desc' || direction === 'dist-desc' ? 'DESC' : 'ASC';
}

/** 4.23.2: GeoProperties come before all others, ordered by distance in metres on the sphere. */
function distanceKeys(term: OrderingTerm, { from }: Ordering, { params, row, at }: SqlScope): string[] {
  const { path } = term;
  if (path.kind !== 'value' || path.members.length > 0) return [];
  const reference = onSphere(`ST_GeomFromGeoJSON(${params.add(JSON.stringify(from))})`);
  const isGeo = ' ? (@.type == "GeoProperty")';
  const geometry = `ST_GeomFromGeoJSON(${firstInstance(path.names, `${isGeo}.value`, { params, row, at })})`;
  const target =
    path.names.length === 1 && path.names[0] === LOCATION
      ? `CASE WHEN GeometryType(${row}.location) = 'GEOMETRYCOLLECTION' THEN ${geometry} ELSE ${row}.location END`
      : geometry;
  // OFFSET 0 keeps the subquery, so that the geometry is computed once.
  const distance = `(SELECT ST_Distance(${onSphere('target.geometry')}, ${reference}, false)
    FROM (SELECT ${target} AS geometry OFFSET 0) AS target)`;
  return [`${distance} ${sense(term)} NULLS LAST`];
}

/** The default instance, otherwise the first. */
function firstInstance(names: readonly string[], rest: string, scope: SqlScope): string {
  const { params, row, at, document = `${row}.document` } = scope;
  const vars = `${params.add(JSON.stringify({ at }))}::jsonb`;
  const first = (path: string) => `jsonb_path_query_first(${document}, ${params.add(path)}::jsonpath, ${vars})`;
  const found = instances(names);
  return `coalesce(${first(`${found} ? (!exists(@.datasetId))${rest}`)}, ${first(`${found}${rest}`)})`;
}

function valueKeys(term: OrderingTerm, collation: string, scope: SqlScope): string[] {
  const order = sense(term);
  const value = sortedValue(term.path, scope);
  const key = `(SELECT ROW(${rank('v.value')}, ${number('v.value')}, ${text('v.value')} COLLATE ${collationName(collation)})
    FROM (SELECT CASE WHEN jsonb_typeof(given.value) = 'object' AND given.value ? '@value'
      THEN given.value -> '@value' ELSE given.value END AS value FROM (SELECT ${value} AS value) AS given) AS v
    WHERE v.value IS NOT NULL)`;
  return [`${key} ${order} NULLS LAST`];
}

function sortedValue(path: TargetPath, scope: SqlScope): string {
  const { params, row } = scope;
  const { places } = placesOf(path);
  if (path.kind === 'entityMember') {
    const [place] = places;
    const member = path.member === 'type' || path.member === 'scope' ? `$${place?.path}[0]` : `$${place?.path}`;
    return `jsonb_path_query_first(${row}.document, ${params.add(member)}::jsonpath)`;
  }
  const ofInstance = usesTimestamps(path) ? timed(scope) : scope;
  const found = places.map((place) => firstInstance(path.names, ` ? (${place.guard})${place.path}`, ofInstance));
  return `coalesce(${found.join(', ')})`;
}

/** 4.23.2: the order of kinds is numbers, strings, objects, arrays, booleans, times, dates, DateTimes, null. */
function rank(value: string): string {
  return `CASE jsonb_typeof(${value}) WHEN 'number' THEN 0 WHEN 'object' THEN 2 WHEN 'array' THEN 3 WHEN 'boolean' THEN 4
    WHEN 'null' THEN 8 ELSE CASE WHEN ${timeKey(value, 'time')} IS NOT NULL THEN 5 WHEN ${timeKey(value, 'date')} IS NOT NULL THEN 6
    WHEN ${timeKey(value, 'dateTime')} IS NOT NULL THEN 7 ELSE 1 END END`;
}

function number(value: string): string {
  return `CASE jsonb_typeof(${value}) WHEN 'number' THEN (${value})::numeric WHEN 'boolean' THEN (${value})::boolean::int END`;
}

function text(value: string): string {
  return `coalesce(${timeKey(value, 'dateTime')}, ${timeKey(value, 'time')}, CASE WHEN jsonb_typeof(${value}) = 'string' THEN ${value} #>> '{}' END)`;
}
