import { NgsiLdError } from '../errors.ts';
import type { EntityFragment, FragmentMode, InstanceFragment } from '../fragment.ts';
import type { NameExpander } from '../names.ts';
import {
  badMember,
  checkExpanded,
  checkName,
  checkScopes,
  checkUri,
  isJsonObject,
  type JsonObject,
  NGSI_LD_NULL,
  readDateTime,
  shown,
} from '../values.ts';
import { expandAttributeName, parseInstance, parseNamedAttribute } from './parse-attribute.ts';

/** A fragment with everything that an entity needs. */
export interface WholeEntity extends EntityFragment {
  readonly id: string;
  readonly types: readonly string[];
  readonly scopes?: readonly string[];
  readonly expiresAt?: string;
}

/** GeoProperties that the core @context defines (4.7). */
const CORE_GEO_PROPERTIES: ReadonlySet<string> = new Set([
  'https://uri.etsi.org/ngsi-ld/location',
  'https://uri.etsi.org/ngsi-ld/observationSpace',
  'https://uri.etsi.org/ngsi-ld/operationSpace',
]);

/** More would keep others waiting, whatever is done with the entity. */
const MAX_MEMBERS = 10_000;

/**
 * Parses an entity to be stored (5.6.1, 5.6.18): it must have id and type, and no NGSI-LD Null. The @context has been
 * removed.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseWholeEntity(body: unknown, names: NameExpander, id?: string): WholeEntity {
  const fragment = parseEntityFragment(body, names, 'complete');
  const entityId = fragment.id ?? id;
  if (entityId === undefined) throw badMember('id', undefined, 'the URI of the entity');
  if (fragment.types === undefined) throw badMember('type', undefined, 'a type name or an array of them');
  return { ...fragment, id: entityId } as WholeEntity; // complete fragments contain no null
}

/**
 * Parses an entity fragment (5.4), in which id and type are optional.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseEntityFragment(body: unknown, names: NameExpander, mode: FragmentMode): EntityFragment {
  if (!isJsonObject(body)) {
    throw new NgsiLdError('BadRequestData', `The entity is ${shown(body)}, expected a JSON object`);
  }
  const fragment: { -readonly [Member in keyof EntityFragment]: EntityFragment[Member] } = { attributes: {} };
  const attributes: Record<string, InstanceFragment[]> = {};
  let members = 0;
  for (const member in body) {
    if (++members > MAX_MEMBERS) {
      throw new NgsiLdError('BadRequestData', `The entity has more than ${MAX_MEMBERS} members, expected fewer`);
    }
    const content = body[member];
    switch (member) {
      case 'id':
      case '@id':
        fragment.id = parseId(content);
        break;
      case 'type':
      case '@type':
        fragment.types = parseTypes(content, names);
        break;
      case 'scope':
        fragment.scopes = content === NGSI_LD_NULL && mode !== 'complete' ? null : checkScopes(content);
        break;
      case 'expiresAt':
        fragment.expiresAt =
          content === NGSI_LD_NULL && mode !== 'complete' ? null : readDateTime(content, 'expiresAt');
        break;
      case 'createdAt':
      case 'modifiedAt':
      case 'deletedAt':
        // Ignored if a client sends back what it has read (5.2.2).
        if (isJsonObject(content)) throw badMember(member, content, 'no attribute of this reserved name');
        break;
      case '@context':
        break;
      default: {
        const name = expandAttributeName(member, member, names);
        if (Object.hasOwn(attributes, name)) throw badMember(member, name, 'each attribute once');
        const instances = parseNamedAttribute(name, content, member, names, mode);
        if (CORE_GEO_PROPERTIES.has(name)) checkGeoProperty(instances, member, content);
        attributes[name] = instances;
      }
    }
  }
  fragment.attributes = attributes;
  return fragment;
}

/**
 * Parses the body of a Partial Attribute Update or Replace Attribute: one instance (5.6.4, 5.6.19).
 *
 * @throws NgsiLdError InvalidRequest, BadRequestData
 */
export function parseAttributeFragment(
  body: unknown,
  term: string,
  name: string,
  names: NameExpander,
  mode: 'complete' | 'partial',
): InstanceFragment {
  if (!isJsonObject(body)) {
    throw new NgsiLdError('InvalidRequest', `The body is ${shown(body)}, expected a JSON object: one attribute`);
  }
  const content: Record<string, unknown> = { ...(body as JsonObject) };
  delete content['@context'];
  if (Object.keys(content).length === 0) throw badMember(term, content, 'at least one member to change');
  const instance = parseInstance(content, term, names, mode);
  if (CORE_GEO_PROPERTIES.has(name)) checkGeoProperty([instance], term, body);
  return instance;
}

function checkGeoProperty(instances: readonly InstanceFragment[], member: string, content: unknown): void {
  for (const { type, deleted } of instances) {
    if (type !== undefined && type !== 'GeoProperty' && !deleted) {
      throw badMember(member, content, 'a GeoProperty, as defined by the core @context');
    }
  }
}

function parseId(content: unknown): string {
  if (content === NGSI_LD_NULL) throw badMember('id', content, 'the URI of the entity');
  return checkUri(content, 'id');
}

function parseTypes(content: unknown, names: NameExpander): string[] {
  const terms = Array.isArray(content) ? content : [content];
  if (terms.length === 0) throw badMember('type', content, 'at least one type name');
  const types = terms.map((term) => {
    if (term === NGSI_LD_NULL || RESERVED_TYPES.has(term)) throw badMember('type', term, 'a type name');
    return checkExpanded(names.type(checkName(term, 'type')), 'type');
  });
  return types.length === 1 ? types : [...new Set(types)];
}

/** Keywords that JSON-LD does not accept as names. */
const RESERVED_TYPES: ReadonlySet<unknown> = new Set(['type', 'id', '@type', '@id']);
