import { isJsonObject, type JsonObject } from '../json/json.ts';
import { ENTITY_MEMBERS, VALUE_MEMBERS } from '../representation/simplify.ts';
import { geometryFault } from './geometry.ts';
import type { Issue, IssueCode } from './issue.ts';
import { shown } from './shown.ts';

/** An absolute URI without spaces, as the API requires (RFC 3986). */
const URI = /^[a-z][a-z0-9+\-.]*:[^\s<>"{}|\\^`]+$/i;
const NAME = /^\p{L}[\p{L}\p{N}_]*(?::\p{L}[\p{L}\p{N}_]*)?$/u;
const IRI_NAME = /^[a-z][a-z0-9+\-.]*:(?:\/\/|[^:\s]+:)\S+$/i;
const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?Z$/;
const TYPED = /^@/;
/** Members of an attribute that are not sub-attributes. */
const ATTRIBUTE_MEMBERS: ReadonlySet<string> = new Set([
  ...Object.values(VALUE_MEMBERS),
  'type',
  'datasetId',
  'observedAt',
  'unitCode',
  'valueType',
  'objectType',
  'lang',
  'entity',
  'entityList',
  'createdAt',
  'modifiedAt',
  'deletedAt',
  'expiresAt',
  'instanceId',
  'previousValue',
  'previousObject',
]);

/**
 * Checks an entity in normalized form by the rules of the API (4.5.1 ff., V1.9.1), including sub-attributes.
 * `OBJECT_ARRAY` is a warning, because brokers of earlier versions refuse it.
 */
export function checkWellFormed(entity: JsonObject): Issue[] {
  const issues: Issue[] = [];
  if (typeof entity.id !== 'string' || !URI.test(entity.id)) {
    issues.push({ ...issue('ID_NOT_URI', '/id', 'id'), got: shown(entity.id), expected: 'a URI' });
  }
  if (entity.type === undefined || [entity.type].flat().some((type) => typeof type !== 'string' || type === '')) {
    issues.push({ ...issue('TYPE_MISSING', '/type', 'type'), got: shown(entity.type), expected: 'a type name' });
  }
  for (const [name, attribute] of Object.entries(entity)) {
    if (!ENTITY_MEMBERS.has(name)) checkAttribute(name, attribute, `/${name}`, issues, name);
  }
  return issues;
}

function checkAttribute(name: string, attribute: unknown, path: string, issues: Issue[], owner: string): void {
  const found = (code: IssueCode, got?: unknown, expected?: string, severity: Issue['severity'] = 'error') => {
    issues.push({
      ...issue(code, path, owner, severity),
      ...(got !== undefined && { got: shown(got) }),
      ...(expected !== undefined && { expected }),
    });
  };
  if (!NAME.test(name) && !IRI_NAME.test(name)) {
    found('NAME_ILLEGAL', name, 'a letter, then letters, digits or _');
    return;
  }
  if (Array.isArray(attribute) && attribute.length > 0 && attribute.every(isJsonObject)) {
    const ids = attribute.map((instance) => instance.datasetId ?? '');
    if (new Set(ids).size < ids.length) found('DUPLICATE_DEFAULT_INSTANCE', undefined, 'a unique datasetId on each');
    for (const instance of attribute) checkInstance(instance, path, issues, owner, found);
  } else if (isJsonObject(attribute)) {
    checkInstance(attribute, path, issues, owner, found);
  } else {
    found(attribute === null ? 'NULL_VALUE' : 'BARE_VALUE', attribute, 'an attribute with a type');
  }
}

type Found = (code: IssueCode, got?: unknown, expected?: string, severity?: Issue['severity']) => void;

function checkInstance(instance: JsonObject, path: string, issues: Issue[], owner: string, found: Found): void {
  const { type, observedAt } = instance;
  const member = typeof type === 'string' ? VALUE_MEMBERS[type] : undefined;
  if (member === undefined) {
    found('ATTR_TYPE', type, Object.keys(VALUE_MEMBERS).join(', '));
    return;
  }
  const value = instance[member];
  if (value === null) found('NULL_VALUE', value, 'a value');
  else if (type === 'Relationship') checkObject(value, found);
  else if (value === undefined) found('VALUE_MISSING', undefined, member);
  else if (type === 'GeoProperty') {
    const fault = geometryFault(value);
    if (fault !== undefined) found('GEOMETRY_BAD', value, fault);
  }
  if (observedAt !== undefined && (typeof observedAt !== 'string' || !UTC.test(observedAt))) {
    found('OBSERVEDAT_NOT_UTC', observedAt, 'a date and time in UTC, ending in Z');
  }
  for (const [name, sub] of Object.entries(instance)) {
    if (!ATTRIBUTE_MEMBERS.has(name) && !TYPED.test(name)) {
      checkAttribute(name, sub, `${path}/${name}`, issues, owner);
    }
  }
}

function checkObject(object: unknown, found: Found): void {
  if (object === undefined) {
    found('OBJECT_MISSING', undefined, 'object');
    return;
  }
  if (Array.isArray(object)) found('OBJECT_ARRAY', undefined, undefined, 'warning');
  const wrong = [object].flat().some((uri) => typeof uri !== 'string' || !URI.test(uri));
  if (wrong || (Array.isArray(object) && object.length === 0))
    found('OBJECT_NOT_URI', object, 'a URI or a list of URIs');
}

function issue(code: IssueCode, path: string, attribute?: string, severity: Issue['severity'] = 'error'): Issue {
  return { code, severity, path, ...(attribute !== undefined && { attribute }) };
}
