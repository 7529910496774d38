import { missing, refused } from '@alzette/kit/problems';
import { findItem, firstOf } from './find.ts';
import { type Item, propertiesOf } from './items.ts';
import { isSet, LINKS, PROPERTIES } from './sets.ts';
import { type Collection, linked, type Source } from './source.ts';

/** What a resource path leads to (clause 9.2). */
export type Target =
  | { readonly kind: 'items'; readonly collection: Collection; readonly isRefs: boolean }
  | { readonly kind: 'item'; readonly item: Item; readonly isRefs: boolean }
  | { readonly kind: 'property'; readonly name: string; readonly value: unknown; readonly isRaw: boolean };

/** `Things('urn:a')`: a name, and perhaps an id, with quotes that are written twice within it. */
const SEGMENT = /^([A-Za-z]+)(?:\((?:'((?:[^']|'')*)'|([^'()]+))\))?$/;

/** @throws Problem 404: the path leads nowhere */
export async function resolvePath(source: Source, segments: readonly string[]): Promise<Target> {
  const [first = '', ...further] = segments;
  const { name, id } = read(first);
  if (!isSet(name)) throw missing('entity set', first);
  let target = await entered(source, { set: name, scope: {} }, id, first);
  for (const [index, segment] of further.entries()) {
    if (target.kind === 'property') return ofProperty(target, further.slice(index));
    target = await followed(source, target, segment);
  }
  return target;
}

function read(segment: string): { readonly name: string; readonly id?: string } {
  const [, name = segment, quoted, plain] = SEGMENT.exec(segment) ?? [];
  const id = quoted?.replaceAll("''", "'") ?? plain;
  return { name, ...(id !== undefined && { id }) };
}

async function entered(source: Source, collection: Collection, id: string | undefined, text: string): Promise<Target> {
  if (id === undefined) return { kind: 'items', collection, isRefs: false };
  const item = await findItem(source, collection, id);
  if (item === undefined) throw missing('entity', text);
  return { kind: 'item', item, isRefs: false };
}

async function followed(source: Source, target: Target, segment: string): Promise<Target> {
  if (target.kind === 'property' || target.isRefs) throw missing('resource', segment);
  if (segment === '$ref') return { ...target, isRefs: true };
  if (target.kind === 'items') throw missing('resource', segment);
  const { item } = target;
  const { name, id } = read(segment);
  const link = LINKS[item.set][name];
  if (link !== undefined) {
    const collection = linked(item, link.to);
    if (link.isMany) return entered(source, collection, id, segment);
    const one = id === undefined ? await firstOf(source, collection) : undefined;
    if (one === undefined) throw missing('entity', segment);
    return { kind: 'item', item: one, isRefs: false };
  }
  if (!PROPERTIES[item.set].includes(name) || id !== undefined)
    throw missing(`property or link of ${item.set}`, segment);
  return { kind: 'property', name, value: propertiesOf(item, source.publicUrl)[name], isRaw: false };
}

function ofProperty(target: Target & { kind: 'property' }, members: readonly string[]): Target {
  let { name, value } = target;
  for (const [index, member] of members.entries()) {
    if (member === '$value' && index === members.length - 1) return { kind: 'property', name, value, isRaw: true };
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, member);
    if (!isThere) throw missing(`member of ${name}`, member);
    value = (value as Record<string, unknown>)[member];
    name = member;
  }
  if (members.length > 10) throw refused('path', members.length, 'at most 10 members');
  return { kind: 'property', name, value, isRaw: false };
}
