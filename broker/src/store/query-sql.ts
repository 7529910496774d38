import type { EntityFilter, EntitySelector } from '../query/entity-query.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { geoCondition } from './query-sql-geo.ts';
import { instances } from './query-sql-path.ts';
import { qCondition, type SqlScope } from './query-sql-q.ts';
import { scopeCondition } from './query-sql-scope.ts';
import type { SqlParameters } from './sql-parameters.ts';

/*
 * Query trees as conditions on a row of `entity`; all values are parameters. What they mean is what `matchesEntity` of
 * query/ means, and a test holds the two together.
 *
 * An attribute compared by `==`, or to numbers by `>` `>=` `<` `<=` and ranges, appears as
 *
 *     (V = $value::jsonb AND E IS NULL)
 *     OR ((jsonb_typeof(V) IN ('object', 'array') OR S IS NOT NULL OR E IS NOT NULL) AND jsonb_path_exists(…))
 *
 * with V = document #> '{attributes,<IRI>,0,value}', E = … '{attributes,<IRI>,0,expiresAt}', S = … '{attributes,<IRI>,1}'.
 * In a plan made for its values, as every statement without a name gets, two indexes serve it, and beside them a type
 * that stands alone, which appears as `types @> '{<IRI>}'`:
 *
 *     CREATE INDEX … ON entity (tenant, (document #> '{attributes,<IRI>,0,value}')) WHERE types @> '{<type>}';
 *     CREATE INDEX … ON entity (tenant, id) WHERE types @> '{<type>}' AND (jsonb_typeof(V) IN ('object', 'array')
 *       OR S IS NOT NULL OR E IS NOT NULL);
 *
 * The second is empty or small. An index on `document` ends HOT updates of the table: it is for types that are asked
 * more than they are written.
 */

export interface ConditionOptions {
  /** The row's alias in the statement; default `entity`. A constant, never input. */
  readonly row?: string;
  /** ISO 8601 UTC, default now: what has expired by then is absent. */
  readonly at?: string;
}

/**
 * The condition that a row's entity matches (5.7.2), expired ones left out; the tenant is the caller's to ask for.
 *
 *     const params = new SqlParameters([tenant]);
 *     `SELECT … FROM entity WHERE tenant = $1 AND ${entityCondition(query, params)}`
 */
export function entityCondition(filter: EntityFilter, params: SqlParameters, options: ConditionOptions = {}): string {
  const scope: SqlScope = { params, row: options.row ?? 'entity', at: options.at ?? new Date().toISOString() };
  const { selectors = [], attrs, q, geoQ, scopeQ } = filter;
  const conditions = [
    `(${scope.row}.expires_at IS NULL OR ${scope.row}.expires_at > ${params.add(scope.at)}::timestamptz)`,
  ];
  if (selectors.length > 0) conditions.push(anyOf(selectors.map((selector) => selectorCondition(selector, scope))));
  if (attrs) conditions.push(attrsCondition(attrs, scope));
  if (scopeQ) conditions.push(scopeCondition(scopeQ, scope));
  if (geoQ) conditions.push(geoCondition(geoQ, scope));
  if (q) conditions.push(qCondition(q, scope));
  return conditions.join(' AND ');
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? (conditions[0] as string) : `(${conditions.join(' OR ')})`;
}

function selectorCondition({ types, ids, idPattern }: EntitySelector, scope: SqlScope): string {
  const { params, row } = scope;
  const conditions: string[] = [];
  if (types && types.kind !== 'all') conditions.push(typesCondition(types, scope));
  if (ids) conditions.push(`${row}.id = ANY(${params.add(ids)}::text[])`);
  else if (idPattern) conditions.push(`${row}.id COLLATE "C" ~ ${params.add(idPattern.postgres)}`);
  return conditions.length === 0 ? 'true' : `(${conditions.join(' AND ')})`;
}

function typesCondition({ groups }: TypeSelection & { kind: 'anyOf' }, { params, row }: SqlScope): string {
  const single = groups.filter((group) => group.length === 1).flat();
  const several = groups.filter((group) => group.length > 1);
  const conditions = several.map((group) => `${row}.types @> ${params.add(group)}::text[]`);
  if (single.length > 0)
    conditions.push(`${row}.types ${single.length === 1 ? '@>' : '&&'} ${params.add(single)}::text[]`);
  return anyOf(conditions);
}

function attrsCondition(attrs: readonly string[], { params, row, at }: SqlScope): string {
  const present = attrs.map((name) => `exists(${instances([name])})`).join(' || ');
  return `jsonb_path_exists(${row}.document, ${params.add(`$ ? (${present})`)}::jsonpath, ${params.add(JSON.stringify({ at }))}::jsonb)`;
}
