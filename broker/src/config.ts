import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type Box, boxOf, HOME } from '@alzette/ngsi-ld-schemas/validation';
import { ADVISER_MODES, type AdviserMode } from './entities/read/indexes/index-adviser.ts';
import { HISTORY_STORAGES, type HistoryStorage } from './history/tables/history-storage.ts';

/** What the environment says of a broker that runs alone. */
export interface BrokerConfig {
  readonly host: string;
  readonly port: number;
  /** Absent: the embedded database. */
  readonly databaseUrl?: string;
  /** Past a pooler that hands out connections by transaction. */
  readonly databaseDirectUrl?: string;
  /** A streaming replica that reads may be answered by. */
  readonly databaseReadUrl?: string;
  /** Processes that share the port. */
  readonly workers: number;
  /** How long those who are connected are served yet when the broker is told to stop. */
  readonly drainMs: number;
  readonly dataDir: string;
  readonly publicUrl: string;
  readonly offline: boolean;
  readonly logLevel: string;
  /** What secrets of subscriptions are encrypted with. */
  readonly secretKey?: string;
  readonly indexAdviser: AdviserMode;
  /** Attribute instances of one entity in one temporal answer. */
  readonly temporalPageSize: number;
  /** How long to wait for a context source whose registration names no timeout. */
  readonly sourceTimeoutMs: number;
  /** Most days that a snapshot may live. */
  readonly snapshotDays: number;
  readonly historyStorage: HistoryStorage;
  readonly recordsHistory: boolean;
  /** Where the territory lies. */
  readonly territory: Box;
  /** Whose pages may use the API from a browser; `*`: anyone's. */
  readonly corsOrigins: readonly string[];
  /** Whose X-Forwarded-For counts: addresses and networks. */
  readonly proxies: readonly string[];
  readonly access: 'open' | 'enforced';
  /** Where URLs given by users may lead. */
  readonly outgoing: 'open' | 'public-only' | readonly string[];
  /** Whose tokens count. */
  readonly issuers: readonly string[];
  /** Issuers whose roles count beside the first one's. */
  readonly roleIssuers: readonly string[];
  /** Who tokens must be for; empty: the public URL. */
  readonly audiences: readonly string[];
  /** PEM, of files that TLS_CERT and TLS_KEY name. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Reads the environment once.
 *
 * @throws Error: naming every setting that is wrong
 */
export function readConfig(env: NodeJS.ProcessEnv): BrokerConfig {
  const faults: string[] = [];
  const host = env.HOST ?? '127.0.0.1';
  const port = Number(env.PORT ?? 1026);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) faults.push(`PORT: got ${env.PORT}, expected 0 to 65535`);
  for (const name of ['DATABASE_DIRECT_URL', 'DATABASE_READ_URL']) {
    if (env[name] && !env.DATABASE_URL) faults.push(`${name}: got one, expected none without a DATABASE_URL`);
  }
  const workers = Number(env.WORKERS || 1);
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
    faults.push(`WORKERS: got ${env.WORKERS}, expected 1 to 64`);
  } else if (workers > 1 && !env.DATABASE_URL) {
    faults.push(`WORKERS: got ${workers}, expected 1, as the embedded database takes one process, or a DATABASE_URL`);
  }
  const drainMs = Number(env.DRAIN_MS || 0);
  if (!Number.isInteger(drainMs) || drainMs < 0 || drainMs > 600_000) {
    faults.push(`DRAIN_MS: got ${env.DRAIN_MS}, expected 0 to 600000`);
  }
  const tls = readTls(env, faults);
  const publicUrl = env.PUBLIC_URL ?? `http${tls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (!URL.canParse(publicUrl)) faults.push(`PUBLIC_URL: got ${publicUrl}, expected an absolute URL`);
  const access = env.ACCESS || (isForThisMachine(host, publicUrl) ? 'open' : 'enforced');
  if (access !== 'open' && access !== 'enforced') faults.push(`ACCESS: got ${env.ACCESS}, expected open or enforced`);
  const outgoing = env.OUTGOING || (access === 'open' ? 'open' : 'public');
  if (outgoing !== 'open' && outgoing !== 'public' && !listOf(outgoing).every(isNetwork)) {
    faults.push(`OUTGOING: got ${outgoing}, expected open, public or networks such as 10.0.0.0/8, with commas between`);
  }
  const issuers = listOf(env.OIDC_ISSUER);
  for (const issuer of issuers) {
    if (!URL.canParse(issuer)) faults.push(`OIDC_ISSUER: got ${issuer}, expected absolute URLs, with commas between`);
  }
  const roleIssuers = listOf(env.OIDC_ROLES_FROM);
  for (const issuer of roleIssuers) {
    if (!issuers.includes(issuer)) faults.push(`OIDC_ROLES_FROM: got ${issuer}, expected issuers of OIDC_ISSUER`);
  }
  const corsOrigins = listOf(env.CORS_ORIGINS);
  for (const origin of corsOrigins) {
    if (!isOrigin(origin))
      faults.push(`CORS_ORIGINS: got ${origin}, expected * or origins such as https://example.org`);
  }
  const proxies = listOf(env.TRUSTED_PROXIES);
  for (const proxy of proxies) {
    if (!isNetwork(proxy)) {
      faults.push(`TRUSTED_PROXIES: got ${proxy}, expected addresses or networks such as 10.0.0.0/8`);
    }
  }
  const logLevel = env.LOG_LEVEL ?? 'info';
  if (!LOG_LEVELS.includes(logLevel)) faults.push(`LOG_LEVEL: got ${logLevel}, expected ${LOG_LEVELS.join(', ')}`);
  const indexAdviser = ADVISER_MODES.find((mode) => mode === (env.INDEX_ADVISER ?? 'auto'));
  if (indexAdviser === undefined) {
    faults.push(`INDEX_ADVISER: got ${env.INDEX_ADVISER}, expected ${ADVISER_MODES.join(', ')}`);
  }
  const temporalPageSize = Number(env.TEMPORAL_PAGE_SIZE ?? 32);
  if (!Number.isInteger(temporalPageSize) || temporalPageSize < 1 || temporalPageSize > 1_000_000) {
    faults.push(`TEMPORAL_PAGE_SIZE: got ${env.TEMPORAL_PAGE_SIZE}, expected 1 to 1000000`);
  }
  const sourceTimeoutMs = Number(env.SOURCE_TIMEOUT_MS ?? 5000);
  if (!Number.isInteger(sourceTimeoutMs) || sourceTimeoutMs < 1 || sourceTimeoutMs > 600_000) {
    faults.push(`SOURCE_TIMEOUT_MS: got ${env.SOURCE_TIMEOUT_MS}, expected 1 to 600000`);
  }
  const snapshotDays = Number(env.SNAPSHOT_DAYS ?? 30);
  if (!(snapshotDays > 0) || snapshotDays > 36_500) {
    faults.push(`SNAPSHOT_DAYS: got ${env.SNAPSHOT_DAYS}, expected more than 0 and at most 36500`);
  }
  const historyStorage = HISTORY_STORAGES.find((storage) => storage === (env.HISTORY_STORAGE ?? 'auto'));
  if (historyStorage === undefined) {
    faults.push(`HISTORY_STORAGE: got ${env.HISTORY_STORAGE}, expected ${HISTORY_STORAGES.join(', ')}`);
  }
  const history = env.HISTORY ?? 'on';
  if (history !== 'on' && history !== 'off') faults.push(`HISTORY: got ${history}, expected on or off`);
  const territory = env.TERRITORY_BOX ? boxOf(env.TERRITORY_BOX) : HOME;
  if (territory === undefined) {
    faults.push(`TERRITORY_BOX: got ${env.TERRITORY_BOX}, expected west,south,east,north in degrees`);
  }
  const secretKey = env.SECRET_KEY;
  if (secretKey && secretKey.length < 16) faults.push('SECRET_KEY: expected at least 16 characters');
  if (faults.length > 0) throw new Error(`The settings are wrong:\n${faults.join('\n')}`);
  return {
    host,
    port,
    ...(env.DATABASE_URL && { databaseUrl: env.DATABASE_URL }),
    ...(env.DATABASE_DIRECT_URL && { databaseDirectUrl: env.DATABASE_DIRECT_URL }),
    ...(env.DATABASE_READ_URL && { databaseReadUrl: env.DATABASE_READ_URL }),
    workers,
    drainMs,
    dataDir: env.DATA_DIR ?? './data',
    publicUrl: publicUrl.replace(/\/+$/, ''),
    offline: env.OFFLINE === 'true',
    logLevel,
    ...(secretKey && { secretKey }),
    indexAdviser: indexAdviser as AdviserMode, // else there are faults
    temporalPageSize,
    sourceTimeoutMs,
    snapshotDays,
    historyStorage: historyStorage as HistoryStorage, // likewise
    recordsHistory: history === 'on',
    territory: territory as Box, // likewise
    corsOrigins,
    proxies,
    access: access as BrokerConfig['access'],
    outgoing: outgoing === 'open' ? outgoing : outgoing === 'public' ? 'public-only' : listOf(outgoing),
    issuers,
    roleIssuers,
    audiences: listOf(env.OIDC_AUDIENCE),
    ...(tls && { tls }),
  };
}

function isOrigin(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text);
}

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  return (
    version !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32)))
  );
}

function listOf(text = ''): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Whether nobody elsewhere is meant to reach it: neither directly nor, as a public URL tells, by a proxy before it. */
export function isForThisMachine(host: string, publicUrl: string): boolean {
  const named = URL.parse(publicUrl)?.hostname.replace(/^\[(.*)\]$/, '$1');
  return LOOPBACK.has(host) && named !== undefined && LOOPBACK.has(named);
}

function readTls({ TLS_CERT, TLS_KEY }: NodeJS.ProcessEnv, faults: string[]): BrokerConfig['tls'] {
  if (!TLS_CERT && !TLS_KEY) return undefined;
  if (!TLS_CERT || !TLS_KEY) {
    faults.push('TLS_CERT and TLS_KEY: got one of them, expected both or neither');
    return undefined;
  }
  try {
    return { cert: readFileSync(TLS_CERT, 'utf8'), key: readFileSync(TLS_KEY, 'utf8') };
  } catch (error) {
    faults.push(`TLS_CERT and TLS_KEY: ${(error as Error).message}`);
    return undefined;
  }
}
