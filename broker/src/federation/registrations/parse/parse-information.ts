import { tolerates } from '../../../model/leniency.ts';
import type { NameExpander } from '../../../model/names.ts';
import { expandAttributeName } from '../../../model/parse/parse-attribute.ts';
import { checkMembers, checkTexts } from '../../../model/parse/parse-member.ts';
import { badMember, checkExpanded, checkName, checkUri, isJsonObject } from '../../../model/values.ts';
import { parsePattern } from '../../../query/pattern.ts';
import type { InformationDocument } from '../registration-document.ts';

const MEMBERS = ['entities', 'attributeNames', 'propertyNames', 'relationshipNames'] as const;
const ENTITY_MEMBERS = ['type', 'id', 'idPattern'] as const;

/**
 * Reads `information`, an array of RegistrationInfo (5.2.10), as IRIs.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseInformation(value: unknown, names: NameExpander): InformationDocument[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw badMember('information', value, 'an array of at least one object');
  }
  return value.map((info, index) => parseInfo(info, `information[${index}]`, names));
}

function parseInfo(value: unknown, path: string, names: NameExpander): InformationDocument {
  if (!isJsonObject(value)) throw badMember(path, value, 'an object');
  checkMembers(value, MEMBERS, path);
  const { entities, attributeNames, propertyNames, relationshipNames } = value;
  const earlierNames = propertyNames ?? relationshipNames;
  if (entities === undefined && attributeNames === undefined && earlierNames === undefined) {
    throw badMember(path, value, 'entities, propertyNames, relationshipNames or attributeNames');
  }
  if (attributeNames !== undefined && earlierNames !== undefined) {
    throw badMember(`${path}.attributeNames`, attributeNames, 'none beside propertyNames and relationshipNames');
  }
  return {
    ...(entities !== undefined && { entities: parseEntities(entities, `${path}.entities`, names) }),
    ...(attributeNames !== undefined && {
      attributeNames: parseNames(attributeNames, `${path}.attributeNames`, names),
    }),
    ...(propertyNames !== undefined && { propertyNames: parseNames(propertyNames, `${path}.propertyNames`, names) }),
    ...(relationshipNames !== undefined && {
      relationshipNames: parseNames(relationshipNames, `${path}.relationshipNames`, names),
    }),
  };
}

function parseNames(value: unknown, path: string, names: NameExpander): string[] {
  return checkTexts(value, path).map((name) => expandAttributeName(name, path, names));
}

function parseEntities(value: unknown, path: string, names: NameExpander): InformationDocument['entities'] {
  if (!Array.isArray(value) || value.length === 0) throw badMember(path, value, 'an array of at least one object');
  return value.map((entity, index) => parseEntityInfo(entity, `${path}[${index}]`, names));
}

function parseEntityInfo(value: unknown, path: string, names: NameExpander) {
  if (!isJsonObject(value)) throw badMember(path, value, 'an object with a type');
  checkMembers(value, ENTITY_MEMBERS, path);
  const { type, id, idPattern } = value;
  if (idPattern !== undefined) {
    if (typeof idPattern !== 'string') throw badMember(`${path}.idPattern`, idPattern, 'a regular expression');
    parsePattern(idPattern, `${path}.idPattern`);
  }
  const isOfAnyType =
    type === undefined &&
    (id ?? idPattern) !== undefined &&
    tolerates('entityWithoutType', `${path}: without a type, it is registered for entities of any type`);
  return {
    ...(!isOfAnyType && { type: parseTypes(type, `${path}.type`, names) }),
    ...(id !== undefined && { id: checkUri(id, `${path}.id`) }),
    ...(idPattern !== undefined && { idPattern }),
  };
}

function parseTypes(value: unknown, path: string, names: NameExpander): string | string[] {
  const expand = (name: unknown) => checkExpanded(names.type(checkName(name, path)), path);
  return Array.isArray(value) ? checkTexts(value, path).map(expand) : expand(value);
}
