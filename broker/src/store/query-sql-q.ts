import type { Literal, QLink, QNode, QOperand, QTerm, QTest, TimeLiteral } from '../query/q-tree.ts';
import { type TargetPath, TEMPORAL_MEMBERS } from '../query/target-path.ts';
import type { TemporalKind } from '../query/temporal-key.ts';
import { existsPath, hitPath, instances, type LeafRules, leafPaths } from './query-sql-path.ts';
import type { SqlParameters } from './sql-parameters.ts';

/** What a condition is built with. */
export interface SqlScope {
  readonly params: SqlParameters;
  /** The row's alias in the statement. */
  readonly row: string;
  /** ISO 8601 UTC: what has expired by then is absent. */
  readonly at: string;
  readonly linked?: (alias: string) => string;
}

/** The condition that the row's entity satisfies a query (4.9). */
export function qCondition(node: QNode, scope: SqlScope): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.operands.map((operand) => qCondition(operand, scope)).join(node.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'link':
      return linkCondition(node, scope);
    case 'term':
      return termCondition(node, scope);
  }
}

function linkCondition({ relationship, types, inner }: QLink, scope: SqlScope): string {
  const { params, row, at, linked = (alias: string) => `entity AS ${alias}` } = scope;
  const target = `${row}_linked`;
  const path = `${instances([relationship])} ? (@.type == "Relationship" || @.type == "ListRelationship").value ? (@.type() == "string")`;
  const typed = types.length > 0 ? ` AND ${target}.types && ${params.add(types)}::text[]` : '';
  return `EXISTS (SELECT FROM ${linked(target)}
    WHERE ${target}.tenant = ${row}.tenant
      AND ${target}.id IN (SELECT leaf.value #>> '{}' FROM ${pathQuery(path, scope)} AS leaf(value))${typed}
      AND (${target}.expires_at IS NULL OR ${target}.expires_at > ${params.add(at)}::timestamptz)
      AND ${qCondition(inner, { ...scope, row: target })})`;
}

function termCondition({ path, test }: QTerm, scope: SqlScope): string {
  switch (test.kind) {
    case 'exists':
      return pathExists(existsPath(path), scope);
    case 'equal':
      return operandHit(path, test.operand, scope, true);
    case 'unequal':
      return `(${pathExists(existsPath(path), scope)} AND (${operandHit(path, test.operand, scope, false)}) IS NOT TRUE)`;
    case 'match':
      return leafHit(path, VALUE_RULES, (leaf) => matches(leaf, test.pattern.postgres, scope), scope);
    case 'noMatch':
      return `(${leafHit(path, VALUE_RULES, isText, scope)}
        AND NOT ${leafHit(path, VALUE_RULES, (leaf) => matches(leaf, test.pattern.postgres, scope), scope)})`;
    default:
      return orderingHit(path, test, scope);
  }
}

const EQUALITY_RULES: LeafRules = { withoutRelationships: false, withoutArrays: false };
const VALUE_RULES: LeafRules = { withoutRelationships: true, withoutArrays: false };
const ORDERING_RULES: LeafRules = { withoutRelationships: true, withoutArrays: true };

const OPERATORS = { greater: '>', greaterEqual: '>=', less: '<', lessEqual: '<=' } as const;

function operandHit(path: TargetPath, operand: QOperand, scope: SqlScope, isIndexed: boolean): string {
  if (operand.kind === 'range') {
    const from = asTime(operand.from, path);
    const to = asTime(operand.to, path);
    if (isTime(from) && isTime(to)) {
      return leafHit(
        path,
        VALUE_RULES,
        (leaf) => `${timeKey(leaf, from.kind)} BETWEEN ${scope.params.add(from.key)} AND ${scope.params.add(to.key)}`,
        scope,
      );
    }
    const test = '@ >= $from && @ <= $to';
    const exact = pathExists(hitPath(path, test, VALUE_RULES), scope, { from: from.value, to: to.value });
    const indexed = (value: string, whole: string) =>
      `${value} >= ${json(from.value, scope)} AND ${value} <= ${json(to.value, scope)} AND ${isNumber(whole)}`;
    return isIndexed && from.kind === 'number' ? throughIndex(path, indexed, exact, scope) : exact;
  }

  const values = operand.values.map((literal) => asTime(literal, path));
  const times = values.filter(isTime);
  const others = values.filter((literal) => !isTime(literal)).map(({ value }) => value);
  const hits: string[] = [];
  if (others.length > 0) {
    const exact = pathExists(hitPath(path, '@ == $values[*]', EQUALITY_RULES), scope, { values: others });
    const indexed = (value: string) => `${value} IN (${others.map((other) => json(other, scope)).join(', ')})`;
    const mayUseIndex = isIndexed && values.every(isIndexable);
    hits.push(mayUseIndex ? throughIndex(path, indexed, exact, scope) : exact);
  }
  for (const time of times) {
    hits.push(
      leafHit(path, EQUALITY_RULES, (leaf) => `${timeKey(leaf, time.kind)} = ${scope.params.add(time.key)}`, scope),
    );
  }
  return `(${hits.join(' OR ')})`;
}

function orderingHit(path: TargetPath, test: Extract<QTest, { literal: Literal }>, scope: SqlScope): string {
  const operator = OPERATORS[test.kind];
  const literal = asTime(test.literal, path);
  if (isTime(literal)) {
    return leafHit(
      path,
      ORDERING_RULES,
      (leaf) => `${timeKey(leaf, literal.kind)} ${operator} ${scope.params.add(literal.key)}`,
      scope,
    );
  }
  const exact = pathExists(hitPath(path, `@ ${operator} $value`, ORDERING_RULES), scope, { value: literal.value });
  if (literal.kind !== 'number') return exact;
  // jsonb orders null, strings, numbers, booleans: the other bound lets the planner expect a narrow range.
  const bound = operator.startsWith('>') ? `< 'false'::jsonb` : `> 'null'::jsonb`;
  const indexed = (value: string, whole: string) =>
    `${value} ${operator} ${json(literal.value, scope)} AND ${value} ${bound} AND ${isNumber(whole)}`;
  return throughIndex(path, indexed, exact, scope);
}

/**
 * The condition in the shape an expression index can serve (see query-sql.ts): a comparison of the value of the first
 * instance, or, for the few entities where that doesn't tell all, the exact condition.
 */
function throughIndex(
  path: TargetPath,
  comparison: (value: string, whole: string) => string,
  exact: string,
  { params, row }: SqlScope,
): string {
  if (path.kind !== 'value' || path.names.length > 1 || path.members.length > 0) return exact;
  const at = (...steps: string[]) =>
    `(${row}.document #> ${params.add(['attributes', path.names[0], ...steps])}::text[])`;
  const value = at('0', 'value');
  const expiry = at('0', 'expiresAt');
  const indexable = `(CASE WHEN length(${value} #>> '{}') < ${INDEXABLE_LENGTH} THEN ${value} END)`;
  return `((${comparison(indexable, value)} AND ${expiry} IS NULL)
    OR ((jsonb_typeof(${value}) IN ('object', 'array') OR ${at('1')} IS NOT NULL OR ${expiry} IS NOT NULL) AND ${exact}))`;
}

/** In characters: a longer text may not fit into an entry of an index, and writing it would fail. */
export const INDEXABLE_LENGTH = 600;

function isIndexable({ value }: Literal): boolean {
  return typeof value !== 'string' || value.length < INDEXABLE_LENGTH;
}

function isNumber(value: string): string {
  return `jsonb_typeof(${value}) = 'number'`;
}

function json(value: unknown, { params }: SqlScope): string {
  return `${params.add(JSON.stringify(value))}::jsonb`;
}

/** 4.9: a quoted time is compared as a time with a member that is one. */
function asTime(literal: Literal, path: TargetPath): Literal {
  if (literal.kind !== 'string' || literal.time === undefined || path.kind === 'value') return literal;
  return TEMPORAL_MEMBERS.has(path.member) ? literal.time : literal;
}

function isTime(literal: Literal): literal is TimeLiteral {
  return literal.kind === 'dateTime' || literal.kind === 'date' || literal.kind === 'time';
}

function pathExists(path: string, { params, row, at }: SqlScope, variables: Record<string, unknown> = {}): string {
  return `jsonb_path_exists(${row}.document, ${params.add(path)}::jsonpath, ${params.add(JSON.stringify({ ...variables, at }))}::jsonb)`;
}

export function pathQuery(path: string, { params, row, at }: SqlScope): string {
  return `jsonb_path_query(${row}.document, ${params.add(path)}::jsonpath, ${params.add(JSON.stringify({ at }))}::jsonb)`;
}

function leafHit(path: TargetPath, rules: LeafRules, test: (leaf: string) => string, scope: SqlScope): string {
  const hits = leafPaths(path, rules).map(
    (leaves) => `EXISTS (SELECT FROM ${pathQuery(leaves, scope)} AS leaf(value) WHERE ${test('leaf.value')})`,
  );
  return `(${hits.join(' OR ')})`;
}

function isText(leaf: string): string {
  return `jsonb_typeof(${leaf}) = 'string'`;
}

function matches(leaf: string, pattern: string, { params }: SqlScope): string {
  return `${isText(leaf)} AND (${leaf} #>> '{}') COLLATE "C" ~ ${params.add(pattern)}`;
}

const TIME_FORMS: { readonly [kind in TemporalKind]: string } = {
  dateTime: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d{1,6})?Z$`,
  date: String.raw`^\d{4}-\d\d-\d\d$`,
  time: String.raw`^\d\d:\d\d:\d\d([.,]\d{1,6})?Z$`,
};

/** `temporalKey` of query/ as an expression; NULL when the leaf is no such time. */
export function timeKey(leaf: string, kind: TemporalKind): string {
  const text = `(${leaf} #>> '{}')`;
  const length = kind === 'dateTime' ? 19 : 8;
  const sortable =
    kind === 'date' ? text : `left(${text}, ${length}) || rpad(rtrim(substr(${text}, ${length + 2}), 'Z'), 6, '0')`;
  return `(CASE WHEN ${isText(leaf)} AND ${text} ~ '${TIME_FORMS[kind]}' THEN ${sortable} END) COLLATE "C"`;
}
