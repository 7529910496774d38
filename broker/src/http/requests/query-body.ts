import type { Context } from '../../context/contexts.ts';
import { badMember, checkUri, isJsonObject, type JsonObject } from '../../model/values.ts';
import type { EntityQuery, EntitySelector } from '../../query/entity-query.ts';
import { parsePattern } from '../../query/pattern.ts';
import { parseTypeSelection } from '../../query/type-selection.ts';
import { readEntityQuery } from './entity-query.ts';
import type { Parameters } from './parameters.ts';

const TEXTS = ['q', 'scopeQ', 'csf', 'lang', 'expandValues', 'jsonKeys', 'join', 'geometryProperty'] as const;
const LISTS = ['attrs', 'pick', 'omit', 'datasetId', 'containedBy'] as const;
const KNOWN: ReadonlySet<string> = new Set([
  ...TEXTS,
  ...LISTS,
  'type',
  'entities',
  'geoQ',
  'joinLevel',
  'ordering',
  'splitEntities',
  'local',
]);

/** A Query (5.2.23) in the body of `POST /entityOperations/query`, combined with its URL parameters. */
interface BodyQuery {
  readonly query: EntityQuery;
  /** All values as if they had been given in the URL, for reading the representation. */
  readonly parameters: Parameters;
}

/**
 * Reads a Query. Its members become the corresponding parameters, and take precedence over those in the URL.
 *
 * @throws NgsiLdError BadRequestData: names the member
 */
export function readBodyQuery(body: JsonObject, url: Parameters, context: Context): BodyQuery {
  if (body.type !== 'Query') throw badMember('type', body.type, '"Query"');
  for (const member in body) if (!KNOWN.has(member)) throw badMember(member, body[member], 'no such member in a Query');
  const parameters: Record<string, string> = { ...url };
  for (const member of TEXTS) {
    const value = body[member];
    if (value === undefined) continue;
    if (typeof value !== 'string') throw badMember(member, value, 'a string');
    parameters[member] = value;
  }
  for (const member of LISTS)
    if (body[member] !== undefined) parameters[member] = readTexts(body[member], member).join(',');
  if (body.joinLevel !== undefined) parameters.joinLevel = readLevel(body.joinLevel);
  if (body.splitEntities !== undefined) parameters.splitEntities = readFlag(body.splitEntities, 'splitEntities');
  if (body.local !== undefined) parameters.local = readFlag(body.local, 'local');
  if (body.geoQ !== undefined) Object.assign(parameters, readGeoQ(body.geoQ));
  if (body.ordering !== undefined) Object.assign(parameters, readOrdering(body.ordering));
  const selectors = body.entities === undefined ? undefined : readSelectors(body.entities, context);
  return { parameters, query: readEntityQuery(parameters, context, selectors) };
}

function readTexts(value: unknown, member: string): string[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => typeof item === 'string')) {
    throw badMember(member, value, 'a non-empty array of strings');
  }
  return value;
}

function readLevel(value: unknown): string {
  if (!Number.isInteger(value) || (value as number) < 1)
    throw badMember('joinLevel', value, 'an integer of at least 1');
  return String(value);
}

function readFlag(value: unknown, member: string): string {
  if (typeof value !== 'boolean') throw badMember(member, value, 'true or false');
  return String(value);
}

function readGeoQ(value: unknown): Record<string, string> {
  if (!isJsonObject(value)) throw badMember('geoQ', value, 'an object with georel, geometry and coordinates');
  return readMembers(value, 'geoQ', ['georel', 'geometry', 'coordinates', 'geoproperty']);
}

const ORDERING_PARAMETERS: { readonly [member: string]: string } = {
  orderBy: 'orderBy',
  coordinates: 'orderFrom',
  geometry: 'orderGeometry',
  collation: 'collation',
};

function readOrdering(value: unknown): Record<string, string> {
  if (!isJsonObject(value)) throw badMember('ordering', value, 'an object with orderBy');
  const orderBy = readTexts(value.orderBy, 'ordering.orderBy').join(',');
  const members = readMembers({ ...value, orderBy }, 'ordering', Object.keys(ORDERING_PARAMETERS));
  return Object.fromEntries(Object.entries(members).map(([member, text]) => [ORDERING_PARAMETERS[member], text]));
}

/** Members whose values are texts; coordinates may be an array. */
function readMembers(value: JsonObject, path: string, known: readonly string[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const member in value) {
    const content = value[member];
    if (!known.includes(member)) throw badMember(`${path}.${member}`, content, `one of ${known.join(', ')}`);
    if (member === 'coordinates' && Array.isArray(content)) texts[member] = JSON.stringify(content);
    else if (typeof content === 'string') texts[member] = content;
    else throw badMember(`${path}.${member}`, content, member === 'coordinates' ? 'an array' : 'a string');
  }
  return texts;
}

function readSelectors(value: unknown, context: Context): EntitySelector[] {
  if (!Array.isArray(value) || value.length === 0) throw badMember('entities', value, 'a non-empty array');
  return value.map((selector, index) => readSelector(selector, `entities[${index}]`, context));
}

function readSelector(value: unknown, path: string, context: Context): EntitySelector {
  if (!isJsonObject(value)) throw badMember(path, value, 'an object with a type');
  const { type, id, idPattern } = value;
  if (typeof type !== 'string' || type === '') throw badMember(`${path}.type`, type, 'a type selection or "*"');
  const ids = id === undefined ? undefined : [id].flat().map((item) => checkUri(item, `${path}.id`));
  if (ids?.length === 0) throw badMember(`${path}.id`, id, 'at least one URI');
  if (idPattern !== undefined && typeof idPattern !== 'string') {
    throw badMember(`${path}.idPattern`, idPattern, 'a regular expression');
  }
  return {
    types: parseTypeSelection(type, context),
    ...(ids && { ids }),
    ...(idPattern !== undefined && { idPattern: parsePattern(idPattern, `${path}.idPattern`) }),
  };
}
