import { type Caller, readableBy } from '../../../access/caller.ts';
import type { VisibleRule } from '../../../access/visibility.ts';
import type { SqlParameters } from '../../../database/sql-parameters.ts';
import { LOCATION } from '../../../query/geo/geo-query.ts';
import { type ConditionOptions, entityCondition } from './entity-condition.ts';

/*
 * What the one who asks may see, as rows: a relation in place of the table `entity`, with the documents and locations
 * shortened to what is visible. Whatever a statement then filters, counts, sorts or aggregates, it can't tell of more.
 */

/** What the caller may read; undefined: everything. */
export function restriction(caller: Caller): readonly VisibleRule[] | undefined {
  const read = readableBy(caller);
  return read === 'all' ? undefined : read;
}

/** Rules speak of what an entity is at any time: nothing in it counts as expired. */
const AT = '0001-01-01T00:00:00Z';

/** The condition that a row `alias` is what a rule speaks of. */
function speaksOf({ entities }: VisibleRule, params: SqlParameters, alias: string): string {
  return `(${entityCondition(entities, params, { row: alias, at: AT })})`;
}

/** The condition that a row `alias`, like one of `entity`, is visible at all. */
function rowVisible(rules: readonly VisibleRule[], params: SqlParameters, alias: string): string {
  if (rules.length === 0) return 'false';
  return `(${rules.map((rule) => speaksOf(rule, params, alias)).join(' OR ')})`;
}

/** The condition that the attribute `name`, an expression, of a row `alias` is visible. */
function nameVisible(rules: readonly VisibleRule[], params: SqlParameters, alias: string, name: string): string {
  if (rules.length === 0) return 'false';
  return `(${rules.map((rule) => `(${speaksOf(rule, params, alias)} AND ${named(rule, params, name)})`).join(' OR ')})`;
}

function named({ attributes, except }: VisibleRule, params: SqlParameters, name: string): string {
  const conditions: string[] = [];
  if (attributes) conditions.push(`${name} = ANY(${params.add([...attributes])}::text[])`);
  if (except) conditions.push(`${name} <> ALL(${params.add([...except])}::text[])`);
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

/** What to select from where one would from the table `entity`: it, or what of it is visible. `$1` is the tenant. */
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

/** What is selected from, and how conditions on it are made. */
export function visibleTo(
  caller: Caller,
  params: SqlParameters,
  at: string,
): { rows: string; options: ConditionOptions } {
  if (restriction(caller) === undefined) return { rows: 'entity', options: { at } };
  return { rows: visibleRows(caller, params), options: { at, linked: (alias) => visibleRows(caller, params, alias) } };
}

const SCOPE = 'https://uri.etsi.org/ngsi-ld/scope';

/** The condition that history of the attribute `name`, an expression, of an entity `e` is visible; '' where all is. */
export function historyVisible(caller: Caller, params: SqlParameters, name: string): string {
  const rules = restriction(caller);
  if (rules === undefined) return '';
  // The scope is no attribute: who sees the entity sees it.
  return ` AND (${nameVisible(rules, params, 'e', name)} OR (${name} = '${SCOPE}' AND ${rowVisible(rules, params, 'e')}))`;
}

/** The condition that an entity `e` that is or was is visible; '' where all is. */
export function knownVisible(caller: Caller, params: SqlParameters): string {
  const rules = restriction(caller);
  return rules === undefined ? '' : ` AND ${rowVisible(rules, params, 'e')}`;
}
