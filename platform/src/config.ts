import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { type Box, boxOf, HOME } from '@alzette/ngsi-ld-schemas/validation';

/** What the environment says, read once. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** 0: no embedded MQTT broker. */
  readonly mqttPort: number;
  /** An MQTT broker elsewhere, in place of the embedded one. */
  readonly mqttUrl?: string;
  /** By which that one knows us. */
  readonly mqttClientId: string;
  /** PEM: whom we trust there, and what we show. */
  readonly mqttTls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** 0: the embedded MQTT broker has no door with TLS. */
  readonly mqttsPort: number;
  /** With access enforced: FIWARE's devices may connect to the embedded MQTT broker without a credential. */
  readonly mqttAnonymous: boolean;
  /** PEM: the authority of client certificates at that door. */
  readonly mqttClientCa?: string;
  /** Absent: the embedded database in `dataDir`. */
  readonly databaseUrl?: string;
  /** The same past a pooler that hands out connections by transaction. */
  readonly databaseDirectUrl?: string;
  /** A streaming replica that reads may be answered by. */
  readonly databaseReadUrl?: string;
  /** Processes that share the port. */
  readonly workers: number;
  /** How long those who are connected are served yet when the program is told to stop. */
  readonly drainMs: number;
  readonly dataDir: string;
  /** How browsers and other brokers reach this one; no slash at its end. */
  readonly publicUrl: string;
  readonly demo: boolean;
  readonly demoSpeed: number;
  /** Whose pages may use the API from a browser; `*`: anyone's. */
  readonly corsOrigins: readonly string[];
  /** Whose X-Forwarded-For counts: addresses and networks. */
  readonly proxies: readonly string[];
  readonly access: 'open' | 'enforced';
  /** Where URLs given by users may lead: anywhere, to public addresses, or to these networks too. */
  readonly outgoing: 'open' | 'public-only' | readonly string[];
  /** Whose tokens count. */
  readonly issuers: readonly string[];
  /** Issuers whose roles count beside the first one's. */
  readonly roleIssuers: readonly string[];
  /** Who tokens must be for; empty: the public URL. */
  readonly audiences: readonly string[];
  /** PEM, of the files that TLS_CERT and TLS_KEY name. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly logLevel: string;
  /** Nothing is fetched from elsewhere. */
  readonly offline: boolean;
  /** Whether the broker makes indexes for what is often asked, only advises, or neither. */
  readonly indexAdviser: (typeof INDEX_ADVISER)[number];
  /** Attribute instances of one entity in one temporal answer. */
  readonly temporalPageSize: number;
  /** How long to wait for a context source whose registration names no timeout. */
  readonly sourceTimeoutMs: number;
  /** Most days that a snapshot may live. */
  readonly snapshotDays: number;
  /** What the history is kept in: partitions, or a hypertable of TimescaleDB. */
  readonly historyStorage: (typeof HISTORY_STORAGE)[number];
  /** Whether changes are recorded in the history. */
  readonly recordsHistory: boolean;
  /** West, south, east, north: positions outside that lie inside when swapped are told. */
  readonly territory: Box;
  /** What secrets of subscriptions and of sign-in are encrypted with. */
  readonly secretKey?: string;
  /** The mail server for letters about accounts, and who they come from. */
  readonly mail?: { readonly smtpUrl: string; readonly from: string };
}

const INDEX_ADVISER = ['off', 'advise', 'auto'] as const;
const HISTORY_STORAGE = ['auto', 'partitions', 'hypertable'] as const;

/** Lists every fault of the settings at once, a line each. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
  }
}

const A_DATABASE = 'a URL such as postgres://user@host/name';
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const SWITCH = { on: true, true: true, '1': true, off: false, false: false, '0': false };

/**
 * Reads the settings (the README's table) from an environment.
 *
 * @throws ConfigError: one or more can't be used
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const fault = (name: string, expected: string) => {
    faults.push(`${name}: got "${environment[name] ?? ''}", expected ${expected}`);
  };
  const read = <Value>(name: string, fallback: Value, expected: string, parse: (text: string) => Value | undefined) => {
    const text = environment[name]?.trim();
    if (!text) return fallback;
    const value = parse(text);
    if (value === undefined) fault(name, expected);
    return value ?? fallback;
  };

  const host = read('HOST', '127.0.0.1', 'an IP address or a host name', hostName);
  const port = read('PORT', 1026, 'a port, 1 to 65535', (text) => wholeNumber(text, 1, 65_535));
  const mqttUrl = read<string | undefined>('MQTT_URL', undefined, 'a URL such as mqtt://host:1883', (text) =>
    urlOf(text, ['mqtt:', 'mqtts:', 'ws:', 'wss:']),
  );
  const databaseUrl = read<string | undefined>('DATABASE_URL', undefined, A_DATABASE, postgresUrl);
  const databaseDirectUrl = read<string | undefined>('DATABASE_DIRECT_URL', undefined, A_DATABASE, postgresUrl);
  const databaseReadUrl = read<string | undefined>('DATABASE_READ_URL', undefined, A_DATABASE, postgresUrl);
  const mqttPort = read('MQTT_PORT', 1883, 'a port, 0 (off) to 65535', (text) => wholeNumber(text, 0, 65_535));
  const secretKey = environment.SECRET_KEY?.trim() || undefined;
  // Its text is told to nobody.
  if (secretKey !== undefined && secretKey.length < 16) faults.push('SECRET_KEY: expected at least 16 characters');
  const tls = readTls(environment, faults);
  const mqttsPort = read('MQTTS_PORT', 0, 'a port, 0 (off) to 65535', (text) => wholeNumber(text, 0, 65_535));
  if (mqttsPort !== 0 && tls === undefined) fault('MQTTS_PORT', '0, or TLS_CERT and TLS_KEY beside it');
  const mqttClientCa = readPem(environment, 'MQTT_CLIENT_CA', faults);
  const mqttTls = {
    ca: readPem(environment, 'MQTT_CA', faults),
    cert: readPem(environment, 'MQTT_CERT', faults),
    key: readPem(environment, 'MQTT_KEY', faults),
  };
  if ((mqttTls.cert === undefined) !== (mqttTls.key === undefined)) {
    faults.push('MQTT_CERT and MQTT_KEY: got one of them, expected both or neither');
  }
  const smtpUrl = read<string | undefined>('SMTP_URL', undefined, 'a URL such as smtps://user:password@host', (text) =>
    urlOf(text, ['smtp:', 'smtps:']),
  );
  const from = environment.MAIL_FROM?.trim();
  if (smtpUrl !== undefined && !from) fault('MAIL_FROM', 'an address, as SMTP_URL is set');
  const publicUrl = read(
    'PUBLIC_URL',
    `${tls ? 'https' : 'http'}://${isLoopback(host) ? 'localhost' : host}:${port}`,
    'an http(s) URL',
    (text) => urlOf(text, ['http:', 'https:'])?.replace(/\/+$/, ''),
  );
  const access = read(
    'ACCESS',
    isForThisMachine({ host, publicUrl }) ? 'open' : 'enforced',
    'open or enforced',
    (text) => (text === 'open' || text === 'enforced' ? text : undefined),
  );
  const config: Config = {
    host,
    port,
    mqttPort: mqttUrl === undefined ? mqttPort : 0,
    ...(mqttUrl === undefined ? {} : { mqttUrl }),
    mqttClientId: read('MQTT_CLIENT_ID', 'alzette-iot-agents', 'letters, digits, ., _ and -', (text) =>
      /^[A-Za-z0-9._-]{1,100}$/.test(text) ? text : undefined,
    ),
    mqttTls: JSON.parse(JSON.stringify(mqttTls)) as Config['mqttTls'],
    mqttsPort: mqttUrl === undefined ? mqttsPort : 0,
    mqttAnonymous: read('MQTT_ANONYMOUS', false, 'on or off', toSwitch),
    ...(mqttClientCa === undefined ? {} : { mqttClientCa }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(databaseDirectUrl === undefined ? {} : { databaseDirectUrl }),
    ...(databaseReadUrl === undefined ? {} : { databaseReadUrl }),
    workers: read('WORKERS', 1, 'an integer from 1 to 64', (text) => wholeNumber(text, 1, 64)),
    drainMs: read('DRAIN_MS', 0, 'milliseconds, an integer from 0 to 600000', (text) => wholeNumber(text, 0, 600_000)),
    dataDir: resolve(environment.DATA_DIR?.trim() || './data'),
    publicUrl,
    demo: read('DEMO', databaseUrl === undefined && (mqttPort > 0 || mqttUrl !== undefined), 'on or off', toSwitch),
    demoSpeed: read('DEMO_SPEED', 1, 'a number from 1 to 10000', (text) => numberWithin(text, 1, 10_000)),
    access,
    outgoing: read<Config['outgoing']>(
      'OUTGOING',
      access === 'open' ? 'open' : 'public-only',
      'open, public or networks such as 10.0.0.0/8, with commas between',
      toOutgoing,
    ),
    corsOrigins: read<readonly string[]>('CORS_ORIGINS', [], '* or origins such as https://example.org', (text) => {
      const origins = listOf(text);
      return origins.every((origin) => origin === '*' || URL.parse(origin)?.origin === origin) ? origins : undefined;
    }),
    proxies: read<readonly string[]>('TRUSTED_PROXIES', [], 'addresses or networks such as 10.0.0.0/8', (text) => {
      const proxies = listOf(text);
      return proxies.every(isNetwork) ? proxies : undefined;
    }),
    issuers: read<readonly string[]>('OIDC_ISSUER', [], 'http(s) URLs with commas between', (text) => {
      const issuers = listOf(text);
      return issuers.every((issuer) => urlOf(issuer, ['http:', 'https:'])) ? issuers : undefined;
    }),
    roleIssuers: read<readonly string[]>(
      'OIDC_ROLES_FROM',
      [],
      'issuers of OIDC_ISSUER, with commas between',
      (text) => {
        const issuers = listOf(environment.OIDC_ISSUER ?? '');
        return listOf(text).every((issuer) => issuers.includes(issuer)) ? listOf(text) : undefined;
      },
    ),
    audiences: read<readonly string[]>('OIDC_AUDIENCE', [], 'texts with commas between', listOf),
    ...(tls === undefined ? {} : { tls }),
    logLevel: read('LOG_LEVEL', 'info', LOG_LEVELS.join(', '), (text) => LOG_LEVELS.find((level) => level === text)),
    offline: read('OFFLINE', false, 'on or off', toSwitch),
    indexAdviser: read('INDEX_ADVISER', 'auto', INDEX_ADVISER.join(', '), (text) =>
      INDEX_ADVISER.find((mode) => mode === text),
    ),
    temporalPageSize: read('TEMPORAL_PAGE_SIZE', 32, 'an integer from 1 to 1000000', (text) =>
      /^\d+$/.test(text) ? numberWithin(text, 1, 1_000_000) : undefined,
    ),
    sourceTimeoutMs: read('SOURCE_TIMEOUT_MS', 5000, 'milliseconds, an integer from 1 to 600000', (text) =>
      wholeNumber(text, 1, 600_000),
    ),
    snapshotDays: read('SNAPSHOT_DAYS', 30, 'days, more than 0 and at most 36500', (text) =>
      Number(text) > 0 && Number(text) <= 36_500 ? Number(text) : undefined,
    ),
    historyStorage: read('HISTORY_STORAGE', 'auto', HISTORY_STORAGE.join(', '), (text) =>
      HISTORY_STORAGE.find((storage) => storage === text),
    ),
    recordsHistory: read('HISTORY', true, 'on or off', toSwitch),
    territory: read<Box>('TERRITORY_BOX', HOME, 'west,south,east,north in degrees', boxOf),
    ...(secretKey === undefined ? {} : { secretKey }),
    ...(smtpUrl === undefined || !from ? {} : { mail: { smtpUrl, from } }),
  };

  if (config.demo && config.mqttPort === 0 && mqttUrl === undefined) {
    faults.push('DEMO: its devices publish over MQTT, which MQTT_PORT=0 turns off; set MQTT_URL, or DEMO=off');
  }
  for (const name of ['DATABASE_DIRECT_URL', 'DATABASE_READ_URL']) {
    if (environment[name]?.trim() && databaseUrl === undefined) fault(name, 'none without a DATABASE_URL');
  }
  if (config.workers > 1 && databaseUrl === undefined) {
    fault('WORKERS', '1, as the embedded database takes one process, or a DATABASE_URL');
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

function readTls(environment: NodeJS.ProcessEnv, faults: string[]): Config['tls'] {
  const certificate = environment.TLS_CERT?.trim();
  const key = environment.TLS_KEY?.trim();
  if (!certificate && !key) return undefined;
  if (!certificate || !key) {
    faults.push('TLS_CERT and TLS_KEY: got one of them, expected both or neither');
    return undefined;
  }
  try {
    return { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  } catch (cause) {
    faults.push(`TLS_CERT and TLS_KEY: ${(cause as Error).message}`);
    return undefined;
  }
}

function readPem(environment: NodeJS.ProcessEnv, name: string, faults: string[]): string | undefined {
  const file = environment[name]?.trim();
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    faults.push(`${name}: ${(cause as Error).message}`);
    return undefined;
  }
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  return version !== 0 && (bits === undefined || wholeNumber(bits, 0, version === 6 ? 128 : 32) !== undefined);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function toOutgoing(text: string): Config['outgoing'] | undefined {
  if (text === 'open') return text;
  if (text === 'public') return 'public-only';
  const networks = listOf(text);
  return networks.every(isNetwork) ? networks : undefined;
}

/** Whether nobody elsewhere is meant to reach it: neither directly nor, as a public URL tells, by a proxy before it. */
export function isForThisMachine({ host, publicUrl }: Pick<Config, 'host' | 'publicUrl'>): boolean {
  return isLoopback(host) && isLoopback(URL.parse(publicUrl)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '');
}

function isLoopback(host: string): boolean {
  const version = isIP(host);
  return version === 0 ? host === 'localhost' : LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

function hostName(text: string): string | undefined {
  return isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text) ? text : undefined;
}

function wholeNumber(text: string, from: number, to: number): number | undefined {
  return /^\d+$/.test(text) ? numberWithin(text, from, to) : undefined;
}

function numberWithin(text: string, from: number, to: number): number | undefined {
  const number = Number(text);
  return number >= from && number <= to ? number : undefined;
}

function toSwitch(text: string): boolean | undefined {
  return (SWITCH as Record<string, boolean>)[text.toLowerCase()];
}

function postgresUrl(text: string): string | undefined {
  return urlOf(text, ['postgres:', 'postgresql:']);
}

function urlOf(text: string, protocols: readonly string[]): string | undefined {
  return protocols.includes(URL.parse(text)?.protocol ?? '') ? text : undefined;
}
