import { MAX_DEPTH, Scanner } from '../scanner.ts';

/** A scope query (4.19). A pattern matches if one of the entity's scopes does. */
export type ScopeQuery =
  | { readonly kind: 'anyScope' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ScopeQuery[] }
  | ScopePattern;

export interface ScopePattern {
  readonly kind: 'pattern';
  /** `+` stands for any one level. */
  readonly levels: readonly string[];
  /** `/#`: the scope itself and all scopes below it. */
  readonly withDescendants: boolean;
}

// A blank is a "+" that was decoded as form-urlencoded.
const LEVEL = /\p{L}[\p{L}\p{N}_]*|[+ ]/uy;

/**
 * Parses a scope query (4.19). `,` and `|` mean or; `;` means and, and binds tighter; `+` is one level; `/#` includes
 * everything below. The first `/` is optional, and the whole may be quoted.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseScopeQuery(text: string): ScopeQuery {
  const quoted = /^\s*"(.*)"\s*$/s.exec(text)?.[1];
  const scanner = new Scanner('scopeQ', (quoted ?? text).trimStart());
  const query = either(scanner, 0);
  if (!scanner.atEnd && !/^\s*$/.test(scanner.text.slice(scanner.position))) {
    throw scanner.error('"/", ",", "|", ";" or the end');
  }
  return query;
}

function either(scanner: Scanner, depth: number): ScopeQuery {
  const operands = [both(scanner, depth)];
  while (scanner.accept(',') || scanner.accept('|')) operands.push(both(scanner, depth));
  return operands.length === 1 ? (operands[0] as ScopeQuery) : { kind: 'or', operands };
}

function both(scanner: Scanner, depth: number): ScopeQuery {
  const operands = [one(scanner, depth)];
  while (scanner.accept(';')) operands.push(one(scanner, depth));
  return operands.length === 1 ? (operands[0] as ScopeQuery) : { kind: 'and', operands };
}

function one(scanner: Scanner, depth: number): ScopeQuery {
  if (depth > MAX_DEPTH) throw scanner.error(`parentheses at most ${MAX_DEPTH} deep`);
  if (!scanner.accept('(')) return pattern(scanner);
  const query = either(scanner, depth + 1);
  if (!scanner.accept(')')) throw scanner.error('"/", ";" or ")"');
  return query;
}

function pattern(scanner: Scanner): ScopeQuery {
  if (scanner.accept('/#')) return { kind: 'anyScope' };
  scanner.accept('/');
  const levels = [level(scanner)];
  while (scanner.accept('/')) {
    if (scanner.accept('#')) return { kind: 'pattern', levels, withDescendants: true };
    levels.push(level(scanner));
  }
  return { kind: 'pattern', levels, withDescendants: false };
}

function level(scanner: Scanner): string {
  const found = scanner.match(LEVEL);
  if (found === undefined) throw scanner.error('a scope level: a letter, then letters, digits and _; or "+"; or "#"');
  return found === ' ' ? '+' : found;
}

/** Whether an entity with these scopes matches. */
export function matchesScopes(query: ScopeQuery, scopes: readonly string[] | undefined): boolean {
  if (scopes === undefined || scopes.length === 0) return false;
  switch (query.kind) {
    case 'anyScope':
      return true;
    case 'and':
      return query.operands.every((operand) => matchesScopes(operand, scopes));
    case 'or':
      return query.operands.some((operand) => matchesScopes(operand, scopes));
    case 'pattern':
      return scopes.some((scope) => matchesPattern(query, scope));
  }
}

function matchesPattern({ levels, withDescendants }: ScopePattern, scope: string): boolean {
  const actual = scope.split('/');
  // "Madrid" and "/Madrid" are the same scope.
  const offset = actual[0] === '' ? 1 : 0;
  const depth = actual.length - offset;
  if (withDescendants ? depth < levels.length : depth !== levels.length) return false;
  return levels.every((level, index) => level === '+' || level === actual[index + offset]);
}
