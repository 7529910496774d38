import { NgsiLdError } from '../../model/errors.ts';
import type { NameExpander } from '../../model/names.ts';
import { badMember, isName } from '../../model/values.ts';
import { entityMember } from '../q/target-path.ts';
import { MAX_DEPTH, Scanner } from '../scanner.ts';

/**
 * Members by name: `id`, `type`, `scope`, `createdAt`, `modifiedAt`, `expiresAt`, or the IRI of an attribute; each with
 * what it says of the entities linked through it, or null.
 */
export type ProjectionTree = ReadonlyMap<string, ProjectionTree | null>;

/** Which members of an entity are shown (4.21). At most one of `attrs` and the other two is there. */
export interface Projection {
  /** IRIs: these attributes, with id, type and scope. */
  readonly attrs?: readonly string[];
  /** These members and no other. */
  readonly pick?: ProjectionTree;
  /** All but these members. A member with a tree stays: the tree is for the linked entities. */
  readonly omit?: ProjectionTree;
}

/** The parameters as they came: a text, or of a body an array of texts. */
export interface ProjectionParameters {
  readonly attrs?: unknown;
  readonly pick?: unknown;
  readonly omit?: unknown;
}

/**
 * Reads `attrs`, `pick` and `omit` (4.21); undefined when none is given.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseProjection(parameters: ProjectionParameters, names: NameExpander): Projection | undefined {
  const attrs = joined(parameters.attrs, 'attrs');
  const pick = joined(parameters.pick, 'pick');
  const omit = joined(parameters.omit, 'omit');
  if (attrs !== undefined) {
    if (pick !== undefined) throw together('attrs', 'pick');
    if (omit !== undefined) throw together('attrs', 'omit');
    return { attrs: parseAttrs(attrs, names) };
  }
  const picked = pick === undefined ? undefined : parseTree(pick, 'pick', names);
  const omitted = omit === undefined ? undefined : parseTree(omit, 'omit', names);
  if (picked && omitted) checkDistinct(picked, omitted);
  if (!picked && !omitted) return undefined;
  return { ...(picked && { pick: picked }), ...(omitted && { omit: omitted }) };
}

function joined(value: unknown, parameter: string): string | undefined {
  if (value === undefined) return undefined;
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    throw badMember(parameter, value, 'at least one name');
  }
  return texts.join(',');
}

function together(first: string, second: string): NgsiLdError {
  return new NgsiLdError('BadRequestData', `${first} and ${second} can't be given together`);
}

/**
 * Reads `attrs`, a list of attribute names, as IRIs.
 *
 * @throws NgsiLdError BadRequestData
 */
function parseAttrs(text: string, names: NameExpander): string[] {
  new Scanner('attrs', text);
  return text.split(',').map((item) => {
    const name = item.trim();
    if (!isName(name) || entityMember(name, names) !== undefined) throw badMember('attrs', name, 'an attribute name');
    return names.attribute(name);
  });
}

const NAME = /[^\s,|{}]+/y;

/**
 * Reads a projection with what it says of linked entities in braces.
 *
 * @throws NgsiLdError BadRequestData: naming the parameter
 */
export function parseTree(text: string, parameter: string, names: NameExpander): ProjectionTree {
  const scanner = new Scanner(parameter, text);
  const tree = members(scanner, names, 0);
  if (!scanner.atEnd) throw scanner.error('",", "|", "{" or the end');
  return tree;
}

function members(scanner: Scanner, names: NameExpander, depth: number): ProjectionTree {
  if (depth > MAX_DEPTH) throw scanner.error(`braces at most ${MAX_DEPTH} deep`);
  const tree = new Map<string, ProjectionTree | null>();
  do {
    scanner.skipBlanks();
    const start = scanner.position;
    const name = scanner.match(NAME);
    if (!isName(name)) throw scanner.error('a member name', start);
    const member = entityMember(name, names);
    let linked: ProjectionTree | null = null;
    if (scanner.accept('{')) {
      if (member) throw scanner.error(`no "{" after ${name}: it links nothing`, scanner.position - 1);
      linked = members(scanner, names, depth + 1);
      if (!scanner.accept('}')) throw scanner.error('",", "|", "{" or "}"');
    }
    const key = member ?? names.attribute(name);
    tree.set(key, linked ?? tree.get(key) ?? null);
    scanner.skipBlanks();
  } while (scanner.accept(',') || scanner.accept('|'));
  return tree;
}

/** 4.21: what is picked can't be omitted; of linked entities one may pick some members and omit others. */
function checkDistinct(pick: ProjectionTree, omit: ProjectionTree): void {
  for (const [name, omitted] of omit) {
    const picked = pick.get(name);
    if (picked === undefined) continue;
    if (omitted === null) {
      throw new NgsiLdError('BadRequestData', `pick and omit: got ${name} in both, expected it in one`);
    }
    if (picked !== null) checkDistinct(picked, omitted);
  }
}

/** Whether an entity's member is shown; `member` as in a ProjectionTree. */
export function shows({ attrs, pick, omit }: Projection, member: string): boolean {
  if (attrs) return ALWAYS_WITH_ATTRS.has(member) || attrs.includes(member);
  if (pick && !pick.has(member)) return false;
  return omit?.get(member) !== null;
}

const ALWAYS_WITH_ATTRS: ReadonlySet<string> = new Set(['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt']);

/** The projection of the entities linked through a relationship; undefined: they are shown whole. */
export function linkedProjection({ pick, omit }: Projection, relationship: string): Projection | undefined {
  const picked = pick?.get(relationship);
  const omitted = omit?.get(relationship);
  if (!picked && !omitted) return undefined;
  return { ...(picked && { pick: picked }), ...(omitted && { omit: omitted }) };
}

/** How many hops of links the braces go; 0 without braces. */
export function linkDepthOfProjection(tree: ProjectionTree | undefined): number {
  let depth = 0;
  for (const linked of tree?.values() ?? []) if (linked) depth = Math.max(depth, 1 + linkDepthOfProjection(linked));
  return depth;
}
