import {
  anyText,
  choice,
  commaList,
  hostName,
  network,
  numberOf,
  onOff,
  optionalSetting,
  port,
  postgresUrl,
  type SettingKind,
  setting,
  textFile,
  urlOf,
  wholeNumberOf,
} from '@alzette/kit/settings';
import { type Box, boxOf, HOME } from '@alzette/ngsi-ld-schemas/validation';
import { isCredential } from './federation/registrations/forwarded-headers.ts';
import { HISTORY_STORAGES } from './history/tables/history-storage.ts';
import { isTenantName } from './http/requests/request-tenant.ts';
import { ADVISER_MODES } from './indexes/index-adviser.ts';

const httpUrl = urlOf(['http:', 'https:'], 'https://example.org');
const territory: SettingKind<Box> = { parse: boxOf, expected: 'west,south,east,north in degrees' };
const secretKey: SettingKind<string> = {
  parse: (text) => (text.length >= 16 ? text : undefined),
  expected: 'at least 16 characters',
};
const origin: SettingKind<string> = {
  parse: (text) => (text === '*' || URL.parse(text)?.origin === text ? text : undefined),
  expected: '* or origins such as https://example.org',
};
const networks = commaList(network, network.expected);
const outgoing: SettingKind<'open' | 'public-only' | readonly string[]> = {
  parse: (text) => (text === 'open' ? text : text === 'public' ? 'public-only' : networks.parse(text)),
  expected: 'open, public or networks such as 10.0.0.0/8, separated by commas',
};

/** No tenant is called `@none`, because a name can't contain `@`. */
const publicTenant: SettingKind<string> = {
  parse: (text) => (text === '@default' ? '' : text === '@none' || isTenantName(text) ? text : undefined),
  expected: 'names of tenants, @default, * or @none, separated by commas',
};

const forwardedHeader: SettingKind<string> = {
  parse: (text) => (HEADER_NAME.test(text) && !isCredential(text) ? text.toLowerCase() : undefined),
  expected: 'names of headers without credentials, separated by commas',
};

const snapshotDays: SettingKind<number> = {
  parse: (text) => (Number(text) > 0 && Number(text) <= 36_500 ? Number(text) : undefined),
  expected: 'days, more than 0 and at most 36500',
};

/** As in the specification of OpenTelemetry: `name=value` pairs, values percent-encoded. */
const headerPairs: SettingKind<{ readonly [name: string]: string }> = {
  parse(text) {
    const pairs = text.split(',').map((pair) => /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(pair));
    if (pairs.includes(null)) return undefined;
    try {
      return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', decodeURIComponent(pair?.[2] ?? '')]));
    } catch {
      return undefined;
    }
  },
  expected: 'name=value pairs, separated by commas',
};

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/i;

const NETWORK = 'Network addresses';
const DATABASE = 'Database';
const ACCESS = 'Access';
const DATA = 'Data and history';
const FEDERATION = 'Context sources and snapshots';
const RUNNING = 'Running';

/** The broker's settings from the environment, used standalone and within the platform. */
export const BROKER_SETTINGS = {
  HOST: setting(hostName, '127.0.0.1', {
    group: NETWORK,
    text: 'the address to listen on; access is enforced unless it is loopback',
  }),
  PORT: setting(port, 1026, { group: NETWORK, text: 'API, portal and app' }),
  PUBLIC_URL: optionalSetting(
    { parse: (text) => httpUrl.parse(text)?.replace(/\/+$/, ''), expected: 'an http(s) URL' },
    {
      group: NETWORK,
      shownDefault: '`http://localhost:PORT`',
      text: 'its URL for others; links in answers start with it',
    },
  ),
  TLS_CERT: optionalSetting(textFile, { group: NETWORK, text: 'the file of a certificate (PEM) to serve HTTPS with' }),
  TLS_KEY: optionalSetting(textFile, { group: NETWORK, text: 'the file of its private key' }),
  CORS_ORIGINS: setting(commaList(origin, origin.expected), [], {
    group: NETWORK,
    text: 'origins whose pages may use the API from a browser, separated by commas; `*`: any',
  }),
  TRUSTED_PROXIES: setting(networks, [], {
    group: NETWORK,
    text: 'addresses and networks (CIDR) of trusted reverse proxies, separated by commas; only their `X-Forwarded-For` is used, for limits, keys bound to addresses and the audit, and their `X-Forwarded-Host`',
  }),
  DATABASE_URL: optionalSetting(postgresUrl, {
    group: DATABASE,
    text: 'a PostgreSQL 17 with PostGIS, `postgres://…`, or the servers of one cluster, `postgres://…@host1:5432,host2:5432/name`: the server that accepts writes is used, at the start and after each failover; without it, the embedded database is used',
  }),
  DATABASE_DIRECT_URL: optionalSetting(postgresUrl, {
    group: DATABASE,
    shownDefault: '`DATABASE_URL`',
    text: 'the same database without a pooler in transaction mode: [scaling](scaling.md)',
  }),
  DATABASE_CONNECTIONS: setting(wholeNumberOf(4, 200, 'connections'), 8, {
    group: DATABASE,
    text: 'the maximum size of the connection pool of a process; it opens half as many more for statements with a generic plan, and three others',
  }),
  DATABASE_READ_URL: optionalSetting(postgresUrl, {
    group: DATABASE,
    text: 'streaming replicas, their hosts separated by commas; they answer reads if they already contain what the client has written',
  }),
  DATABASE_READ_LAG_MS: setting(wholeNumberOf(100, 3_600_000, 'milliseconds'), 10_000, {
    group: DATABASE,
    text: 'the longest delay of a replica that answers reads',
  }),
  READ_TIMEOUT_MS: setting(wholeNumberOf(1, 3_600_000, 'milliseconds'), 30_000, {
    group: DATABASE,
    text: 'the timeout of a statement that reads entities or history for a request, or that a service runs for a request, after which the answer is 503. With a pooler in transaction mode, set its own `statement_timeout` instead',
  }),
  WRITE_TIMEOUT_MS: setting(wholeNumberOf(100, 3_600_000, 'milliseconds'), 10_000, {
    group: DATABASE,
    text: 'how long a write may wait in the queue, for a lock, for PostgreSQL or for its standbys, after which the answer is 503. With a pooler in transaction mode, set its own `lock_timeout` instead',
  }),
  DATA_DIR: setting(anyText, './data', { group: DATABASE, text: 'the folder of the embedded database' }),
  ACCESS: optionalSetting(choice(['open', 'enforced']), {
    group: ACCESS,
    shownDefault: '`open` if `HOST` and `PUBLIC_URL` refer to this machine, otherwise `enforced`',
    text: '`open`: anyone who reaches it may read and write; `enforced`: a token or key is needed, and policies decide',
  }),
  PUBLIC_TENANTS: setting(commaList(publicTenant, publicTenant.expected), [''], {
    group: ACCESS,
    shownDefault: '`@default`',
    text: 'the tenants that strangers may see by `/citizen/v1`, `/open311`, `/data`, `/ogc`, `/public` and the like, separated by commas; `@default`: the default tenant; `*`: every tenant; `@none`: none. For others these addresses answer 404',
  }),
  OUTGOING: optionalSetting(outgoing, {
    group: ACCESS,
    shownDefault: '`open` if access is open, otherwise `public`',
    text: 'the addresses that URLs given by users may point to (subscriptions, context sources, @contexts): `open`: anywhere; `public`: to public addresses and our own `PUBLIC_URL`; or additional networks such as `10.0.0.0/8`, separated by commas',
  }),
  OIDC_ISSUER: setting(commaList(httpUrl, 'http(s) URLs, separated by commas'), [], {
    group: ACCESS,
    text: 'the OpenID Connect issuers whose tokens are accepted, separated by commas',
  }),
  OIDC_ROLES_FROM: setting(commaList(anyText), [], {
    group: ACCESS,
    shownDefault: 'the first of `OIDC_ISSUER`',
    text: 'issuers, in addition to the first, whose roles, groups and organisations apply to all policies',
  }),
  OIDC_AUDIENCE: setting(commaList(anyText), [], {
    group: ACCESS,
    shownDefault: '`PUBLIC_URL`',
    text: 'accepted token audiences, separated by commas',
  }),
  OWN_API_ENDPOINTS: setting(onOff, false, {
    group: ACCESS,
    text: '`on`: subscriptions may notify our own API; a chain of notifications ends after eight',
  }),
  SECRET_KEY: optionalSetting(secretKey, {
    group: ACCESS,
    isSecret: true,
    text: 'encrypts the secrets of subscriptions and of sign-in, at least 16 characters; without it a key stored in the database is used',
  }),
  HISTORY: setting(onOff, true, {
    group: DATA,
    text: '`off`: changes of entities are not recorded, and the temporal API returns only what was written through it',
  }),
  HISTORY_STORAGE: setting(choice(HISTORY_STORAGES), 'auto', {
    group: DATA,
    text: '`partitions` by month, or a `hypertable` of TimescaleDB, to which existing history is converted; `auto`: a hypertable if TimescaleDB is loaded and there is no history yet',
  }),
  TEMPORAL_PAGE_SIZE: optionalSetting(wholeNumberOf(1, 1_000_000), {
    group: DATA,
    shownDefault: '`32`, and up to `1000` if `lastN` asks for them of named attributes',
    text: 'the most attribute instances of one entity in a temporal answer. More are cut off with 206, and `Content-Range` says where to go on. `aggregatedValues` has no such limit',
  }),
  INDEX_ADVISER: setting(choice(ADVISER_MODES), 'auto', {
    group: DATA,
    text: '`auto`: the broker creates indexes for frequently queried attributes; `advise`: it only recommends them; `off`',
  }),
  TERRITORY_BOX: setting(territory, HOME, {
    group: DATA,
    text: 'west, south, east, north: validation warns of positions outside that would lie inside with swapped coordinates',
  }),
  SOURCE_TIMEOUT_MS: setting(wholeNumberOf(1, 600_000, 'milliseconds'), 5000, {
    group: FEDERATION,
    text: 'the timeout for context sources whose registration has none, in milliseconds',
  }),
  FORWARDED_HEADERS: setting(commaList(forwardedHeader, forwardedHeader.expected), [], {
    group: FEDERATION,
    text: 'additional client request headers that registrations may have forwarded to their sources, see [federation](federation.md), separated by commas; never credentials',
  }),
  SNAPSHOT_DAYS: setting(snapshotDays, 30, {
    group: FEDERATION,
    text: 'the maximum lifetime of a snapshot in days; the default lifetime is one day',
  }),
  DEFAULT_CONTEXT: optionalSetting(httpUrl, {
    group: FEDERATION,
    shownDefault: 'the core @context; in the demo that of the territory',
    text: 'the @context URL for requests without one, for tenants with no other setting: [interoperability](interoperability.md)',
  }),
  LENIENT: setting(onOff, false, {
    group: FEDERATION,
    text: '`on`: deviations of older clients are tolerated, with an `NGSILD-Warning` for each: [interoperability](interoperability.md)',
  }),
  OFFLINE: setting(onOff, false, { group: FEDERATION, text: '`on`: never fetch a remote @context' }),
  WORKERS: setting(wholeNumberOf(1, 64), 1, {
    group: RUNNING,
    text: 'processes that share the port, up to 64; more than one needs a `DATABASE_URL`',
  }),
  DRAIN_MS: optionalSetting(wholeNumberOf(0, 600_000, 'milliseconds'), {
    group: RUNNING,
    shownDefault: '`3000` if there are other processes, otherwise `0`',
    text: 'how long connected clients are served at shutdown while `/ready` fails, in milliseconds',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalSetting(urlOf(['http:', 'https:'], 'http://localhost:4318'), {
    group: RUNNING,
    text: 'the URL of an OpenTelemetry collector that accepts OTLP over HTTP: traces are sent to `v1/traces` below it; without it none are recorded',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: setting(
    headerPairs,
    {},
    {
      group: RUNNING,
      isSecret: true,
      shownDefault: 'none',
      text: 'headers for it, `name=value`, separated by commas',
    },
  ),
  OTEL_SERVICE_NAME: setting(anyText, 'alzette', { group: RUNNING, text: 'the name of this service in traces' }),
  OTEL_TRACES_SAMPLER_ARG: setting(numberOf(0, 1), 1, {
    group: RUNNING,
    text: 'the part of traces that is recorded, `0` to `1`',
  }),
  LOG_LEVEL: setting(choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info', {
    group: RUNNING,
    text: '`fatal`, `error`, `warn`, `info`, `debug`, `trace`, `silent`',
  }),
};
