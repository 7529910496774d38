import {
  anyText,
  choice,
  commaList,
  hostName,
  network,
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
import { ADVISER_MODES } from './entities/read/indexes/index-adviser.ts';
import { isCredential } from './federation/registrations/forwarded-headers.ts';
import { HISTORY_STORAGES } from './history/tables/history-storage.ts';

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
  expected: 'open, public or networks such as 10.0.0.0/8, with commas between',
};

const forwardedHeader: SettingKind<string> = {
  parse: (text) => (HEADER_NAME.test(text) && !isCredential(text) ? text.toLowerCase() : undefined),
  expected: 'names of headers that show no credentials, with commas between',
};

const snapshotDays: SettingKind<number> = {
  parse: (text) => (Number(text) > 0 && Number(text) <= 36_500 ? Number(text) : undefined),
  expected: 'days, more than 0 and at most 36500',
};

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/i;

const NETWORK = 'Where it listens and how it is reached';
const DATABASE = 'Database';
const ACCESS = 'Access';
const DATA = 'Data and history';
const FEDERATION = 'Context sources and snapshots';
const RUNNING = 'Running';

/** What the environment says of a broker, alone or within the platform. */
export const BROKER_SETTINGS = {
  HOST: setting(hostName, '127.0.0.1', {
    group: NETWORK,
    text: 'the address to listen on; on another than loopback access is enforced',
  }),
  PORT: setting(port, 1026, { group: NETWORK, text: 'API, portal and app' }),
  PUBLIC_URL: optionalSetting(
    { parse: (text) => httpUrl.parse(text)?.replace(/\/+$/, ''), expected: 'an http(s) URL' },
    {
      group: NETWORK,
      shownDefault: '`http://localhost:PORT`',
      text: 'how others reach it: links in answers start with it',
    },
  ),
  TLS_CERT: optionalSetting(textFile, { group: NETWORK, text: 'the file of a certificate (PEM) to serve HTTPS with' }),
  TLS_KEY: optionalSetting(textFile, { group: NETWORK, text: 'the file of its private key' }),
  CORS_ORIGINS: setting(commaList(origin, origin.expected), [], {
    group: NETWORK,
    text: 'origins whose pages may use the API from a browser, with commas between; `*`: any',
  }),
  TRUSTED_PROXIES: setting(networks, [], {
    group: NETWORK,
    text: 'addresses and networks (CIDR) of the proxies before it, with commas between: theirs alone is the `X-Forwarded-For` that names who asks, for limits, keys bound to addresses and the audit',
  }),
  DATABASE_URL: optionalSetting(postgresUrl, {
    group: DATABASE,
    text: 'a PostgreSQL 17 with PostGIS, `postgres://…`; without it the embedded database',
  }),
  DATABASE_DIRECT_URL: optionalSetting(postgresUrl, {
    group: DATABASE,
    shownDefault: '`DATABASE_URL`',
    text: 'the same database past a pooler in transaction mode: [scaling](scaling.md)',
  }),
  DATABASE_READ_URL: optionalSetting(postgresUrl, {
    group: DATABASE,
    text: 'a streaming replica, which answers reads as far as it has what the client has written',
  }),
  READ_TIMEOUT_MS: setting(wholeNumberOf(1, 3_600_000, 'milliseconds'), 30_000, {
    group: DATABASE,
    text: 'how long PostgreSQL may work on one statement that reads entities or history for a request; then the answer is 503. Of a pooler in transaction mode its own `statement_timeout` counts',
  }),
  WRITE_TIMEOUT_MS: setting(wholeNumberOf(100, 3_600_000, 'milliseconds'), 10_000, {
    group: DATABASE,
    text: 'how long a write may wait for its turn, for a lock or for PostgreSQL; then the answer is 503. Of a pooler in transaction mode its own `lock_timeout` counts',
  }),
  DATA_DIR: setting(anyText, './data', { group: DATABASE, text: 'where the embedded database lies' }),
  ACCESS: optionalSetting(choice(['open', 'enforced']), {
    group: ACCESS,
    shownDefault: '`open` where `HOST` and `PUBLIC_URL` are of this machine, else `enforced`',
    text: '`open`: whoever reaches it may read and write; `enforced`: who has a token or key that a policy lets in',
  }),
  OUTGOING: optionalSetting(outgoing, {
    group: ACCESS,
    shownDefault: '`open` while access is, else `public`',
    text: 'where URLs that users give may lead (subscriptions, context sources, @contexts): `open`; `public`: to public addresses and our own `PUBLIC_URL`; or networks beside these, such as `10.0.0.0/8`, with commas between',
  }),
  OIDC_ISSUER: setting(commaList(httpUrl, 'http(s) URLs with commas between'), [], {
    group: ACCESS,
    text: 'whose tokens count: issuers of OpenID Connect, with commas between',
  }),
  OIDC_ROLES_FROM: setting(commaList(anyText), [], {
    group: ACCESS,
    shownDefault: 'the first of `OIDC_ISSUER`',
    text: 'issuers beside the first whose roles, groups and organisations count for all policies',
  }),
  OIDC_AUDIENCE: setting(commaList(anyText), [], {
    group: ACCESS,
    shownDefault: '`PUBLIC_URL`',
    text: 'who tokens must be for, with commas between',
  }),
  OWN_API_ENDPOINTS: setting(onOff, false, {
    group: ACCESS,
    text: '`on`: subscriptions may notify our own API, where a chain of notifications ends after eight',
  }),
  SECRET_KEY: optionalSetting(secretKey, {
    group: ACCESS,
    isSecret: true,
    text: 'what secrets of subscriptions and of sign-in are encrypted with, at least 16 characters; without it a key kept in the database',
  }),
  HISTORY: setting(onOff, true, {
    group: DATA,
    text: '`off`: changes of entities are not recorded, and the temporal API tells only what it was given',
  }),
  HISTORY_STORAGE: setting(choice(HISTORY_STORAGES), 'auto', {
    group: DATA,
    text: '`partitions` by month, or a `hypertable` of TimescaleDB, into which it moves what there is; `auto`: a hypertable where TimescaleDB is loaded and there is no history yet',
  }),
  TEMPORAL_PAGE_SIZE: setting(wholeNumberOf(1, 1_000_000), 32, {
    group: DATA,
    text: 'attribute instances of one entity in one temporal answer; more are cut off with 206, or summed up by `aggregatedValues`',
  }),
  INDEX_ADVISER: setting(choice(ADVISER_MODES), 'auto', {
    group: DATA,
    text: '`auto`: the broker makes indexes for attributes that are often asked; `advise`: it only tells; `off`',
  }),
  TERRITORY_BOX: setting(territory, HOME, {
    group: DATA,
    text: 'west, south, east, north: models tell of positions outside that lie inside when swapped',
  }),
  SOURCE_TIMEOUT_MS: setting(wholeNumberOf(1, 600_000, 'milliseconds'), 5000, {
    group: FEDERATION,
    text: 'how long to wait for a context source whose registration names no timeout, in milliseconds',
  }),
  FORWARDED_HEADERS: setting(commaList(forwardedHeader, forwardedHeader.expected), [], {
    group: FEDERATION,
    text: "headers of clients' requests that registrations may have forwarded to their sources, beside those of [federation](federation.md), with commas between; never credentials",
  }),
  SNAPSHOT_DAYS: setting(snapshotDays, 30, {
    group: FEDERATION,
    text: 'most days that a snapshot may live; one that names no lifetime lives a day',
  }),
  DEFAULT_CONTEXT: optionalSetting(httpUrl, {
    group: FEDERATION,
    shownDefault: 'the core @context; in the demo that of the territory',
    text: 'URL of the @context of requests that bring none, for tenants that name no other: [interoperability](interoperability.md)',
  }),
  LENIENT: setting(onOff, false, {
    group: FEDERATION,
    text: '`on`: what clients of older stacks do is understood, with an `NGSILD-Warning` for each: [interoperability](interoperability.md)',
  }),
  OFFLINE: setting(onOff, false, { group: FEDERATION, text: '`on`: no remote @context is fetched' }),
  WORKERS: setting(wholeNumberOf(1, 64), 1, {
    group: RUNNING,
    text: 'processes that share the port, up to 64; more than one needs a `DATABASE_URL`',
  }),
  DRAIN_MS: optionalSetting(wholeNumberOf(0, 600_000, 'milliseconds'), {
    group: RUNNING,
    shownDefault: '`3000` beside other processes, else `0`',
    text: 'told to stop, it serves who is connected for so long yet while `/ready` fails, in milliseconds',
  }),
  LOG_LEVEL: setting(choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info', {
    group: RUNNING,
    text: '`fatal`, `error`, `warn`, `info`, `debug`, `trace`, `silent`',
  }),
};
