import { namedCache, weightOf } from '@alzette/kit/caches';
import type { SqlParameters } from '../../../database/sql-parameters.ts';
import { arrayLiteral } from '../../../database/text-values.ts';
import { INDEXABLE_LENGTH, type IndexedValue, indexedValue, sqlLiteral } from '../../../indexes/indexed-value.ts';
import type { TemporalKind } from '../../../model/time-kind.ts';
import type { Literal, Ordering, QLink, QNode, QOperand, QTerm, TimeLiteral } from '../../../query/q/q-tree.ts';
import { type TargetPath, TEMPORAL_MEMBERS } from '../../../query/q/target-path.ts';
import { existsPath, hitPath, instances, type LeafRules, leafPaths, valueOnly } from './path-sql.ts';

/** The context in which a condition is built. */
export interface SqlScope {
  readonly params: SqlParameters;
  /** The alias of the row in the statement. */
  readonly row: string;
  /** ISO 8601 UTC. Whatever has expired by then is absent. */
  readonly at: string;
  readonly linked?: (alias: string) => string;
  /**
   * The plan must serve any values. Attributes by which an index is recognised are written into the text. Values are
   * hidden from the planner, which would otherwise plan for each value.
   */
  readonly isPrepared?: boolean;
  /** An expression for the document, if it is not the stored column. */
  readonly document?: string;
  /**
   * No index is used. Comparisons are then written in the form that is fastest for a single row, which takes a third of
   * the time.
   */
  readonly isExact?: boolean;
  /**
   * Paths of exact conditions are written into the text, for a statement that is prepared for this attribute anyway. As
   * parameters they are sent and parsed each time: 40 µs for two of them.
   */
  readonly isWrittenOut?: boolean;
}

/** The condition that the row's entity satisfies a query (4.9). */
export function qCondition(node: QNode, scope: SqlScope): string {
  switch (node.kind) {
    case 'and':
      return `(${conjuncts(node)
        .map((conjunct) => conjunctCondition(conjunct, scope))
        .join(' AND ')})`;
    case 'or':
      return `(${node.operands.map((operand) => qCondition(operand, scope)).join(' OR ')})`;
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
    WHERE ${target}.tenant = $1
      AND ${target}.id IN (SELECT leaf.value #>> '{}' FROM ${pathQuery(path, scope)} AS leaf(value))${typed}
      AND (${target}.expires_at IS NULL OR ${target}.expires_at > ${params.add(at)}::timestamptz)
      AND ${qCondition(inner, { ...scope, row: target })})`;
}

/**
 * One of the conditions that must all hold. Bounds on numbers of the same path are combined, so that an index can serve
 * them as one range.
 */
export type Conjunct = QNode | Bounds;

export interface Bounds {
  readonly kind: 'bounds';
  readonly path: TargetPath;
  readonly bounds: readonly Bound[];
}

interface Bound {
  readonly kind: Ordering;
  readonly value: number;
}

/** Splits a query into conditions that must all hold. */
export function conjuncts(node: QNode): Conjunct[] {
  const found: Conjunct[] = [];
  const byPath = new Map<string, Bounds & { readonly bounds: Bound[] }>();
  for (const operand of node.kind === 'and' ? node.operands : [node]) {
    const bound = operand.kind === 'term' ? boundOf(operand) : undefined;
    if (operand.kind === 'and') found.push(...conjuncts(operand));
    else if (operand.kind !== 'term' || bound === undefined) found.push(operand);
    else {
      const key = valueOnly(operand.path) ?? JSON.stringify(operand.path);
      const known = byPath.get(key);
      if (known !== undefined) known.bounds.push(bound);
      else {
        const first = { kind: 'bounds' as const, path: operand.path, bounds: [bound] };
        byPath.set(key, first);
        found.push(first);
      }
    }
  }
  return found;
}

function boundOf({ path, test }: QTerm): Bound | undefined {
  if (!('literal' in test)) return undefined;
  const literal = asTime(test.literal, path);
  return literal.kind === 'number' ? { kind: test.kind, value: literal.value } : undefined;
}

export function conjunctCondition(conjunct: Conjunct, scope: SqlScope): string {
  if (conjunct.kind !== 'bounds') return qCondition(conjunct, scope);
  if (usesTimestamps(conjunct.path)) return exactBounds(conjunct, timed(scope));
  const comparison = comparisonOf(conjunct, scope);
  return comparison === undefined ? exactBounds(conjunct, scope) : throughIndex(comparison, scope);
}

function termCondition(term: QTerm, given: SqlScope): string {
  const { path, test } = term;
  const scope = usesTimestamps(path) ? timed(given) : given;
  switch (test.kind) {
    case 'exists':
      return pathExists(existsPath(path), scope);
    case 'absent':
      return `(NOT ${pathExists(existsPath(path), scope)})`;
    case 'equal': {
      const comparison = comparisonOf(term, scope);
      return comparison === undefined ? operandHit(path, test.operand, scope) : throughIndex(comparison, scope);
    }
    case 'unequal':
      return `(${pathExists(existsPath(path), scope)} AND (${operandHit(path, test.operand, scope)}) IS NOT TRUE)`;
    case 'match':
      return leafHit(path, VALUE_RULES, (leaf) => matches(leaf, test.pattern.postgres, scope), scope);
    case 'noMatch':
      return `(${leafHit(path, VALUE_RULES, isText, scope)}
        AND NOT ${leafHit(path, VALUE_RULES, (leaf) => matches(leaf, test.pattern.postgres, scope), scope)})`;
    default:
      return orderingHit(term, test, scope);
  }
}

/**
 * Whether the path asks for the creation or modification time of an instance. Documents omit these where they can (see
 * document.ts).
 */
export function usesTimestamps(path: TargetPath): boolean {
  return path.kind === 'instanceMember' && (path.member === 'createdAt' || path.member === 'modifiedAt');
}

/** The same scope with a document that omits no times. */
export function timed(scope: SqlScope): SqlScope {
  return { ...scope, document: `document_with_times(${scope.row}.document)` };
}

const EQUALITY_RULES: LeafRules = { withoutRelationships: false, withoutArrays: false };
const VALUE_RULES: LeafRules = { withoutRelationships: true, withoutArrays: false };
const ORDERING_RULES: LeafRules = { withoutRelationships: true, withoutArrays: true };

const OPERATORS = { greater: '>', greaterEqual: '>=', less: '<', lessEqual: '<=' } as const;

function operandHit(path: TargetPath, operand: QOperand, scope: SqlScope): string {
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
    const values = { from: from.value, to: to.value };
    return pathExists(hitPath(path, '@ >= $from && @ <= $to', VALUE_RULES), scope, values);
  }

  const values = operand.values.map((literal) => asTime(literal, path));
  const times = values.filter(isTime);
  const others = values.filter((literal) => !isTime(literal)).map(({ value }) => value);
  const hits: string[] = [];
  if (others.length > 0)
    hits.push(pathExists(hitPath(path, '@ == $values[*]', EQUALITY_RULES), scope, { values: others }));
  for (const time of times) {
    hits.push(
      leafHit(path, EQUALITY_RULES, (leaf) => `${timeKey(leaf, time.kind)} = ${scope.params.add(time.key)}`, scope),
    );
  }
  return `(${hits.join(' OR ')})`;
}

function orderingHit(term: QTerm, { kind, literal }: { kind: Ordering; literal: Literal }, scope: SqlScope): string {
  const { path } = term;
  const operator = OPERATORS[kind];
  const typed = asTime(literal, path);
  if (isTime(typed)) {
    const hit = (leaf: string) => `${timeKey(leaf, typed.kind)} ${operator} ${scope.params.add(typed.key)}`;
    return leafHit(path, ORDERING_RULES, hit, scope);
  }
  const bound = boundOf(term);
  if (bound !== undefined) return conjunctCondition({ kind: 'bounds', path, bounds: [bound] }, scope);
  return pathExists(hitPath(path, `@ ${operator} $value`, ORDERING_RULES), scope, { value: typed.value });
}

function exactBounds({ path, bounds }: Bounds, scope: SqlScope): string {
  const hits = bounds.map(({ kind, value }) =>
    pathExists(hitPath(path, `@ ${OPERATORS[kind]} $value`, ORDERING_RULES), scope, { value }),
  );
  return hits.length === 1 ? (hits[0] as string) : `(${hits.join(' AND ')})`;
}

/**
 * A comparison that an index of an attribute may serve; see entity-condition.ts. Each method adds its own parameters.
 */
export interface Comparison {
  /** IRI. */
  readonly attribute: string;
  /** Lower ranks are expected to find fewer entities: equality, then a range, then a single bound. */
  readonly rank: number;
  /** The condition on the indexed value. It holds for plain values only. */
  indexed(value: IndexedValue): string;
  /** The condition for any value. */
  exact(): string;
}

/** The comparison of an attribute's value with something an index can hold. Undefined for all other conditions. */
export function comparisonOf(conjunct: Conjunct, scope: SqlScope): Comparison | undefined {
  if (conjunct.kind !== 'bounds' && conjunct.kind !== 'term') return undefined;
  const { path } = conjunct;
  const attribute = valueOnly(path);
  if (attribute === undefined) return undefined;
  if (conjunct.kind === 'bounds') {
    const exact = () => exactBounds(conjunct, scope);
    return { attribute, rank: conjunct.bounds.length > 1 ? 1 : 2, exact, indexed: boundsOf(conjunct.bounds, scope) };
  }
  if (conjunct.test.kind !== 'equal') return undefined;
  const { operand } = conjunct.test;
  const exact = () => operandHit(path, operand, scope);
  if (operand.kind === 'range') {
    const { from, to } = operand;
    if (from.kind !== 'number') return undefined;
    const indexed = ({ value }: IndexedValue) =>
      `${value} >= ${json(from.value, scope)} AND ${value} <= ${json(to.value, scope)}`;
    return { attribute, rank: 1, exact, indexed };
  }
  if (!operand.values.every((literal) => !isTime(asTime(literal, path)) && isIndexable(literal))) return undefined;
  const indexed = ({ value }: IndexedValue) =>
    `${value} IN (${operand.values.map((literal) => json(literal.value, scope)).join(', ')})`;
  return { attribute, rank: 0, exact, indexed };
}

/** jsonb orders null, strings, numbers, booleans: what is above a number and below `false` is a number. */
function boundsOf(bounds: readonly Bound[], scope: SqlScope) {
  return ({ value, whole }: IndexedValue): string => {
    const conditions = bounds.map((bound) => `${value} ${OPERATORS[bound.kind]} ${json(bound.value, scope)}`);
    const isBelow = bounds.some(({ kind }) => kind === 'less' || kind === 'lessEqual');
    const isAbove = bounds.some(({ kind }) => kind === 'greater' || kind === 'greaterEqual');
    if (!isBelow) conditions.push(`${value} < 'false'::jsonb`);
    // The second bound makes the planner expect a narrow range.
    if (!isAbove) conditions.push(`${value} > 'null'::jsonb`, `jsonb_typeof(${whole}) = 'number'`);
    return conditions.join(' AND ');
  };
}

/**
 * A comparison in a form that an expression index can serve (see entity-condition.ts): the value of the first instance,
 * or the exact condition for the few entities where that is not enough.
 */
function throughIndex(comparison: Comparison, scope: SqlScope): string {
  if (scope.isExact) return comparison.exact();
  const value = indexedValueOf(comparison.attribute, scope);
  return `((${comparison.indexed(value)} AND ${value.isPlain}) OR (${value.isOther} AND ${comparison.exact()}))`;
}

/** The expressions that an index of the attribute contains, for this row. */
export function indexedValueOf(attribute: string, { params, row, isPrepared }: SqlScope): IndexedValue {
  if (isPrepared) return writtenOut(attribute, row);
  return indexedValue((...steps) => `(${row}.document #> ${params.add(['attributes', attribute, ...steps])}::text[])`);
}

const valuesWrittenOut = namedCache<IndexedValue>('indexed_values', 4 * 1024 * 1024, 'broker');

/**
 * Cached: it is the same for each query on an attribute, and escaping the name takes longer than the rest of the
 * statement.
 */
function writtenOut(attribute: string, row: string): IndexedValue {
  const key = `${row}\0${attribute}`;
  let value = valuesWrittenOut.get(key);
  if (value === undefined) {
    value = indexedValue(
      (...steps) => `(${row}.document #> ${sqlLiteral(arrayLiteral(['attributes', attribute, ...steps]))}::text[])`,
    );
    valuesWrittenOut.set(key, value, weightOf(value));
  }
  return value;
}

function isIndexable({ value }: Literal): boolean {
  return typeof value !== 'string' || value.length < INDEXABLE_LENGTH;
}

function json(value: unknown, { params, isPrepared }: SqlScope): string {
  const given = `${params.add(JSON.stringify(value))}::jsonb`;
  return isPrepared ? `(SELECT ${given})` : given;
}

/** 4.9: a quoted time is compared as a time if the member is a time. */
function asTime(literal: Literal, path: TargetPath): Literal {
  if (literal.kind !== 'string' || literal.time === undefined || path.kind === 'value') return literal;
  return TEMPORAL_MEMBERS.has(path.member) ? literal.time : literal;
}

function isTime(literal: Literal): literal is TimeLiteral {
  return literal.kind === 'dateTime' || literal.kind === 'date' || literal.kind === 'time';
}

function pathExists(path: string, scope: SqlScope, variables: Record<string, unknown> = {}): string {
  const { params, row, at, isWrittenOut = false, document = `${row}.document` } = scope;
  const given = isWrittenOut ? sqlLiteral(path) : params.add(path);
  return `jsonb_path_exists(${document}, ${given}::jsonpath, ${params.add(JSON.stringify({ ...variables, at }))}::jsonb)`;
}

export function pathQuery(path: string, { params, row, at, document = `${row}.document` }: SqlScope): string {
  return `jsonb_path_query(${document}, ${params.add(path)}::jsonpath, ${params.add(JSON.stringify({ at }))}::jsonb)`;
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

/** `temporalKey` of query/ as an SQL expression; NULL if the leaf is no such time. */
export function timeKey(leaf: string, kind: TemporalKind): string {
  const text = `(${leaf} #>> '{}')`;
  const length = kind === 'dateTime' ? 19 : 8;
  const sortable =
    kind === 'date' ? text : `left(${text}, ${length}) || rpad(rtrim(substr(${text}, ${length + 2}), 'Z'), 6, '0')`;
  return `(CASE WHEN ${isText(leaf)} AND ${text} ~ '${TIME_FORMS[kind]}' THEN ${sortable} END) COLLATE "C"`;
}
