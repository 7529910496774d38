import type { SqlParameters } from '../../../database/sql-parameters.ts';
import type { EntityFilter, EntitySelector } from '../../../query/entity-query.ts';
import type { TypeSelection } from '../../../query/type-selection.ts';
import { geoCondition } from './geo-condition.ts';
import { instances } from './path-sql.ts';
import { type Conjunct, conjunctCondition, qCondition, type SqlScope } from './q-condition.ts';
import { scopeCondition } from './scope-condition.ts';

/*
 * Query trees as conditions on a row of `entity`; all values are parameters. They have the same meaning as
 * `matchesEntity` of query/, which a test verifies.
 *
 * An attribute compared by `==`, or to numbers by `>` `>=` `<` `<=` and ranges, appears as
 *
 *     (V = $value::jsonb AND jsonb_typeof(W) NOT IN ('object', 'array') AND S IS NULL AND E IS NULL)
 *     OR ((jsonb_typeof(W) IN ('object', 'array') OR S IS NOT NULL OR E IS NOT NULL) AND jsonb_path_exists(…))
 *
 * with W = document #> '{attributes,<IRI>,0,value}', E = … '{attributes,<IRI>,0,expiresAt}', S = … '{attributes,<IRI>,1}'
 * and V = W unless its text is too long for an index. The two indexes of index-adviser-statements.ts serve it for a single
 * type (`types[1] = '<IRI>'` in one of `entityBranches`), in plans made for the actual values, that is for statements without
 * a name. The second index is empty or small. An index on `document` prevents HOT updates, so it is only for types that are
 * read more than written. If there is no index, only the exact comparison is used.
 */

export interface ConditionOptions {
  /** The alias of the row in the statement; default `entity`. A constant, never user input. */
  readonly row?: string;
  /** ISO 8601 UTC, default now. Entities and attributes that have expired by then are left out. */
  readonly at?: string;
  /** The relation for linked entities, given an alias; by default the table. */
  readonly linked?: (alias: string) => string;
  /** See {@link SqlScope}. */
  readonly isPrepared?: boolean;
  /** See {@link SqlScope}. */
  readonly isExact?: boolean;
  /** Replaces the filter's `q`: conditions that must all hold. */
  readonly conjuncts?: readonly Conjunct[];
}

/**
 * The condition that a row's entity matches (5.7.2) and has not expired. The caller adds the condition on the tenant.
 *
 *     const params = new SqlParameters([tenant]);
 *     `SELECT … FROM entity WHERE tenant = $1 AND ${entityCondition(query, params)}`
 */
export function entityCondition(filter: EntityFilter, params: SqlParameters, options: ConditionOptions = {}): string {
  const { row = 'entity', at = new Date().toISOString(), linked, isPrepared = false, isExact = false } = options;
  const scope: SqlScope = { params, row, at, isPrepared, isExact, ...(linked && { linked }) };
  const { selectors = [], attrs, q, geoQ, scopeQ } = filter;
  const conditions = [
    `(${scope.row}.expires_at IS NULL OR ${scope.row}.expires_at > ${params.add(scope.at)}::timestamptz)`,
  ];
  if (selectors.length > 0) conditions.push(anyOf(selectors.map((selector) => selectorCondition(selector, scope))));
  if (attrs) conditions.push(attrsCondition(attrs, scope));
  if (scopeQ) conditions.push(scopeCondition(scopeQ, scope));
  if (geoQ) conditions.push(geoCondition(geoQ, scope));
  if (q) conditions.push(qCondition(q, scope));
  for (const conjunct of options.conjuncts ?? []) conditions.push(conjunctCondition(conjunct, scope));
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

/** The most types that get a branch each; beyond that, one condition covers all of them. */
const MAX_BRANCHES = 8;

/**
 * Conditions that are mutually exclusive and together cover all matches, with the id order that their indexes provide.
 */
export interface EntityBranches {
  readonly conditions: readonly string[];
  /** The part of each branch that an index decides, and the rest, which is the same for all. */
  readonly indexed: readonly string[];
  readonly rest: string;
  /** For a row without alias. */
  readonly order: string;
}

/**
 * Splits `entityCondition` into one condition for each type that is an entity's first type, and one for entities that
 * have it among others. Each branch can be walked in order along an index, which a single condition can't.
 */
export function entityBranches(
  filter: EntityFilter,
  params: SqlParameters,
  options: ConditionOptions = {},
): EntityBranches {
  const [selector, ...others] = filter.selectors ?? [];
  const types = selector?.types;
  const { single, several } = types?.kind === 'anyOf' ? splitGroups(types.groups) : NO_GROUPS;
  if (types?.kind !== 'anyOf' || others.length > 0 || selector?.ids || single.length > MAX_BRANCHES) {
    const rest = entityCondition(filter, params, options);
    return { conditions: [rest], indexed: ['true'], rest, order: 'id' };
  }
  const row = options.row ?? 'entity';
  const { types: _types, ...rest } = selector ?? {};
  const condition = entityCondition({ ...filter, selectors: [rest] }, params, options);
  const indexed = single.map((type) => `${row}.types[1] = ${params.add(type)}`);
  const firstElsewhere = single.length > 0 ? ` AND NOT ${row}.types[1] = ANY(${params.add(single)}::text[])` : '';
  const hit = anyOf(severalConditions(single, several, params, row));
  indexed.push(`cardinality(${row}.types) > 1${firstElsewhere} AND ${hit}`);
  const conditions = indexed.map((each) => `${each} AND ${condition}`);
  return { conditions, indexed, rest: condition, order: 'id COLLATE "POSIX"' };
}

interface Groups {
  readonly single: readonly string[];
  readonly several: readonly (readonly string[])[];
}

const NO_GROUPS: Groups = { single: [], several: [] };

function splitGroups(groups: readonly (readonly string[])[]): Groups {
  const distinct = groups.map((group) => [...new Set(group)]);
  const single = [...new Set(distinct.filter((group) => group.length === 1).flat())];
  return { single, several: distinct.filter((group) => group.length > 1) };
}

/**
 * The condition that the `types` of a row of `entity_count` match the selectors. Only the types of the selectors are
 * used.
 */
export function typesOfAny(selectors: readonly EntitySelector[] = [], params: SqlParameters): string {
  const scope: SqlScope = { params, row: 'entity_count', at: '' };
  const conditions = selectors.map(({ types }) => selectorCondition({ ...(types && { types }) }, scope));
  return conditions.length === 0 ? 'true' : anyOf(conditions);
}

function typesCondition({ groups }: TypeSelection & { kind: 'anyOf' }, { params, row }: SqlScope): string {
  const { single, several } = splitGroups(groups);
  const hit = `(cardinality(${row}.types) > 1 AND ${anyOf(severalConditions(single, several, params, row))})`;
  return single.length === 0 ? hit : `(${row}.types[1] = ANY(${params.add(single)}::text[]) OR ${hit})`;
}

function severalConditions(
  single: readonly string[],
  several: readonly (readonly string[])[],
  params: SqlParameters,
  row: string,
): string[] {
  const conditions = several.map((group) => `${row}.types @> ${params.add(group)}::text[]`);
  if (single.length > 0) conditions.push(`${row}.types && ${params.add(single)}::text[]`);
  return conditions;
}

function attrsCondition(attrs: readonly string[], { params, row, at }: SqlScope): string {
  const present = attrs.map((name) => `exists(${instances([name])})`).join(' || ');
  return `jsonb_path_exists(${row}.document, ${params.add(`$ ? (${present})`)}::jsonpath, ${params.add(JSON.stringify({ at }))}::jsonb)`;
}
