import { isAttributeKind, isPrimaryMember } from '../attribute-kinds.ts';
import { SCOPE } from '../change-entity.ts';
import type { AttributeInstance, AttributeKind } from '../entity.ts';
import { NgsiLdError } from '../errors.ts';
import { type InstanceFragment, stampInstance } from '../fragment.ts';
import type { NameExpander } from '../names.ts';
import { expandAttributeName, parseInstance } from '../parse/parse-attribute.ts';
import { parseEntityFragment } from '../parse/parse-entity.ts';
import { badMember, checkScopes, isJsonObject, type JsonObject, NGSI_LD_NULL, readDateTime, shown } from '../values.ts';
import type { PastInstance } from './temporal-entity.ts';

/** One historical instance in a request. */
export interface TemporalInstanceFragment {
  readonly fragment: InstanceFragment;
  /** For a deleted one: the time, if given. */
  readonly deletedAt?: string;
}

/** A request's content about the evolution of an entity (5.2.20): any number of instances by attribute IRI. */
export interface TemporalFragment {
  readonly id?: string;
  readonly types?: readonly string[];
  readonly expiresAt?: string;
  readonly attributes: { readonly [name: string]: readonly TemporalInstanceFragment[] };
}

const HEADER: ReadonlySet<string> = new Set([
  'id',
  '@id',
  'type',
  '@type',
  'expiresAt',
  'createdAt',
  'modifiedAt',
  'deletedAt',
]);

/**
 * Parses an EntityTemporal or a fragment of one. Each attribute is one instance or an array of them. A plain scope
 * applies to the current time.
 *
 * @throws NgsiLdError InvalidRequest, BadRequestData
 */
export function parseTemporalFragment(body: unknown, names: NameExpander): TemporalFragment {
  if (!isJsonObject(body)) {
    throw new NgsiLdError('InvalidRequest', `The body is ${shown(body)}, expected a JSON object: one entity`);
  }
  const header: Record<string, unknown> = {};
  const attributes: Record<string, TemporalInstanceFragment[]> = {};
  for (const member in body) {
    const content = body[member];
    if (member === '@context') continue;
    if (HEADER.has(member)) header[member] = content;
    else if (member === 'scope') attributes[SCOPE] = parseScopes(content);
    else {
      const name = expandAttributeName(member, member, names);
      if (Object.hasOwn(attributes, name)) throw badMember(member, name, 'each attribute once');
      attributes[name] = parseTemporalInstances(content, member, names);
    }
  }
  const { id, types, expiresAt } = parseEntityFragment(header, names, 'complete');
  return {
    attributes,
    ...(id !== undefined && { id }),
    ...(types !== undefined && { types }),
    ...(typeof expiresAt === 'string' && { expiresAt }),
  };
}

/**
 * Parses the instances of one attribute.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseTemporalInstances(
  content: unknown,
  path: string,
  names: NameExpander,
): TemporalInstanceFragment[] {
  if (content === NGSI_LD_NULL) throw badMember(path, content, 'an instance or an array of them');
  if (!Array.isArray(content) || !content.some(isInstance)) return [parseOne(content, path, names)];
  return content.map((item, index) => parseOne(item, `${path}[${index}]`, names));
}

function isInstance(value: unknown): boolean {
  return isJsonObject(value) && (isAttributeKind(value.type) || Object.keys(value).some(isPrimaryMember));
}

function parseOne(content: unknown, path: string, names: NameExpander): TemporalInstanceFragment {
  const fragment = parseInstance(content, path, names, 'update');
  if (!fragment.deleted) return { fragment };
  const deletedAt = isJsonObject(content) ? content.deletedAt : undefined;
  return deletedAt === undefined ? { fragment } : { fragment, deletedAt: readDateTime(deletedAt, `${path}.deletedAt`) };
}

/** Parses the scope: plain, or as temporal instances (4.5.6). */
function parseScopes(content: unknown): TemporalInstanceFragment[] {
  const items = [content].flat();
  if (!items.some(isJsonObject)) return [{ fragment: { type: 'Property', value: checkScopes(content) } }];
  return items.map((item, index) => {
    const path = `scope[${index}]`;
    if (!isJsonObject(item) || (item.type !== undefined && item.type !== 'Property')) {
      throw badMember(path, item, 'a Property with a scope as value');
    }
    const observedAt = item.observedAt === undefined ? undefined : readDateTime(item.observedAt, `${path}.observedAt`);
    const times = observedAt === undefined ? {} : { observedAt };
    if (isNoScope(item)) {
      const deleted = { fragment: { type: 'Property', deleted: true, ...times } as const };
      return item.deletedAt === undefined
        ? deleted
        : { ...deleted, deletedAt: readDateTime(item.deletedAt, `${path}.deletedAt`) };
    }
    return { fragment: { type: 'Property', value: checkScopes(item.value), ...times } };
  });
}

function isNoScope({ value, deletedAt }: JsonObject): boolean {
  return value === NGSI_LD_NULL || (Array.isArray(value) && value.length === 0 && deletedAt !== undefined);
}

/** The instances as recorded in the history at a time. */
export function pastInstances({ attributes }: Pick<TemporalFragment, 'attributes'>, at: string): PastInstance[] {
  const past: PastInstance[] = [];
  for (const name in attributes) {
    for (const instance of attributes[name] as readonly TemporalInstanceFragment[]) {
      past.push({ name, instance: pastInstance(name, instance, at) });
    }
  }
  return past;
}

/** One instance as recorded in the history at a time. */
export function pastInstance(
  name: string,
  { fragment, deletedAt }: TemporalInstanceFragment,
  at: string,
): PastInstance['instance'] {
  const { datasetId, observedAt } = fragment;
  if (fragment.deleted) {
    return {
      type: fragment.type as AttributeKind, // the Null is in the member for its attribute type
      deletedAt: deletedAt ?? observedAt ?? at,
      ...(datasetId !== undefined && { datasetId }),
      ...(observedAt !== undefined && { observedAt }),
    };
  }
  const instance: AttributeInstance = stampInstance(fragment, at, undefined);
  // A scope without observedAt applies to the current time (4.5.6).
  return name === SCOPE && observedAt === undefined ? { ...instance, observedAt: at } : instance;
}
