import { type Caller, readableBy } from '../../../access/caller.ts';
import type { VisibleRule } from '../../../access/visibility.ts';
import type { SqlParameters } from '../../../database/sql-parameters.ts';
import { LOCATION } from '../../../query/geo/geo-query.ts';
import { type ConditionOptions, entityCondition } from './entity-condition.ts';

/*
 * Restricts rows to what the caller may see. A statement selects from a subquery in place of the table `entity`, in
 * which documents and locations contain only visible parts. So nothing that the statement filters, counts, sorts or
 * aggregates can reveal more.
 */

/** The read rules of the caller; undefined if the caller may read everything. */
export function restriction(caller: Caller): readonly VisibleRule[] | undefined {
  const read = readableBy(caller);
  return read === 'all' ? undefined : read;
}

/** Rules apply to an entity at any time, so nothing in it may count as expired. */
const AT = '0001-01-01T00:00:00Z';

/** The condition that a rule applies to row `alias`. */
function ruleApplies({ entities }: VisibleRule, params: SqlParameters, alias: string): string {
  return `(${entityCondition(entities, params, { row: alias, at: AT })})`;
}

/** The condition that row `alias`, shaped like one of `entity`, is at least partly visible. */
function rowVisible(rules: readonly VisibleRule[], params: SqlParameters, alias: string): string {
  if (rules.length === 0) return 'false';
  return `(${rules.map((rule) => ruleApplies(rule, params, alias)).join(' OR ')})`;
}

/** The condition that an attribute of row `alias` is visible. `name` is an SQL expression. */
function nameVisible(rules: readonly VisibleRule[], params: SqlParameters, alias: string, name: string): string {
  if (rules.length === 0) return 'false';
  return `(${rules.map((rule) => `(${ruleApplies(rule, params, alias)} AND ${named(rule, params, name)})`).join(' OR ')})`;
}

function named({ attributes, except }: VisibleRule, params: SqlParameters, name: string): string {
  const conditions: string[] = [];
  if (attributes) conditions.push(`${name} = ANY(${params.add([...attributes])}::text[])`);
  if (except) conditions.push(`${name} <> ALL(${params.add([...except])}::text[])`);
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

/**
 * The relation to select from in place of the table `entity`: the table itself, or the visible part of it. `$1` is the
 * tenant.
 */
export function visibleRows(caller: Caller, params: SqlParameters, alias = 'entity'): string {
  const rules = restriction(caller);
  if (rules === undefined) return alias === 'entity' ? alias : `entity AS ${alias}`;
  const isWhole = rules.every(({ attributes, except }) => attributes === undefined && except === undefined);
  const shown = isWhole
    ? 'e.document, e.location'
    : `jsonb_set(e.document, '{attributes}', coalesce((SELECT jsonb_object_agg(a.name, a.instances)
        FROM jsonb_each(e.document -> 'attributes') AS a(name, instances)
        WHERE ${nameVisible(rules, params, 'e', 'a.name')}), '{}'::jsonb)) AS document,
      CASE WHEN ${nameVisible(rules, params, 'e', `'${LOCATION}'::text`)} THEN e.location END AS location`;
  return `(SELECT e.tenant, e.id, e.types, e.scopes, ${shown}, e.created_at, e.modified_at, e.expires_at
    FROM entity e WHERE e.tenant = $1 AND ${rowVisible(rules, params, 'e')}) AS ${alias}`;
}

/** The relation to select from, and a function that builds conditions on it. */
export function visibleTo(
  caller: Caller,
  params: SqlParameters,
  at: string,
): { rows: string; options: ConditionOptions } {
  if (restriction(caller) === undefined) return { rows: 'entity', options: { at } };
  return { rows: visibleRows(caller, params), options: { at, linked: (alias) => visibleRows(caller, params, alias) } };
}

const SCOPE = 'https://uri.etsi.org/ngsi-ld/scope';

/**
 * The condition that the history of an attribute of entity `e` is visible; '' if everything is. `name` is an SQL
 * expression.
 */
export function historyVisible(caller: Caller, params: SqlParameters, name: string): string {
  const rules = restriction(caller);
  if (rules === undefined) return '';
  // The scope is not an attribute: whoever may see the entity may see its scope.
  return ` AND (${nameVisible(rules, params, 'e', name)} OR (${name} = '${SCOPE}' AND ${rowVisible(rules, params, 'e')}))`;
}

/** The condition that entity `e`, present or deleted, is visible; '' if everything is. */
export function knownVisible(caller: Caller, params: SqlParameters): string {
  const rules = restriction(caller);
  return rules === undefined ? '' : ` AND ${rowVisible(rules, params, 'e')}`;
}
