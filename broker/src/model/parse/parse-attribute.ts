import {
  isAttributeKind,
  isPrimaryMember,
  KIND_OF_MEMBER,
  looksLikeInstance,
  MAY_HAVE,
  PRIMARY_MEMBER,
} from '../attribute-kinds.ts';
import type { AttributeKind } from '../entity.ts';
import { NgsiLdError } from '../errors.ts';
import type { FragmentMode, InstanceFragment, PlainMember } from '../fragment.ts';
import { isGeometryType } from '../geometry.ts';
import { tolerates } from '../leniency.ts';
import type { NameExpander } from '../names.ts';
import {
  badMember,
  checkExpanded,
  checkName,
  checkUri,
  isJsonObject,
  type JsonObject,
  NGSI_LD_NULL,
  readDateTime,
} from '../values.ts';
import { isNullValue, parseValue } from './parse-value.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';

/**
 * Core terms that can't be attribute names, under any alias (4.5.1). Members that contain values (`value`, `object`,
 * `json` …) are not among them, because published models have such attributes, for example `value` of Device.
 */
const RESERVED: ReadonlySet<string> = new Set(
  [
    'datasetId',
    'instanceId',
    'observedAt',
    'createdAt',
    'modifiedAt',
    'deletedAt',
    'expiresAt',
    'unitCode',
    'hasValueType',
    'hasObjectType',
    'lang',
    'scope',
  ].map((term) => CORE + term),
);

const PROOF = `${CORE}ngsildproof`;

const MAX_DEPTH = 16;

/**
 * Parses an attribute or sub-attribute, normalized or concise (4.5.2, 4.5.3), into its instances.
 *
 * @param path the attribute's name in error messages, e.g. `speed` or `speed.source`
 *
 * @throws NgsiLdError BadRequestData
 */
function parseAttribute(
  value: unknown,
  path: string,
  names: NameExpander,
  mode: FragmentMode,
  depth: number,
): InstanceFragment[] {
  if (!Array.isArray(value) || !value.some(looksLikeInstance)) return [parseInstance(value, path, names, mode, depth)];

  const instances = value.map((item, index) => parseInstance(item, `${path}[${index}]`, names, mode, depth));
  const seen = new Set<string | undefined>();
  for (const { datasetId } of instances) {
    if (seen.has(datasetId)) {
      throw new NgsiLdError(
        'BadRequestData',
        datasetId === undefined
          ? `${path}: got two default instances, expected at most one instance without datasetId`
          : `${path}: got datasetId ${datasetId} twice, expected each once`,
      );
    }
    seen.add(datasetId);
  }
  return instances;
}

/**
 * Reads one attribute instance.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseInstance(
  value: unknown,
  path: string,
  names: NameExpander,
  mode: FragmentMode,
  depth = 0,
): InstanceFragment {
  if (depth > MAX_DEPTH)
    throw new NgsiLdError('BadRequestData', `${path}: sub-attributes nested deeper than ${MAX_DEPTH}`);
  if (value === null) throw badMember(path, null, `a value; ${NGSI_LD_NULL} where the operation can delete`);
  if (value === NGSI_LD_NULL) {
    if (mode === 'complete') throw badMember(path, value, 'no NGSI-LD Null in this operation');
    return { deleted: true };
  }
  if (!isJsonObject(value)) return bareValue(value, path, names, mode);

  const type = value.type ?? value['@type'];
  if (type === undefined) return typeless(value, path, names, mode, depth);
  if (isAttributeKind(type)) return members(value, type, path, names, mode, depth);
  if (type === 'VocabularyProperty' && tolerates('vocabularyProperty', 'VocabularyProperty is read as VocabProperty')) {
    return members({ ...value, type: 'VocabProperty' }, 'VocabProperty', path, names, mode, depth);
  }
  if (isGeometryType(type) && 'coordinates' in value) {
    return { type: 'GeoProperty', value: parseValue('GeoProperty', value, path, names, false) };
  }
  if ('@value' in value) return bareValue(value, path, names, mode);
  throw badMember(`${path}.type`, type, `one of ${Object.keys(PRIMARY_MEMBER).join(', ')}`);
}

function bareValue(value: unknown, path: string, names: NameExpander, mode: FragmentMode): InstanceFragment {
  return { type: 'Property', value: parseValue('Property', value, path, names, mode === 'merge') };
}

/** Concise form: the primary member determines the attribute type (4.5.3). */
function typeless(
  value: JsonObject,
  path: string,
  names: NameExpander,
  mode: FragmentMode,
  depth: number,
): InstanceFragment {
  let primary: string | undefined;
  for (const member in value) {
    if (!isPrimaryMember(member)) continue;
    if (primary !== undefined)
      throw badMember(path, [primary, member], 'one of these members, they exclude each other');
    primary = member;
  }
  if (primary !== undefined) {
    let kind = KIND_OF_MEMBER[primary] as AttributeKind;
    const content = value[primary];
    if (kind === 'Property' && isJsonObject(content) && isGeometryType(content.type) && 'coordinates' in content) {
      kind = 'GeoProperty';
    }
    return members(value, kind, path, names, mode, depth);
  }
  if (mode === 'partial' || mode === 'merge') return members(value, undefined, path, names, mode, depth);
  if ('@context' in value) throw embeddedContext(path);
  return bareValue(value, path, names, mode);
}

function members(
  value: JsonObject,
  kind: AttributeKind | undefined,
  path: string,
  names: NameExpander,
  mode: FragmentMode,
  depth: number,
): InstanceFragment {
  const fragment: InstanceFragment = {};
  if (kind !== undefined) fragment.type = kind;
  const primary = kind === undefined ? undefined : PRIMARY_MEMBER[kind];
  let removed: PlainMember[] | undefined;

  for (const member in value) {
    const content = value[member];
    if (member === primary) {
      if (isNullValue(kind as AttributeKind, content)) {
        if (mode === 'complete') throw badMember(`${path}.${member}`, content, 'no NGSI-LD Null in this operation');
        fragment.deleted = true;
      } else {
        fragment.value = parseValue(kind as AttributeKind, content, `${path}.${member}`, names, mode === 'merge');
      }
      continue;
    }
    switch (member) {
      case 'type':
      case '@type':
        break;
      case 'datasetId':
        fragment.datasetId = parseDatasetId(content, `${path}.datasetId`);
        break;
      case 'observedAt':
      case 'unitCode':
      case 'valueType':
      case 'objectType':
      case 'expiresAt':
        if (content === NGSI_LD_NULL) {
          if (mode === 'complete') throw badMember(`${path}.${member}`, content, 'no NGSI-LD Null in this operation');
          if (mode !== 'update') removed = [...(removed ?? []), member];
        } else {
          plainMember(fragment, member, content, kind, `${path}.${member}`, names);
        }
        break;
      case 'createdAt':
      case 'modifiedAt':
      case 'deletedAt':
      case 'instanceId':
      case 'lang':
        // Output-only members are ignored if a client sends back what it has read (5.2.2), and refused as attribute
        // names (4.5.1).
        if (isJsonObject(content)) throw badMember(`${path}.${member}`, content, 'no attribute of this reserved name');
        break;
      case '@context':
        throw embeddedContext(path);
      default:
        if (isPrimaryMember(member)) {
          throw badMember(`${path}.${member}`, content, kind === undefined ? 'a type' : `no such member on a ${kind}`);
        }
        if (FORBIDDEN.has(member)) throw badMember(`${path}.${member}`, content, 'no such member in a request');
        addSubAttribute(fragment, member, content, path, names, mode, depth);
    }
  }
  if (removed !== undefined) fragment.removed = removed;
  const mayOmit = mode === 'partial' || mode === 'merge';
  if (primary !== undefined && fragment.value === undefined && !fragment.deleted && !mayOmit) {
    throw badMember(`${path}.${primary}`, undefined, `the ${primary} of a ${kind}`);
  }
  return fragment;
}

/** Members that occur only in answers, or only within `ngsildproof` (4.5.2). */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'previousValue',
  'previousObject',
  'previousLanguageMap',
  'previousVocab',
  'previousJson',
  'previousValueList',
  'previousObjectList',
  'entity',
  'entityList',
  'entityIdSealed',
  'entityTypeSealed',
  'id',
  '@id',
  'scope',
]);

function addSubAttribute(
  fragment: InstanceFragment,
  term: string,
  content: unknown,
  path: string,
  names: NameExpander,
  mode: FragmentMode,
  depth: number,
): void {
  const subPath = `${path}.${term}`;
  const name = expandAttributeName(term, subPath, names);
  // A partial update replaces its sub-attributes completely (5.5.8).
  const subMode = mode === 'partial' ? 'update' : mode;
  fragment.attributes ??= {};
  if (Object.hasOwn(fragment.attributes, name)) throw badMember(subPath, term, 'each sub-attribute once');
  fragment.attributes[name] = parseNamedAttribute(name, content, subPath, names, subMode, depth + 1);
}

/**
 * Expands an attribute name to its IRI.
 *
 * @throws NgsiLdError BadRequestData: an invalid name, or a core term that can't be an attribute
 */
export function expandAttributeName(term: string, path: string, names: NameExpander): string {
  const name = checkExpanded(names.attribute(checkName(term, path)), path);
  if (RESERVED.has(name))
    throw badMember(path, term, 'an attribute name; this is a reserved term of the core @context');
  return name;
}

/** `@none` becomes undefined: the default instance has no datasetId (4.5.5). */
export function parseDatasetId(value: unknown, member: string): string | undefined {
  if (value === '@none') return undefined;
  if (value === NGSI_LD_NULL) throw badMember(member, value, 'a URI or @none; a datasetId cannot be removed');
  return checkUri(value, member);
}

function plainMember(
  fragment: InstanceFragment,
  member: PlainMember,
  content: unknown,
  kind: AttributeKind | undefined,
  path: string,
  names: NameExpander,
): void {
  if (kind !== undefined && member in MAY_HAVE && !MAY_HAVE[member as keyof typeof MAY_HAVE].has(kind)) {
    const isTolerated =
      kind === 'GeoProperty' &&
      member === 'unitCode' &&
      tolerates('geoUnitCode', `${path}: kept, although a GeoProperty has no unitCode (5.2.7)`);
    if (!isTolerated) throw badMember(path, content, `none on a ${kind}`);
  }
  switch (member) {
    case 'observedAt':
    case 'expiresAt':
      fragment[member] = readDateTime(content, path);
      return;
    case 'unitCode':
      if (typeof content !== 'string') throw badMember(path, content, 'a UN/CEFACT code as a string, e.g. "CEL"');
      fragment.unitCode = content;
      return;
    case 'valueType':
      if (typeof content !== 'string') throw badMember(path, content, 'a string');
      if (kind === 'LanguageProperty' && content !== 'langString') throw badMember(path, content, 'langString');
      fragment.valueType = names.vocab(content);
      return;
    case 'objectType':
      fragment.objectType = parseObjectType(content, path, names);
      return;
  }
}

function parseObjectType(content: unknown, path: string, names: NameExpander): string | string[] {
  if (Array.isArray(content) && content.length > 0) return content.map((item) => names.type(checkName(item, path)));
  return names.type(checkName(content, path));
}

/** `ngsildproof` (4.5.2): a Property whose value is an object, with the sealed id and type of the entity it proves. */
function parseProof(content: unknown, path: string, names: NameExpander): InstanceFragment {
  if (!isJsonObject(content) || !isJsonObject(content.value)) {
    throw badMember(path, content, 'a Property with an object as value');
  }
  const { entityIdSealed, entityTypeSealed, ...property } = content;
  const fragment = parseInstance(property, path, names, 'complete');
  if (entityIdSealed === undefined && entityTypeSealed === undefined) return fragment;
  fragment.sealed = {
    ...(entityIdSealed !== undefined && { entityIdSealed: checkString(entityIdSealed, `${path}.entityIdSealed`) }),
    ...(entityTypeSealed !== undefined && {
      entityTypeSealed: names.vocab(checkString(entityTypeSealed, `${path}.entityTypeSealed`)),
    }),
  };
  return fragment;
}

function checkString(value: unknown, path: string): string {
  if (typeof value !== 'string') throw badMember(path, value, 'a string');
  return value;
}

/**
 * Parses an attribute by its name, with exceptions for a few names.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseNamedAttribute(
  name: string,
  content: unknown,
  path: string,
  names: NameExpander,
  mode: FragmentMode,
  depth = 0,
): InstanceFragment[] {
  if (name === PROOF && content !== NGSI_LD_NULL) return [parseProof(content, path, names)];
  return parseAttribute(content, path, names, mode, depth);
}

function embeddedContext(path: string): NgsiLdError {
  return new NgsiLdError(
    'BadRequestData',
    `${path}: got an embedded @context, expected it at the top of the document only`,
  );
}
