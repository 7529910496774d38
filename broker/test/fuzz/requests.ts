import {
  ATTRIBUTES,
  bytesOf,
  goodAttribute,
  goodEntity,
  goodQuery,
  goodSubscription,
  IDS,
  spoilt,
} from './documents.ts';
import type { Value } from './hostile-values.ts';
import { hostileQuery } from './queries.ts';
import type { Random } from './random.ts';

/** A request before it is serialised. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
  /** How the length of the body is declared; `short` and `long` are wrong. */
  readonly framing: 'length' | 'chunked' | 'none' | 'short' | 'long';
}

interface Endpoint {
  readonly method: string;
  path(random: Random): string;
  readonly parameters: readonly string[];
  body?(random: Random): Value;
}

const SELECTION = ['id', 'type', 'idPattern', 'attrs', 'q', 'georel', 'geometry', 'coordinates', 'scopeQ', 'local'];
const REPRESENTATION = [
  'pick',
  'omit',
  'datasetId',
  'lang',
  'format',
  'options',
  'geometryProperty',
  'join',
  'joinLevel',
];
const REST = ['geoproperty', 'csf', 'expandValues', 'jsonKeys', 'containedBy', 'orderBy', 'orderFrom', 'collation'];
const PAGE = ['limit', 'offset', 'count', 'splitEntities', 'orderGeometry'];
const QUERY = [...SELECTION, ...SELECTION, ...REPRESENTATION, ...REST, ...PAGE];

const entity = (random: Random) => `/entities/${idInPath(random)}`;
const attribute = (random: Random) =>
  `${entity(random)}/attrs/${random.pick([...ATTRIBUTES, 'scope', 'no%20name', '@x'])}`;
const subscription = (random: Random) => `/subscriptions/urn:ngsi-ld:Subscription:${random.below(5)}`;
const batch = (random: Random): Value =>
  random.several(1, 6, () => (random.chance(0.4) ? spoilt(random, goodEntity(random)) : goodEntity(random)));

const ENDPOINTS: readonly Endpoint[] = [
  { method: 'POST', path: () => '/entities', parameters: ['local'], body: goodEntity },
  { method: 'POST', path: () => '/entities', parameters: [], body: (random) => goodEntity(random, newId(random)) },
  { method: 'POST', path: () => '/entityOperations/upsert', parameters: ['options'], body: batch },
  { method: 'POST', path: () => '/entityOperations/upsert', parameters: ['options'], body: batch },
  { method: 'GET', path: () => '/entities', parameters: QUERY },
  { method: 'GET', path: () => '/entities', parameters: QUERY },
  { method: 'GET', path: () => '/entities', parameters: QUERY },
  { method: 'DELETE', path: () => '/entities', parameters: [...SELECTION, 'keep', 'drop'] },
  { method: 'GET', path: entity, parameters: ['type', 'attrs', ...REPRESENTATION, 'containedBy'] },
  { method: 'DELETE', path: entity, parameters: ['type', 'local'] },
  { method: 'PUT', path: entity, parameters: ['type'], body: goodEntity },
  {
    method: 'PATCH',
    path: entity,
    parameters: ['type', 'lang', 'observedAt', 'options', 'format'],
    body: (random) => goodEntity(random),
  },
  { method: 'POST', path: (random) => `${entity(random)}/attrs`, parameters: ['options', 'type'], body: goodEntity },
  { method: 'PATCH', path: (random) => `${entity(random)}/attrs`, parameters: ['type'], body: goodEntity },
  { method: 'PATCH', path: attribute, parameters: ['type'], body: anyAttribute },
  { method: 'PUT', path: attribute, parameters: ['type'], body: anyAttribute },
  { method: 'DELETE', path: attribute, parameters: ['datasetId', 'deleteAll', 'type'] },
  { method: 'POST', path: () => '/entityOperations/create', parameters: ['local'], body: batch },
  { method: 'POST', path: () => '/entityOperations/upsert', parameters: ['options'], body: batch },
  { method: 'POST', path: () => '/entityOperations/update', parameters: ['options'], body: batch },
  { method: 'POST', path: () => '/entityOperations/merge', parameters: [], body: batch },
  {
    method: 'POST',
    path: () => '/entityOperations/delete',
    parameters: [],
    body: (random) => random.several(1, 4, () => random.pick<Value>([...IDS, 'x', 7, null, {}])),
  },
  { method: 'POST', path: () => '/entityOperations/query', parameters: [...REPRESENTATION, ...PAGE], body: goodQuery },
  { method: 'POST', path: () => '/subscriptions', parameters: [], body: goodSubscription },
  { method: 'GET', path: () => '/subscriptions', parameters: ['limit', 'offset', 'count', 'options'] },
  { method: 'GET', path: subscription, parameters: ['options'] },
  { method: 'PATCH', path: subscription, parameters: [], body: goodSubscription },
  { method: 'DELETE', path: subscription, parameters: [] },
  { method: 'GET', path: () => '/types', parameters: ['details'] },
  { method: 'GET', path: (random) => `/types/${random.pick(['Lamp', 'a%20b', '%00', '..'])}`, parameters: ['local'] },
  { method: 'GET', path: () => '/attributes', parameters: ['details'] },
  { method: 'GET', path: (random) => `/attributes/${random.pick([...ATTRIBUTES, 'a%20b'])}`, parameters: [] },
  { method: 'GET', path: () => '/info/sourceIdentity', parameters: [] },
  {
    method: 'GET',
    path: (random) => `/jsonldContexts/${random.pick(['x', '%00', '..', 'a'.repeat(5000)])}`,
    parameters: [],
  },
  {
    method: 'GET',
    path: () => '/../../events',
    parameters: ['type', 'attrs', 'bbox', 'scopeQ', 'format', 'context', 'tenant'],
  },
];

function newId(random: Random): string {
  return `urn:ngsi-ld:Lamp:new-${random.below(1_000_000)}`;
}

function anyAttribute(random: Random): Value {
  return goodAttribute(random, random.pick(ATTRIBUTES));
}

const STRANGE_IDS = [
  '',
  '.',
  '..',
  '%2e%2e',
  '%00',
  'urn:a:%00',
  'urn:a:%ff',
  '%',
  '%zz',
  'urn:a:b%',
  'x',
  'urn:a:b%2Fc',
  'urn:a:b/c/d',
  'urn:a:😀',
  'urn:a:%F0%9F%98%80',
  'urn:ngsi-ld:null',
  `urn:a:${'b'.repeat(2500)}`,
  `urn:a:${'b'.repeat(10_000)}`,
  `urn:a:${'%C3%A9'.repeat(1200)}`,
  '__proto__',
  'urn:a:b;c=d',
  'urn:a:<script>',
  'urn:a:{b}',
  '*',
];

function idInPath(random: Random): string {
  return random.chance(0.9) ? random.pick(IDS) : random.pick(STRANGE_IDS);
}

const CORE = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld';
const RELATION = 'rel="http://www.w3.org/ns/json-ld#context"';

const LINKS = [
  `<${CORE}>; ${RELATION}; type="application/ld+json"`,
  `<${CORE}>; ${RELATION}, <${CORE}>; ${RELATION}`,
  `<http://127.0.0.1:9/none.jsonld>; ${RELATION}`,
  `<http://nowhere.invalid/x.jsonld>; ${RELATION}`,
  `<file:///etc/passwd>; ${RELATION}`,
  `<relative>; ${RELATION}`,
  `<>; ${RELATION}`,
  `<${CORE}; ${RELATION}`,
  `${CORE}; ${RELATION}`,
  `<${CORE}>; rel="http://www.w3.org/ns/json-ld#context`,
  `<${CORE}>;;;=;rel`,
  `<${CORE}>; rel=next`,
  '<',
  '',
  ',,,,',
  `${'<a>;rel=x,'.repeat(500)}`,
  `<urn:a:b>; ${RELATION}`,
  `<javascript:alert(1)>; ${RELATION}`,
  `<http://user:password@127.0.0.1:9/>; ${RELATION}`,
  `<http://127.0.0.1:99999/>; ${RELATION}`,
  `<http://127.0.0.1:9/\u00e9\u00fc>; ${RELATION}`,
];

const ACCEPTS = [
  'application/json',
  'application/ld+json',
  'application/geo+json',
  '*/*',
  'text/html',
  'application/json;q=0, */*',
  'application/ld+json;q=banana',
  ',,;;==',
  '',
  'application/json;q=1e999',
  '*/json',
  'x'.repeat(5000),
];

const CONTENT_TYPES = [
  'application/json',
  'application/json',
  'application/json',
  'application/ld+json',
  'application/merge-patch+json',
  'APPLICATION/JSON; charset=utf-8',
  'application/json; charset=utf-16',
  'text/plain',
  'application/json, application/ld+json',
  ';',
  '',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
];

const TENANTS = [
  '',
  ' ',
  'a b',
  'ä',
  'x'.repeat(128),
  'x'.repeat(129),
  "a'; DROP TABLE tenant; --",
  'a/../b',
  '\u0001',
  'nobody',
];

const PREFERS = [
  'ngsi-ld=1.3',
  'ngsi-ld=1.8',
  'ngsi-ld=99999999999.1',
  'body=json',
  'ngsi-ld',
  '=',
  ',,,',
  'ngsi-ld="1.',
  'respond-async',
];

const METHODS = [
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'get',
  'FOO',
  'PUT',
  'PATCH',
  'POST',
  'DELETE',
  'GET',
];

/** A request to one of the API's operations with an error, or seldom without one. */
export function hostileRequest(random: Random, tenant: string): FuzzRequest {
  const endpoint = random.pick(ENDPOINTS);
  const method = random.chance(0.96) ? endpoint.method : random.pick(METHODS);
  const where = endpoint.path(random).replace('/../../', '/');
  const prefix = where.startsWith('/events') ? '' : '/ngsi-ld/v1';
  const path =
    bentPath(random, prefix + where) +
    hostileQuery(random, endpoint.body && random.chance(0.7) ? [] : endpoint.parameters);
  const headers: [string, string][] = [['NGSILD-Tenant', random.chance(0.97) ? tenant : random.pick(TENANTS)]];
  if (random.chance(0.3)) headers.push(['Accept', random.pick(random.chance(0.7) ? ACCEPTS.slice(0, 4) : ACCEPTS)]);
  if (random.chance(0.05)) headers.push(['Link', random.pick(LINKS)]);
  if (random.chance(0.1)) headers.push(['Prefer', random.pick(PREFERS)]);
  if (random.chance(0.02))
    headers.push([`X-${'y'.repeat(random.pick([10, 20_000]))}`, 'z'.repeat(random.pick([10, 20_000]))]);
  if (random.chance(0.02)) headers.push(['Expect', random.pick(['100-continue', 'a miracle'])]);
  if (random.chance(0.02)) headers.push(['Last-Event-ID', random.pick(['-1', 'x', '99999999999999999999'])]);
  if (endpoint.body === undefined) return { method, path, headers, framing: 'none' };

  const jsonLd = random.chance(0.15);
  const good = endpoint.body(random);
  const document = jsonLd && good !== null && typeof good === 'object' ? withContext(random, good) : good;
  const wrong = random.chance(0.6) ? spoilt(random, document) : document;
  headers.push([
    'Content-Type',
    jsonLd ? 'application/ld+json' : random.chance(0.93) ? 'application/json' : random.pick(CONTENT_TYPES),
  ]);
  const framing = random.chance(0.94) ? 'length' : random.pick(['chunked', 'none', 'short', 'long'] as const);
  return { method, path, headers, framing, body: bytesOf(random, wrong) };
}

const CONTEXTS: readonly Value[] = [
  CORE,
  [CORE],
  { Lamp: 'https://example.org/Lamp', level: 'https://example.org/level' },
  'http://127.0.0.1:9/none.jsonld',
  'relative',
  7,
  null,
  [],
  [[[[[[[[[[CORE]]]]]]]]]],
  { a: 7 },
  { '@vocab': 'x' },
  { '@import': 'relative' },
  { level: { '@id': 'https://example.org/level', '@context': {} } },
  { level: { '@reverse': 'x' } },
  { '@base': 'x', '@version': 2, '@propagate': false },
  { p: `https://example.org/${'p'.repeat(5000)}/`, level: 'p:level', Lamp: 'p:Lamp' },
  { level: 'https://example.org/\u0000' },
  { level: 'a:b', a: 'level:' },
  { ['__proto__']: 'https://example.org/proto' },
  Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`t${n}`, `https://example.org/${n}`])),
];

function withContext(random: Random, document: Value): Value {
  const context = () => (random.chance(0.8) ? random.pick(CONTEXTS) : spoilt(random, random.pick(CONTEXTS)));
  if (!Array.isArray(document)) return { ...(document as { [member: string]: Value }), '@context': context() };
  return document.map((item: Value) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) && !('text' in item)
      ? { ...item, '@context': context() }
      : item,
  );
}

function bentPath(random: Random, path: string): string {
  if (random.chance(0.97)) return path;
  const at = random.below(path.length);
  return (
    path.slice(0, at) +
    random.pick(['%', '/', '//', '%2F', '..', '%00', '\\', '#', '?', ';', ' ', '\u00e9', '/../']) +
    path.slice(at)
  );
}

/** The request as bytes, with `connection: close`. */
export function onTheWire({ method, path, headers, body, framing }: FuzzRequest): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close'];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  const bytes = body ?? Buffer.alloc(0);
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  if (framing === 'length' && body !== undefined) lines.push(`Content-Length: ${bytes.length}`);
  if (framing === 'short') lines.push(`Content-Length: ${Math.floor(bytes.length / 2)}`);
  if (framing === 'long') lines.push(`Content-Length: ${bytes.length + 10}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (framing !== 'chunked') return Buffer.concat([head, bytes]);
  const chunk = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  return Buffer.concat([head, bytes.length > 0 ? chunk : Buffer.alloc(0), Buffer.from('0\r\n\r\n')]);
}
