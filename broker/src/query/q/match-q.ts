import type { AttributeInstance, Entity } from '../../model/entity.ts';
import { hasExpired } from '../../model/expiry.ts';
import { isJsonObject } from '../../model/values.ts';
import { temporalKey } from '../temporal/temporal-key.ts';
import type { Literal, QNode, QOperand, QTerm, QTest } from './q-tree.ts';
import { type InstanceMember, isIndex, type TargetPath, TEMPORAL_MEMBERS } from './target-path.ts';

export interface MatchOptions {
  /** The time at which expired attributes are absent (4.22); default: now. ISO 8601 UTC. */
  readonly at?: string;
  /** Returns entities by id for `rel{…}`; without it no link matches. */
  readonly linked?: (id: string) => Entity | undefined;
}

// The results for the instances of a target, as bits: a term is decided after all of them.
const EXISTS = 1;
const HIT = 2;
const TEXT = 4;

/** Whether the entity satisfies a query (4.9), without types, scopes and geometry. */
export function matchesQ(node: QNode, entity: Entity, options: MatchOptions = {}): boolean {
  switch (node.kind) {
    case 'and':
      for (const operand of node.operands) if (!matchesQ(operand, entity, options)) return false;
      return true;
    case 'or':
      for (const operand of node.operands) if (matchesQ(operand, entity, options)) return true;
      return false;
    case 'link':
      for (const id of targetsOf(entity, node.relationship, options)) {
        const target = options.linked?.(id);
        if (target === undefined || (target.expiresAt !== undefined && isExpired(target, options))) continue;
        const typed = node.types.length === 0 || node.types.some((type) => target.types.includes(type));
        if (typed && matchesQ(node.inner, target, options)) return true;
      }
      return false;
    case 'term':
      return decide(node.test, seen(node, entity, options));
  }
}

/** The URIs that all instances of a Relationship or ListRelationship refer to. */
export function targetsOf(entity: Entity, relationship: string, options: MatchOptions): string[] {
  const targets: string[] = [];
  for (const instance of entity.attributes[relationship] ?? []) {
    if (!isRelationship(instance) || isExpired(instance, options)) continue;
    if (Array.isArray(instance.value)) targets.push(...instance.value);
    else if (typeof instance.value === 'string') targets.push(instance.value);
  }
  return targets;
}

function decide(test: QTest, bits: number): boolean {
  switch (test.kind) {
    case 'exists':
      return (bits & EXISTS) !== 0;
    case 'absent':
      return (bits & EXISTS) === 0;
    case 'unequal':
      return (bits & EXISTS) !== 0 && (bits & HIT) === 0;
    case 'noMatch':
      return (bits & TEXT) !== 0 && (bits & HIT) === 0;
    default:
      return (bits & HIT) !== 0;
  }
}

function seen({ path, test }: QTerm, entity: Entity, options: MatchOptions): number {
  if (path.kind !== 'entityMember') return seenIn(entity.attributes, path, 0, test, options);
  const { member } = path;
  const value = member === 'type' ? entity.types : member === 'scope' ? entity.scopes : entity[member];
  return value === undefined ? 0 : seenValue(value, test, TEMPORAL_MEMBERS.has(member));
}

type AttributePath = Exclude<TargetPath, { kind: 'entityMember' }>;

function seenIn(
  attributes: Entity['attributes'] | undefined,
  path: AttributePath,
  depth: number,
  test: QTest,
  options: MatchOptions,
): number {
  const instances = attributes?.[path.names[depth] as string];
  if (instances === undefined) return 0;
  let bits = 0;
  for (const instance of instances) {
    if (instance.expiresAt !== undefined && isExpired(instance, options)) continue;
    if (depth + 1 < path.names.length) bits |= seenIn(instance.attributes, path, depth + 1, test, options);
    else if (path.kind === 'instanceMember') bits |= seenMember(instance, path.member, test);
    else bits |= seenTarget(instance, path.members, test);
  }
  return bits;
}

function isExpired({ expiresAt }: { readonly expiresAt?: string }, options: MatchOptions): boolean {
  return expiresAt !== undefined && hasExpired(expiresAt, options.at ?? new Date().toISOString());
}

function seenMember(instance: AttributeInstance, member: InstanceMember, test: QTest): number {
  const value = instance[member];
  return value === undefined ? 0 : seenValue(value, test, TEMPORAL_MEMBERS.has(member));
}

function seenTarget(instance: AttributeInstance, members: readonly string[], test: QTest): number {
  if (instance.type === 'LanguageProperty') return seenLanguages(instance.value, members, test);
  const value = members.length === 0 ? instance.value : memberOf(instance.value, members);
  if (value === undefined) return 0;
  // 4.9: the target of a Relationship can only be compared for equality.
  if (isRelationship(instance) && !isValueEquality(test)) return EXISTS;
  return seenValue(value, test, false);
}

function isRelationship({ type }: AttributeInstance): boolean {
  return type === 'Relationship' || type === 'ListRelationship';
}

function isValueEquality(test: QTest): boolean {
  return (test.kind === 'equal' || test.kind === 'unequal') && test.operand.kind === 'values';
}

/** No language or `[*]`: a text in any language (4.9). */
function seenLanguages(languages: unknown, members: readonly string[], test: QTest): number {
  if (!isJsonObject(languages)) return 0;
  const [tag = '*', ...further] = members;
  if (further.length > 0) return 0;
  if (tag !== '*') {
    return Object.hasOwn(languages, tag) ? EXISTS | seenElements(languages[tag], test) : 0;
  }
  let bits = members.length === 0 ? EXISTS : 0;
  for (const language in languages) bits |= EXISTS | seenElements(languages[language], test);
  return bits;
}

/** Follows the member expression of a trailing path (ECMA-262, dot notation); undefined if a member is missing. */
export function memberOf(value: unknown, members: readonly string[]): unknown {
  let reached = value;
  for (const member of members) {
    if (Array.isArray(reached)) {
      if (!isIndex(member)) return undefined;
      reached = reached[Number(member)];
    } else if (isJsonObject(reached) && Object.hasOwn(reached, member)) reached = reached[member];
    else return undefined;
  }
  return reached;
}

/** 4.9: for an array it is enough that one element is equal or matches. An array itself has no order. */
function seenValue(value: unknown, test: QTest, isTime: boolean): number {
  if (Array.isArray(value)) {
    return isOrdering(test) ? EXISTS : EXISTS | seenElements(value, test);
  }
  return EXISTS | seenLeaf(value, test, isTime);
}

function isOrdering(test: QTest): boolean {
  return test.kind !== 'equal' && test.kind !== 'unequal' && test.kind !== 'match' && test.kind !== 'noMatch';
}

function seenElements(value: unknown, test: QTest): number {
  if (!Array.isArray(value)) return seenLeaf(value, test, false);
  let bits = 0;
  for (const element of value) bits |= seenLeaf(element, test, false);
  return bits;
}

function seenLeaf(value: unknown, test: QTest, isTime: boolean): number {
  if (typeof value !== 'object') return seenScalar(value, test, isTime);
  if (!isJsonObject(value)) return 0;
  // A typed value, {"@type": "DateTime", "@value": "…"}.
  const typed = value['@value'];
  if (!Array.isArray(typed)) return typeof typed === 'object' ? 0 : seenScalar(typed, test, isTime);
  let bits = 0;
  for (const element of typed) if (typeof element !== 'object') bits |= seenScalar(element, test, isTime);
  return bits;
}

function seenScalar(value: unknown, test: QTest, isTime: boolean): number {
  switch (test.kind) {
    case 'exists':
    case 'absent':
      return EXISTS;
    case 'equal':
    case 'unequal':
      return isAmong(value, test.operand, isTime) ? HIT : 0;
    case 'match':
    case 'noMatch':
      if (typeof value !== 'string') return 0;
      return test.pattern.test(value) ? TEXT | HIT : TEXT;
    default: {
      const order = compare(value, test.literal, isTime);
      if (order === undefined) return 0;
      const holds =
        test.kind === 'greater'
          ? order > 0
          : test.kind === 'less'
            ? order < 0
            : test.kind === 'greaterEqual'
              ? order >= 0
              : order <= 0;
      return holds ? HIT : 0;
    }
  }
}

function isAmong(value: unknown, operand: QOperand, isTime: boolean): boolean {
  if (operand.kind === 'range') {
    const low = compare(value, operand.from, isTime);
    const high = compare(value, operand.to, isTime);
    return low !== undefined && high !== undefined && low >= 0 && high <= 0;
  }
  for (const literal of operand.values) if (compare(value, literal, isTime) === 0) return true;
  return false;
}

/** Compares a value with the literal: negative, zero or positive; undefined if their types differ. */
function compare(value: unknown, literal: Literal, isTime: boolean): number | undefined {
  switch (literal.kind) {
    case 'number':
      return typeof value === 'number' ? value - literal.value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) - Number(literal.value) : undefined;
    case 'string':
      if (typeof value !== 'string') return undefined;
      return isTime && literal.time ? compare(value, literal.time, true) : compareCodePoints(value, literal.value);
    default: {
      const key = typeof value === 'string' ? temporalKey(value, literal.kind) : undefined;
      if (key === undefined) return undefined;
      return key < literal.key ? -1 : key > literal.key ? 1 : 0;
    }
  }
}

/** Compares by code points, like PostgreSQL. JavaScript compares UTF-16 code units. */
function compareCodePoints(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    // Among units from U+D800 on, a surrogate stands for a higher code point.
    const isSurrogateA = a >= 0xd800 && a <= 0xdfff;
    const isSurrogateB = b >= 0xd800 && b <= 0xdfff;
    return isSurrogateA === isSurrogateB
      ? a - b
      : isSurrogateA && b >= 0xe000
        ? 1
        : isSurrogateB && a >= 0xe000
          ? -1
          : a - b;
  }
  return left.length - right.length;
}
