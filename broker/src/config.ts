import { resolve } from 'node:path';
import { parsePostgresUrl } from '@alzette/kit/postgres-url';
import { isLoopback, type ReadSettings, readSettings, SettingsError } from '@alzette/kit/settings';
import type { TracingOptions } from '@alzette/kit/tracing';
import type { Box } from '@alzette/ngsi-ld-schemas/validation';
import type { HistoryStorage } from './history/tables/history-storage.ts';
import type { AdviserMode } from './indexes/index-adviser.ts';
import { BROKER_SETTINGS } from './settings.ts';

/** The settings of a broker from the environment. */
export interface BrokerConfig {
  readonly host: string;
  readonly port: number;
  /** Absent: the embedded database. */
  readonly databaseUrl?: string;
  /** Bypasses a transaction pooler. */
  readonly databaseDirectUrl?: string;
  /** Of streaming replicas that reads may be answered by. */
  readonly databaseReadUrl?: string;
  /** How far a replica may be behind and yet answer. */
  readonly replicaLagMs: number;
  /** Processes that share the port. */
  readonly workers: number;
  /**
   * How long connected clients are still served at shutdown. Undefined: as long as a load balancer needs to notice, if
   * there are other processes.
   */
  readonly drainMs: number | undefined;
  readonly dataDir: string;
  readonly publicUrl: string;
  readonly offline: boolean;
  readonly logLevel: string;
  /** Encrypts the secrets of subscriptions. */
  readonly secretKey?: string;
  readonly indexAdviser: AdviserMode;
  /** The most attribute instances of one entity in a temporal answer. */
  readonly temporalPageSize?: number;
  /** The timeout for context sources whose registration has none. */
  readonly sourceTimeoutMs: number;
  /** The timeout of a statement that reads for a request. */
  readonly readTimeoutMs: number;
  /** The timeout of a write. */
  readonly writeTimeoutMs: number;
  /** Of a process, in its pool for general use. */
  readonly databaseConnections: number;
  /** Additional client request headers that may be forwarded to sources. */
  readonly forwardedHeaders: readonly string[];
  /** Whether subscriptions may send notifications to the broker's own API. */
  readonly ownApiEndpoints: boolean;
  /** The @context URL for requests without one. */
  readonly defaultContext?: string;
  /** Whether deviations of older clients are tolerated, with a warning. */
  readonly lenient: boolean;
  /** The maximum lifetime of a snapshot in days. */
  readonly snapshotDays: number;
  readonly historyStorage: HistoryStorage;
  readonly recordsHistory: boolean;
  /** The bounding box of the territory. */
  readonly territory: Box;
  /** Origins whose pages may use the API from a browser; `*`: any. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks of proxies whose X-Forwarded-For is trusted. */
  readonly proxies: readonly string[];
  readonly access: 'open' | 'enforced';
  /** The tenants that strangers may see; '' is the default tenant, `*` every tenant. */
  readonly publicTenants: readonly string[];
  /** Where URLs given by users may lead. */
  readonly outgoing: 'open' | 'public-only' | readonly string[];
  /** Issuers whose tokens are accepted. */
  readonly issuers: readonly string[];
  /** Issuers whose roles are trusted in addition to the first one's. */
  readonly roleIssuers: readonly string[];
  /** Accepted token audiences; empty: the public URL. */
  readonly audiences: readonly string[];
  /** PEM contents of the files named by TLS_CERT and TLS_KEY. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Where traces are sent; absent: none are recorded. */
  readonly tracing?: TracingOptions;
}

/**
 * Reads the environment once.
 *
 * @throws SettingsError: one line for each invalid setting
 */
export function readConfig(environment: NodeJS.ProcessEnv): BrokerConfig {
  const read = readSettings(BROKER_SETTINGS, environment);
  const config = brokerConfig(read);
  if (read.faults.length > 0) throw new SettingsError(read.faults);
  return Object.freeze(config);
}

/** Builds the broker's configuration from parsed settings; checks combinations of settings. */
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
  for (const name of ['DATABASE_URL', 'DATABASE_DIRECT_URL'] as const) {
    const wanted = parsePostgresUrl(values[name] ?? '')?.wanted ?? 'any';
    if (!WRITABLE.has(wanted)) fault(name, 'target_session_attrs=read-write, primary or any, as it is written to');
  }
  if (values.WORKERS > 1 && databaseUrl === undefined) {
    fault('WORKERS', '1, because the embedded database supports one process only, or a DATABASE_URL');
  }
  if (values.OIDC_ROLES_FROM.some((issuer) => !values.OIDC_ISSUER.includes(issuer))) {
    fault('OIDC_ROLES_FROM', 'issuers of OIDC_ISSUER, separated by commas');
  }
  const endpoint = values.OTEL_EXPORTER_OTLP_ENDPOINT;
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
    ...(values.TEMPORAL_PAGE_SIZE !== undefined && { temporalPageSize: values.TEMPORAL_PAGE_SIZE }),
    sourceTimeoutMs: values.SOURCE_TIMEOUT_MS,
    ...(values.DEFAULT_CONTEXT !== undefined && { defaultContext: values.DEFAULT_CONTEXT }),
    lenient: values.LENIENT,
    snapshotDays: values.SNAPSHOT_DAYS,
    readTimeoutMs: values.READ_TIMEOUT_MS,
    writeTimeoutMs: values.WRITE_TIMEOUT_MS,
    databaseConnections: values.DATABASE_CONNECTIONS,
    replicaLagMs: values.DATABASE_READ_LAG_MS,
    forwardedHeaders: values.FORWARDED_HEADERS,
    ownApiEndpoints: values.OWN_API_ENDPOINTS,
    historyStorage: values.HISTORY_STORAGE,
    recordsHistory: values.HISTORY,
    territory: values.TERRITORY_BOX,
    corsOrigins: values.CORS_ORIGINS,
    proxies: values.TRUSTED_PROXIES,
    ...(endpoint !== undefined && {
      tracing: {
        endpoint,
        headers: values.OTEL_EXPORTER_OTLP_HEADERS,
        serviceName: values.OTEL_SERVICE_NAME,
        ratio: values.OTEL_TRACES_SAMPLER_ARG,
      },
    }),
    access,
    publicTenants: values.PUBLIC_TENANTS,
    outgoing: values.OUTGOING ?? (access === 'open' ? 'open' : 'public-only'),
    issuers: values.OIDC_ISSUER,
    roleIssuers: values.OIDC_ROLES_FROM,
    audiences: values.OIDC_AUDIENCE,
    ...(tls && { tls }),
  };
}

const WRITABLE: ReadonlySet<string> = new Set(['any', 'read-write', 'primary']);

/** As a URL has it. */
function nameOf(host: string): string {
  if (isLoopback(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Whether the broker is meant to be reached from this machine only: neither directly nor, judging by the public URL,
 * through a proxy.
 */
export function isForThisMachine({ host, publicUrl }: Pick<BrokerConfig, 'host' | 'publicUrl'>): boolean {
  return isLoopback(host) && isLoopback(URL.parse(publicUrl)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '');
}
