import type { ScopePattern, ScopeQuery } from '../query/scope-query.ts';
import type { SqlScope } from './query-sql-q.ts';

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

function patternCondition({ levels, withDescendants }: ScopePattern, { params, row }: SqlScope): string {
  if (!withDescendants && !levels.includes('+')) {
    const path = levels.join('/');
    return `${row}.scopes && ${params.add([path, `/${path}`])}::text[]`;
  }
  // Levels are letters, digits and _: nothing in them is a regular expression.
  const pattern = levels.map((level) => (level === '+' ? '[^/]+' : level)).join('/');
  const regex = params.add(`^/?${pattern}${withDescendants ? '(/|$)' : '$'}`);
  return `EXISTS (SELECT FROM unnest(${row}.scopes) AS given(scope) WHERE given.scope COLLATE "C" ~ ${regex})`;
}
