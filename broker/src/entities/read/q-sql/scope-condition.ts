import type { ScopePattern, ScopeQuery } from '../../../query/scope/scope-query.ts';
import type { SqlScope } from './q-condition.ts';

/** The condition that the row's scopes satisfy a scope query (4.19). */
export function scopeCondition(query: ScopeQuery, scope: SqlScope): string {
  switch (query.kind) {
    case 'anyScope':
      return `cardinality(${scope.row}.scopes) > 0`;
    case 'and':
    case 'or':
      return `(${query.operands.map((operand) => scopeCondition(operand, scope)).join(query.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'pattern':
      return patternCondition(query, scope);
  }
}

// The expression that the index is built on. It finds a scope and everything below it.
function patternCondition({ levels, withDescendants }: ScopePattern, { params, row }: SqlScope): string {
  const wildcard = levels.indexOf('+');
  const literal = (wildcard < 0 ? levels : levels.slice(0, wildcard)).join('/');
  const below = literal === '' ? '' : `scopes_and_above(${row}.scopes) @> ${params.add([literal])}::text[]`;
  if (wildcard < 0 && withDescendants) return below;
  if (wildcard < 0) return `(${below} AND ${row}.scopes && ${params.add([literal, `/${literal}`])}::text[])`;
  // Scope levels contain only letters, digits and _, so they need no escaping in a regular expression.
  const pattern = levels.map((level) => (level === '+' ? '[^/]+' : level)).join('/');
  const regex = params.add(`^/?${pattern}${withDescendants ? '(/|$)' : '$'}`);
  const matching = `EXISTS (SELECT FROM unnest(${row}.scopes) AS given(scope) WHERE given.scope COLLATE "C" ~ ${regex})`;
  return below === '' ? matching : `(${below} AND ${matching})`;
}
