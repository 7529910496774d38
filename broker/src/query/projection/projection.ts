import { NgsiLdError } from '../../model/errors.ts';
import type { NameExpander } from '../../model/names.ts';
import { badMember, isName } from '../../model/values.ts';
import { entityMember } from '../q/target-path.ts';
import { MAX_DEPTH, Scanner } from '../scanner.ts';

/**
 * Members by name: `id`, `type`, `scope`, `createdAt`, `modifiedAt`, `expiresAt`, or the IRI of an attribute. The value
 * is the projection of entities linked through it, or null.
 */
export type ProjectionTree = ReadonlyMap<string, ProjectionTree | null>;

/** The members of an entity to return (4.21). `attrs` excludes the other two. */
export interface Projection {
  /** IRIs: these attributes, plus id, type and scope. */
  readonly attrs?: readonly string[];
  /** Only these members. */
  readonly pick?: ProjectionTree;
  /** All but these members. A member with a subtree is kept: the subtree applies to the linked entities. */
  readonly omit?: ProjectionTree;
}

/** The unparsed parameters: a text, or in a body an array of texts. */
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
 * Parses a projection with braces for linked entities.
 *
 * @throws NgsiLdError BadRequestData: names the parameter
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
      if (member) throw scanner.error(`no "{" after ${name}, which can not link to entities`, scanner.position - 1);
      linked = members(scanner, names, depth + 1);
      if (!scanner.accept('}')) throw scanner.error('",", "|", "{" or "}"');
    }
    const key = member ?? names.attribute(name);
    tree.set(key, linked ?? tree.get(key) ?? null);
    scanner.skipBlanks();
  } while (scanner.accept(',') || scanner.accept('|'));
  return tree;
}

/**
 * 4.21: a member may not be both picked and omitted. For linked entities, some members may be picked and others
 * omitted.
 */
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

/** Whether a member of an entity is returned; `member` is a key of a ProjectionTree. */
export function shows({ attrs, pick, omit }: Projection, member: string): boolean {
  if (attrs) return ALWAYS_WITH_ATTRS.has(member) || attrs.includes(member);
  if (pick && !pick.has(member)) return false;
  return omit?.get(member) !== null;
}

const ALWAYS_WITH_ATTRS: ReadonlySet<string> = new Set(['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt']);

/** The projection of entities linked through a relationship; undefined: all members. */
export function linkedProjection({ pick, omit }: Projection, relationship: string): Projection | undefined {
  const picked = pick?.get(relationship);
  const omitted = omit?.get(relationship);
  if (!picked && !omitted) return undefined;
  return { ...(picked && { pick: picked }), ...(omitted && { omit: omitted }) };
}

/** The number of hops that the braces reach; 0 without braces. */
export function linkDepthOfProjection(tree: ProjectionTree | undefined): number {
  let depth = 0;
  for (const linked of tree?.values() ?? []) if (linked) depth = Math.max(depth, 1 + linkDepthOfProjection(linked));
  return depth;
}
