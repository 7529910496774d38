import { resolve } from 'node:path';
import { isLoopback, type ReadSettings, readSettings, SettingsError } from '@alzette/kit/settings';
import type { Box } from '@alzette/ngsi-ld-schemas/validation';
import type { AdviserMode } from './entities/read/indexes/index-adviser.ts';
import type { HistoryStorage } from './history/tables/history-storage.ts';
import { BROKER_SETTINGS } from './settings.ts';

/** What the environment says of a broker. */
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
  /** Undefined: as long as it takes a balancer to learn of it, where there are other processes. */
  readonly drainMs: number | undefined;
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
  /** How long one statement that reads for a request may take. */
  readonly readTimeoutMs: number;
  /** How long a write may take. */
  readonly writeTimeoutMs: number;
  /** Headers of clients' requests that may be forwarded to sources, beside the usual. */
  readonly forwardedHeaders: readonly string[];
  /** Whether subscriptions may notify our own API. */
  readonly ownApiEndpoints: boolean;
  /** URL of the @context of requests that bring none. */
  readonly defaultContext?: string;
  /** Whether what older stacks do is forgiven, with a warning. */
  readonly lenient: boolean;
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

/**
 * Reads the environment once.
 *
 * @throws SettingsError: a line for each setting that is wrong
 */
export function readConfig(environment: NodeJS.ProcessEnv): BrokerConfig {
  const read = readSettings(BROKER_SETTINGS, environment);
  const config = brokerConfig(read);
  if (read.faults.length > 0) throw new SettingsError(read.faults);
  return Object.freeze(config);
}

/** What a broker is told, of settings that have been read; what is wrong with several at once becomes a fault. */
export function brokerConfig({ values, fault, faults }: ReadSettings<typeof BROKER_SETTINGS>): BrokerConfig {
  const { HOST: host, PORT: port, TLS_CERT: cert, TLS_KEY: key, DATABASE_URL: databaseUrl } = values;
  if ((cert === undefined) !== (key === undefined) && !faults.some((line) => line.startsWith('TLS_'))) {
    faults.push('TLS_CERT and TLS_KEY: got one of them, expected both or neither');
  }
  const tls = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const publicUrl = values.PUBLIC_URL ?? `${tls ? 'https' : 'http'}://${nameOf(host)}:${port}`;
  const access = values.ACCESS ?? (isForThisMachine({ host, publicUrl }) ? 'open' : 'enforced');
  for (const name of ['DATABASE_DIRECT_URL', 'DATABASE_READ_URL'] as const) {
    if (values[name] !== undefined && databaseUrl === undefined) fault(name, 'none without a DATABASE_URL');
  }
  if (values.WORKERS > 1 && databaseUrl === undefined) {
    fault('WORKERS', '1, as the embedded database takes one process, or a DATABASE_URL');
  }
  if (values.OIDC_ROLES_FROM.some((issuer) => !values.OIDC_ISSUER.includes(issuer))) {
    fault('OIDC_ROLES_FROM', 'issuers of OIDC_ISSUER, with commas between');
  }
  return {
    host,
    port,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(values.DATABASE_DIRECT_URL !== undefined && { databaseDirectUrl: values.DATABASE_DIRECT_URL }),
    ...(values.DATABASE_READ_URL !== undefined && { databaseReadUrl: values.DATABASE_READ_URL }),
    workers: values.WORKERS,
    drainMs: values.DRAIN_MS,
    dataDir: resolve(values.DATA_DIR),
    publicUrl,
    offline: values.OFFLINE,
    logLevel: values.LOG_LEVEL,
    ...(values.SECRET_KEY !== undefined && { secretKey: values.SECRET_KEY }),
    indexAdviser: values.INDEX_ADVISER,
    temporalPageSize: values.TEMPORAL_PAGE_SIZE,
    sourceTimeoutMs: values.SOURCE_TIMEOUT_MS,
    ...(values.DEFAULT_CONTEXT !== undefined && { defaultContext: values.DEFAULT_CONTEXT }),
    lenient: values.LENIENT,
    snapshotDays: values.SNAPSHOT_DAYS,
    readTimeoutMs: values.READ_TIMEOUT_MS,
    writeTimeoutMs: values.WRITE_TIMEOUT_MS,
    forwardedHeaders: values.FORWARDED_HEADERS,
    ownApiEndpoints: values.OWN_API_ENDPOINTS,
    historyStorage: values.HISTORY_STORAGE,
    recordsHistory: values.HISTORY,
    territory: values.TERRITORY_BOX,
    corsOrigins: values.CORS_ORIGINS,
    proxies: values.TRUSTED_PROXIES,
    access,
    outgoing: values.OUTGOING ?? (access === 'open' ? 'open' : 'public-only'),
    issuers: values.OIDC_ISSUER,
    roleIssuers: values.OIDC_ROLES_FROM,
    audiences: values.OIDC_AUDIENCE,
    ...(tls && { tls }),
  };
}

/** As a URL has it. */
function nameOf(host: string): string {
  if (isLoopback(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** Whether nobody elsewhere is meant to reach it: neither directly nor, as a public URL tells, by a proxy before it. */
export function isForThisMachine({ host, publicUrl }: Pick<BrokerConfig, 'host' | 'publicUrl'>): boolean {
  return isLoopback(host) && isLoopback(URL.parse(publicUrl)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '');
}
