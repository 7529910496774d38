import type { NameExpander } from '../../model/names.ts';
import { isName } from '../../model/values.ts';
import type { Scanner } from '../scanner.ts';

type EntityMember = 'id' | 'type' | 'scope' | 'createdAt' | 'modifiedAt' | 'expiresAt';

export type InstanceMember =
  | 'observedAt'
  | 'createdAt'
  | 'modifiedAt'
  | 'expiresAt'
  | 'unitCode'
  | 'datasetId'
  | 'valueType'
  | 'objectType';

/** The target of an attribute path (4.9); attribute names are IRIs. */
export type TargetPath =
  | { readonly kind: 'entityMember'; readonly member: EntityMember }
  | { readonly kind: 'instanceMember'; readonly names: readonly string[]; readonly member: InstanceMember }
  /** `members`: the trailing path within the value, as raw keys. */
  | { readonly kind: 'value'; readonly names: readonly string[]; readonly members: readonly string[] };

const NGSI_LD = 'https://uri.etsi.org/ngsi-ld/';

const INSTANCE_MEMBERS: ReadonlyMap<string, InstanceMember> = new Map([
  [`${NGSI_LD}observedAt`, 'observedAt'],
  [`${NGSI_LD}createdAt`, 'createdAt'],
  [`${NGSI_LD}modifiedAt`, 'modifiedAt'],
  [`${NGSI_LD}expiresAt`, 'expiresAt'],
  [`${NGSI_LD}unitCode`, 'unitCode'],
  [`${NGSI_LD}datasetId`, 'datasetId'],
  [`${NGSI_LD}hasValueType`, 'valueType'],
  [`${NGSI_LD}hasObjectType`, 'objectType'],
]);

const ENTITY_MEMBERS: ReadonlyMap<string, EntityMember> = new Map([
  ['@id', 'id'],
  ['@type', 'type'],
  [`${NGSI_LD}scope`, 'scope'],
  [`${NGSI_LD}createdAt`, 'createdAt'],
  [`${NGSI_LD}modifiedAt`, 'modifiedAt'],
  [`${NGSI_LD}expiresAt`, 'expiresAt'],
]);

/** The entity member that a term stands for, including aliases; undefined: an attribute. */
export function entityMember(term: string, names: NameExpander): EntityMember | undefined {
  if (term === 'id' || term === 'type') return term;
  return ENTITY_MEMBERS.get(names.attribute(term));
}

export const TEMPORAL_MEMBERS: ReadonlySet<string> = new Set(['observedAt', 'createdAt', 'modifiedAt', 'expiresAt']);

// An IRI may be written with its punctuation percent-encoded once more, so that it is not taken for syntax.
const NAME = /\p{L}(?:[\p{L}\p{N}_:]|%[0-9A-Fa-f]{2})*/uy;
const NAME_IN_BRACES = /\p{L}(?:[\p{L}\p{N}_]|%[0-9A-Fa-f]{2})*/uy;
const MEMBER = /[^\].]+/y;

/** The most members in brackets. */
const MAX_MEMBERS = 16;

/** The most members that may be array indexes: each doubles the number of paths through a value. */
const MAX_INDEXES = 3;

/** The most names in a dotted path. */
const MAX_NAMES = 16;

/** @throws NgsiLdError BadRequestData */
export function scanName(scanner: Scanner, inBraces: boolean): string {
  const start = scanner.position;
  const raw = scanner.match(inBraces ? NAME_IN_BRACES : NAME);
  const name = raw === undefined ? undefined : decodedName(raw);
  if (!isName(name)) throw scanner.error('an attribute name: a letter, then letters, digits and _', start);
  return name;
}

/** Decodes a percent-encoded name; undefined: not UTF-8. */
export function decodedName(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

/**
 * Parses `name.name[member.member]`, whose first name has already been read.
 *
 * @throws NgsiLdError BadRequestData
 */
export function scanTargetPath(first: string, scanner: Scanner, names: NameExpander, inBraces: boolean): TargetPath {
  const terms = [first];
  while (scanner.accept('.')) {
    if (terms.length === MAX_NAMES) throw scanner.error(`at most ${MAX_NAMES} names`);
    terms.push(scanName(scanner, inBraces));
  }
  const bracket = scanner.position;
  const members = scanner.accept('[') ? scanMembers(scanner) : [];
  const path = targetPath(terms, members, names);
  if (members.length > 0 && path.kind !== 'value')
    throw scanner.error(`no "[": ${terms.at(-1)} has no members`, bracket);
  return path;
}

function targetPath(terms: readonly string[], members: readonly string[], names: NameExpander): TargetPath {
  const [first = ''] = terms;
  if (terms.length === 1) {
    const member = entityMember(first, names);
    return member ? { kind: 'entityMember', member } : { kind: 'value', names: [names.attribute(first)], members };
  }
  const iris = terms.map((term) => names.attribute(term));
  const member = INSTANCE_MEMBERS.get(iris.at(-1) ?? '');
  return member
    ? { kind: 'instanceMember', names: iris.slice(0, -1), member }
    : { kind: 'value', names: iris, members };
}

function scanMembers(scanner: Scanner): string[] {
  const members: string[] = [];
  do {
    const member = scanner.match(MEMBER);
    if (member === undefined) throw scanner.error('a member name');
    if (members.length === MAX_MEMBERS) throw scanner.error(`at most ${MAX_MEMBERS} members`);
    members.push(member.trim());
  } while (scanner.accept('.'));
  if (members.filter(isIndex).length > MAX_INDEXES) throw scanner.error(`at most ${MAX_INDEXES} indexes`);
  scanner.expect(']');
  return members;
}

/** Whether the member may be an array index. */
export function isIndex(member: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(member);
}
