import { spoilt } from '../../../broker/test/fuzz/documents.ts';
import { written } from '../../../broker/test/fuzz/hostile-values.ts';
import type { Random } from '../../../broker/test/fuzz/random.ts';
import type { GoodBody } from './good-bodies.ts';

/** A request before it is serialised, with the facts that its generator knows. */
export interface BorderRequest {
  /** As in the access model: `GET /ngsi-ld/v1/entities/{id}`. */
  readonly operation: string;
  readonly role: string;
  /** The tenant in the headers; undefined: they are contradictory or malformed, which is 400. */
  readonly tenant: string | undefined;
  /** Whether the credential belongs to the role and is sent correctly. */
  readonly isCredentialGood: boolean;
  /** Only the caller and the tenant may be unusual; path, parameters, headers and body are valid. */
  readonly isPlain: boolean;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | undefined;
}

type Headers = BorderRequest['headers'];

/** Existing tenants: policies are for the first; only the administrator has rights in the second. */
export const OWN_TENANT = 'alpha';
export const FOREIGN_TENANT = 'beta';

const TENANTS: readonly (readonly [headers: Headers, tenant: string | undefined])[] = [
  [[['NGSILD-Tenant', OWN_TENANT]], OWN_TENANT],
  [[['NGSILD-Tenant', OWN_TENANT]], OWN_TENANT],
  [[['Fiware-Service', 'ALPHA']], OWN_TENANT],
  [
    [
      ['ngsild-tenant', OWN_TENANT],
      ['fiware-service', 'Alpha'],
    ],
    OWN_TENANT,
  ],
  [[['NGSILD-TENANT', 'ALPHA']], 'ALPHA'],
  [[['NGSILD-Tenant', FOREIGN_TENANT]], FOREIGN_TENANT],
  [[['NGSILD-Tenant', FOREIGN_TENANT]], FOREIGN_TENANT],
  [[['fiware-service', FOREIGN_TENANT]], FOREIGN_TENANT],
  [[['NGSILD-Tenant', '../alpha']], '../alpha'],
  [[['NGSILD-Tenant', '%61lpha']], '%61lpha'],
  [[], ''],
  [[], ''],
  [
    [
      ['NGSILD-Tenant', FOREIGN_TENANT],
      ['Fiware-Service', OWN_TENANT],
    ],
    undefined,
  ],
  [
    [
      ['NGSILD-Tenant', OWN_TENANT],
      ['NGSILD-Tenant', FOREIGN_TENANT],
    ],
    undefined,
  ],
  [
    [
      ['Fiware-Service', OWN_TENANT],
      ['Fiware-Service', OWN_TENANT],
    ],
    undefined,
  ],
  [
    [
      ['NGSILD-Tenant', ''],
      ['Fiware-Service', OWN_TENANT],
    ],
    undefined,
  ],
  [[['NGSILD-Tenant', 'alpha, beta']], undefined],
  [[['NGSILD-Tenant', 'alpha\u00a0']], undefined],
  [[['NGSILD-Tenant', `${OWN_TENANT}\u0000`]], undefined],
  [[['NGSILD-Tenant', 'a'.repeat(129)]], undefined],
];

/** Values for the parameters of paths. */
const SEGMENTS: readonly string[] = [
  'urn:x:none',
  'none',
  'urn:x:lamp-of-alpha',
  'urn%3Ax%3Alamp-of-beta',
  'urn:x:none%3Fz',
  'urn:x:none%23z',
  'urn:x:none%2F..%2Fother',
  '..%2F..%2Fops%2Faudit',
  '%2e%2e',
  '%252e%252e',
  'a%2Fb',
  'a%5Cb',
  'a;b=c',
  'a%00b',
  '%00',
  '%ff%fe',
  '%c3%28',
  '%ed%a0%80',
  '%',
  '%zz',
  '%F0%9F%98%80',
  '%E2%80%AE',
  '__proto__',
  'constructor',
  '@default',
  '*',
  '-1',
  '99999999999999999999999',
  '1e9',
  "a'--",
  '%22',
  'null',
  'undefined',
  '{id}',
  'a'.repeat(300),
  'b'.repeat(3000),
];

/** Alternative spellings of the whole path. */
const BENDS: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.replaceAll('/', '//'),
  (path) => `/.${path}`,
  (path) => `/x/..${path}`,
  (path) => `/live/..${path}`,
  (path) => `/public/lighting/%2e%2e/..${path}`,
  (path) => path.toUpperCase(),
  (path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => `${path};a=b`,
  (path) => `${path}%20`,
  (path) => `${path}%00`,
  (path) => `${path}.json`,
  (path) => `http://elsewhere.example${path}`,
  (path) => path.replaceAll('/', '\\'),
  (path) => path.replaceAll('/', '%2F'),
];

const QUERIES: readonly string[] = [
  'type=Lamp',
  'type=Lamp&type=Lamp',
  'type=Lamp&type[]=x',
  'id=urn:x:lamp-of-beta',
  'limit=1000',
  'limit=-1',
  'limit=1&limit=2',
  'limit=1e3',
  'limit=99999999999999999999',
  'offset=9007199254740993',
  'q=name=="a"',
  'q=%00',
  'q=%ff',
  'q=%ed%a0%80',
  'q=a%00b',
  'type=%00',
  'tenant=beta',
  'tenant=alpha&tenant=beta',
  'NGSILD-Tenant=beta',
  'k=x&i=y',
  'k=x&k=y&i=%00',
  'from=2026-01-01T00:00:00Z&to=x',
  'from=%2B000000-01-01',
  'date=2026-02-30',
  'actor=%00',
  '__proto__=x&constructor=y',
  'a='.repeat(500),
  `${'a&'.repeat(2000)}`,
  '%',
  '%zz=%zz',
  '=',
  '&&&',
  '?',
  'geoproperty=location&georel=near;maxDistance==1&geometry=Point&coordinates=[1e999,0]',
  'bbox=1,2,3,4&bbox=NaN',
  'access_token=x',
  'format=geojson&options=keyValues,sysAttrs',
  'lang=%F0%9F%98%80',
  'page=0&size=0',
];

const HEADERS: Headers = [
  ['Accept', ''],
  ['Accept', '*/*;q=x'],
  ['Accept', `${'a/b,'.repeat(800)}`],
  ['Accept', 'text/html'],
  ['Accept-Language', `${'fr;q=0.1,'.repeat(500)}`],
  ['Accept-Language', '-,*;q=NaN'],
  ['Link', '<http://127.0.0.1:1/x>; rel="http://www.w3.org/ns/json-ld#context"'],
  ['Link', '<'],
  ['Prefer', 'ngsi-ld=1.999'],
  ['X-Forwarded-For', '127.0.0.1, ::1'],
  ['X-Forwarded-Host', 'evil.example'],
  ['Forwarded', 'for="[::1"'],
  ['Host', 'evil.example'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['NGSILD-Snapshot', 'urn:x:snapshot'],
  ['NGSILD-Snapshot', '%00'],
  ['NGSILD-EntityMap', 'urn:x:map'],
  ['Fiware-ServicePath', '/a/../b,/c'],
  ['Fiware-ServicePath', '\u00ff'],
  ['Fiware-Correlator', 'x'.repeat(5000)],
  ['Via', '1.1 alzette, 1.1 \u00e9'],
  ['If-None-Match', '"'],
  ['If-Modified-Since', 'yesterday'],
  ['Range', 'bytes=9-1,-'],
  ['Last-Event-ID', '-9'],
  ['Idempotency-Key', '\u0001'],
  ['Idempotency-Key', 'k'.repeat(4000)],
  ['Cookie', `_session=${'x'.repeat(3000)}; _session.sig=\u00e9`],
  ['Cookie', '=;;;=a'],
  ['Origin', 'null'],
  ['Content-Encoding', 'gzip'],
  ['Transfer-Encoding', 'chunked'],
  ['Expect', '100-continue'],
  ['X-Notify-Secret', 'x'],
];

const CONTENT_TYPES: readonly string[] = [
  'application/json',
  'application/ld+json',
  'application/merge-patch+json',
  'text/csv',
  'text/plain; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/json; charset="',
  'application/json, text/plain',
  'APPLICATION/JSON;;;',
  'application/octet-stream',
  '/',
  '',
];

const TEXTS: readonly string[] = [
  '{}',
  '[]',
  '[{}]',
  'null',
  '1',
  '""',
  '"\\u0000"',
  '{"id":"urn:x:new","type":"Lamp"}',
  '[{"id":"urn:x:new","type":"Lamp"},{"id":"urn:x:\\u0000","type":"Lamp"}]',
  '{"id":"urn:x:\\u0000","type":"Lamp"}',
  '{"id":"urn:x:\\ud800","type":"Lamp"}',
  '{"name":"\\ud800","title":"a\\u0000b","id":"\\udfff"}',
  '{"__proto__":{"a":1},"constructor":{"prototype":{"b":2}}}',
  '{"id":1,"id":2}',
  '{"type":"Query","entities":[{"type":"Lamp"}]}',
  '{"type":"Subscription","entities":[{"type":"Lamp"}],"notification":{"endpoint":{"uri":"http://[::ffff:127.0.0.1]:1/x"}}}',
  '{"type":"Subscription","entities":[{"type":"Lamp"}],"notification":{"endpoint":{"uri":"http://a%00b/"}}}',
  '{"devices":[{"device_id":"a?z","entity_name":"urn:x:none","entity_type":"Lamp"}]}',
  '{"services":[{"apikey":"\\u0000","resource":"/iot/json","entity_type":"Lamp"}]}',
  '{"username":"\\u0000","password":"x"}',
  '{"title":1e999,"value":-1e999,"count":9007199254740993}',
  '{"a":',
  '\ufeff{}',
  '{"a":1}}',
  '[[[[[[[[[[]]]]]]]]]]',
  `${'['.repeat(3000)}`,
  `{"a":"${'x'.repeat(70_000)}"}`,
  'a=b&c=%00&d=%ff',
  'username=x&password=y&csrf=%ed%a0%80',
  '--x\r\nContent-Disposition: form-data; name="file"; filename="../../a\u0000.csv"\r\n\r\na,b\r\n--x--\r\n',
  '--x\r\nbroken',
  'id,type\r\n"urn:x:1,Lamp',
];

const RAW_BODIES: readonly Buffer[] = [
  Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
  Buffer.from('{"a":"\xc3\x28"}', 'latin1'),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.alloc(0),
];

const METHODS: readonly string[] = [
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'get',
];
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** The material for requests. */
export interface BorderScene {
  readonly operations: readonly string[];
  /** The `Authorization` header of each role; undefined: none. */
  readonly authorizations: ReadonlyMap<string, string | undefined>;
  readonly goodBody: GoodBody;
  /** Ends of the paths of resources that earlier requests created. */
  readonly made: readonly string[];
}

export function borderRequest(random: Random, scene: BorderScene): BorderRequest {
  return random.chance(0.3) ? wellMeantRequest(random, scene) : oddRequest(random, scene);
}

/** Names that also occur in the bodies of valid requests. */
const NAMES: readonly string[] = ['fuzz', 'fuzz1', '1', 'fr', 'power', 'Lamp'];
const URIS: readonly string[] = ['urn:x:lamp-of-alpha', 'urn:ngsi-ld:Streetlight:42'];

/** A mostly valid request: by a caller with many rights, in an existing tenant. */
function wellMeantRequest(random: Random, { operations, authorizations, goodBody, made }: BorderScene): BorderRequest {
  const operation = random.pick(operations);
  const [method = '', template = ''] = operation.split(' ');
  const [tenantHeaders, tenant] = random.pick(TENANTS.filter(([, name]) => name === OWN_TENANT || name === ''));
  const role = random.pick(['manager', 'agent', 'administrator', 'administrator']);
  const headers = [...tenantHeaders, ['Authorization', authorizations.get(role) ?? ''] as const];
  let path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const fitting = operation.includes('/ngsi-ld/') && name === 'id' ? URIS : NAMES;
    return random.pick(made.length > 0 && random.chance(0.5) ? made : fitting);
  });
  if (random.chance(0.1)) path += `?${random.pick(QUERIES)}`;
  const good = WITH_BODY.has(method) ? (goodBody(random, operation) ?? {}) : undefined;
  const body = good === undefined ? undefined : Buffer.from(written(random.chance(0.7) ? good : spoilt(random, good)));
  if (body !== undefined) headers.push(['Content-Type', 'application/json']);
  return { operation, role, tenant, isCredentialGood: true, isPlain: false, method, path, headers, body };
}

function oddRequest(random: Random, { operations, authorizations, goodBody, made }: BorderScene): BorderRequest {
  const operation = random.pick(operations);
  const [ownMethod = '', template = ''] = operation.split(' ');
  const isPlain = random.chance(0.25);
  const [tenantHeaders, tenant] = random.pick(TENANTS);
  const { role, isGood, headers: credential } = credentialOf(random, authorizations, isPlain);

  const method = isPlain || random.chance(0.93) ? ownMethod : random.pick(METHODS);
  let path = template.replaceAll(/\{\w+\}/g, () => {
    if (isPlain) return 'urn:x:none';
    return random.pick(made.length > 0 && random.chance(0.25) ? made : SEGMENTS);
  });
  const headers: (readonly [string, string])[] = [...tenantHeaders, ...credential];
  let body: Buffer | undefined = WITH_BODY.has(method) ? Buffer.from('{}') : undefined;
  let contentType = 'application/json';
  if (!isPlain) {
    if (random.chance(0.15)) path = random.pick(BENDS)(path);
    if (random.chance(0.5)) path += `?${random.several(1, 3, () => random.pick(QUERIES)).join('&')}`;
    headers.push(...random.several(0, 2, () => random.pick(HEADERS)));
    if (body !== undefined || random.chance(0.05)) {
      body = bodyOf(random, goodBody, operation);
      if (random.chance(0.3)) contentType = random.pick(CONTENT_TYPES);
    }
  }
  if (body !== undefined) headers.push(['Content-Type', contentType]);
  return { operation, role, tenant, isCredentialGood: isGood, isPlain, method, path, headers, body };
}

/** Half of them are valid bodies, or such bodies with one error. */
function bodyOf(random: Random, goodBody: GoodBody, operation: string): Buffer {
  const good = random.chance(0.5) ? goodBody(random, operation) : undefined;
  if (good !== undefined) return Buffer.from(written(random.chance(0.5) ? good : spoilt(random, good)));
  return random.chance(0.9) ? Buffer.from(random.pick(TEXTS)) : random.pick(RAW_BODIES);
}

function credentialOf(
  random: Random,
  authorizations: ReadonlyMap<string, string | undefined>,
  isPlain: boolean,
): { readonly role: string; readonly isGood: boolean; readonly headers: Headers } {
  const role = random.pick([...authorizations.keys()]);
  const own = authorizations.get(role);
  if (own === undefined) return { role, isGood: true, headers: [] };
  if (isPlain || random.chance(0.7)) return { role, isGood: true, headers: [['Authorization', own]] };
  const bad: Headers = random.pick<Headers>([
    [['Authorization', `${own}x`]],
    [['Authorization', own.replace('Bearer ', 'Basic ')]],
    [['Authorization', own.slice(0, -20)]],
    [['Authorization', 'Bearer']],
    [['Authorization', `Bearer ${'a.'.repeat(3000)}`]],
    [['Authorization', 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.']],
    [['Authorization', `Bearer ${own.slice(7)}, ${own}`]],
    [
      ['Authorization', own],
      ['X-API-Key', 'alz_x_y'],
    ],
    [['X-API-Key', own.slice(7)]],
    [['X-API-Key', '\u0000']],
    [['Authorization', '\u00e9\u00ff']],
  ]);
  return { role, isGood: false, headers: bad };
}

/** As bytes of HTTP/1.1, for a separate connection. */
export function onTheWire({ method, path, headers, body }: BorderRequest): Buffer {
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  const lines = [`${method} ${path.replaceAll(/[ \r\n]/g, '%20')} HTTP/1.1`];
  if (!named.has('host')) lines.push('Host: 127.0.0.1');
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  lines.push('Connection: close');
  const isChunked = named.has('transfer-encoding');
  if (body !== undefined && !isChunked) lines.push(`Content-Length: ${body.length}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, isChunked ? chunked(body) : (body ?? NOTHING)]);
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Complete, because the server would otherwise wait for the rest. */
function chunked(body: Buffer = NOTHING): Buffer {
  const end = Buffer.from('0\r\n\r\n');
  if (body.length === 0) return end;
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n'), end]);
}
