import type { AnySchema } from 'ajv';
import { Ajv } from 'ajv';
import type { SchemaCheck } from '../devices/schema-check.ts';
import { schemaCheck } from '../devices/schema-check.ts';
import { ENTITIES, NAME, POINTER, TENANT, wrongSyntax } from '../devices/validation.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { MappingError } from '../mapping/entity-mapper.ts';
import type { CsvFormat } from './csv/csv-format.ts';
import { compileItems } from './items/item-mapper.ts';
import { isTimeZone } from './items/times.ts';
import { cronOf } from './schedule.ts';
import type { MappedSource, Source } from './source.ts';
import { MASK } from './source-secrets.ts';

const URL_TEXT = { type: 'string', pattern: '^https?://[^\\s]+$', maxLength: 2048 } as const;
const TEXT = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const TEXTS = { type: 'object', additionalProperties: { type: 'string', maxLength: 8192 } } as const;
const EXPRESSION = { type: 'string', minLength: 1, maxLength: 2000 } as const;
const PAGES = { type: 'integer', minimum: 1, maximum: 10_000 } as const;

const SCHEDULE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    everyS: { type: 'number', minimum: 1, maximum: 31_622_400 },
    cron: TEXT,
    timeZone: TEXT,
  },
} as const;

const COMMON = {
  kind: { type: 'string' },
  id: { ...NAME, pattern: '^[A-Za-z0-9._-]+$' },
  name: NAME,
  tenant: TENANT,
  enabled: { type: 'boolean' },
  schedule: SCHEDULE,
} as const;

const MAPPING = {
  key: EXPRESSION,
  observedAt: {
    type: 'object',
    required: ['value'],
    additionalProperties: false,
    properties: { value: EXPRESSION, format: TEXT, timeZone: TEXT },
  },
  entities: { ...ENTITIES, minItems: 1 },
} as const;

const CSV = {
  type: 'object',
  additionalProperties: false,
  properties: {
    separator: { type: 'string', minLength: 1, maxLength: 1 },
    encoding: { enum: ['utf-8', 'latin1', 'windows-1252'] },
    decimal: { enum: ['.', ','] },
    skipLines: { type: 'integer', minimum: 0, maximum: 1000 },
    header: { type: 'array', items: TEXT, minItems: 1, maxItems: 500 },
    columns: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          as: { ...NAME, pattern: '^[\\p{L}_][\\p{L}\\p{N}_]*$' },
          type: { enum: ['text', 'number', 'integer', 'boolean', 'date'] },
          format: TEXT,
          timeZone: TEXT,
          required: { type: 'boolean' },
        },
      },
    },
  },
} as const;

const PAGING = {
  type: 'object',
  required: ['by'],
  additionalProperties: false,
  properties: {
    by: { enum: ['next', 'offset', 'page', 'cursor'] },
    pointer: POINTER,
    parameter: TEXT,
    size: { type: 'integer', minimum: 1, maximum: 100_000 },
    sizeParameter: TEXT,
    first: { type: 'integer', minimum: 0 },
    maxPages: PAGES,
  },
} as const;

const HTTP_FROM = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: URL_TEXT,
    method: { enum: ['GET', 'POST'] },
    headers: TEXTS,
    secretHeaders: TEXTS,
    secretParameters: TEXTS,
    body: {},
    paging: PAGING,
  },
} as const;

const SFTP_FROM = {
  type: 'object',
  required: ['host', 'username', 'directory'],
  additionalProperties: false,
  properties: {
    host: { ...NAME, pattern: '^[A-Za-z0-9.:_-]+$' },
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    username: NAME,
    password: { type: 'string', maxLength: 1024 },
    privateKey: { type: 'string', maxLength: 16_384 },
    passphrase: { type: 'string', maxLength: 1024 },
    hostKey: { type: 'string', pattern: '^SHA256:[A-Za-z0-9+/]{43}=?$' },
    directory: TEXT,
    files: { type: 'string', pattern: '^[^/]+$', maxLength: 256 },
    whenDone: {
      anyOf: [
        { enum: ['keep', 'delete'] },
        { type: 'object', required: ['moveTo'], additionalProperties: false, properties: { moveTo: TEXT } },
        {
          type: 'object',
          required: ['renameTo'],
          additionalProperties: false,
          properties: { renameTo: { type: 'string', pattern: '^[^/]*\\{name\\}[^/]*$', maxLength: 256 } },
        },
      ],
    },
  },
} as const;

const GTFS_FROM = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: { url: URL_TEXT, headers: TEXTS, secretHeaders: TEXTS, secretParameters: TEXTS },
} as const;

const BOX = { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 4 } as const;

const DEPARTURES = {
  feed: NAME,
  from: {
    type: 'object',
    additionalProperties: false,
    properties: {
      tripUpdates: URL_TEXT,
      vehiclePositions: URL_TEXT,
      alerts: URL_TEXT,
      headers: TEXTS,
      secretHeaders: TEXTS,
      secretParameters: TEXTS,
    },
  },
  stops: { type: 'array', items: TEXT, minItems: 1, maxItems: 1000 },
  horizonMin: { type: 'number', minimum: 1, maximum: 1440 },
  maxAgeS: { type: 'number', minimum: 1, maximum: 86_400 },
} as const;

const UUID = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';

const TALQ_FROM = {
  type: 'object',
  required: ['url', 'clientAddress'],
  additionalProperties: false,
  properties: {
    url: URL_TEXT,
    clientAddress: { type: 'string', pattern: UUID },
    apiVersion: { type: 'string', pattern: '^2\\.\\d+\\.\\d+$' },
    headers: TEXTS,
    secretHeaders: TEXTS,
    gatewayAddress: { type: 'string', pattern: UUID },
    gatewaySecret: { type: 'string', pattern: '^\\S+$', maxLength: 1024 },
  },
} as const;

function schemaOf(members: Readonly<Record<string, AnySchema>>, required: readonly string[]): AnySchema {
  return {
    type: 'object',
    required: ['id', 'name', ...required],
    additionalProperties: false,
    properties: { ...COMMON, ...members },
  };
}

const ajv = new Ajv({ verbose: true, strictTypes: false, unicodeRegExp: true });

const KINDS: { readonly [Kind in Source['kind']]: SchemaCheck<Source> } = {
  http: schemaCheck(ajv, schemaOf({ ...MAPPING, from: HTTP_FROM, items: POINTER, csv: CSV }, ['from', 'entities'])),
  sftp: schemaCheck(ajv, schemaOf({ ...MAPPING, from: SFTP_FROM, csv: CSV }, ['from', 'csv', 'entities'])),
  upload: schemaCheck(ajv, schemaOf({ ...MAPPING, csv: CSV }, ['csv', 'entities'])),
  gtfs: schemaCheck(ajv, schemaOf({ from: GTFS_FROM, box: BOX }, ['from'])),
  departures: schemaCheck(ajv, schemaOf(DEPARTURES, ['feed', 'from'])),
  talq: schemaCheck(ajv, schemaOf({ from: TALQ_FROM }, ['from'])),
};

/** @throws RegistryError WRONG_SYNTAX, naming the member */
export function readSource(value: unknown): Source {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  const isSource = typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind as Source['kind']] : undefined;
  if (isSource === undefined) {
    throw wrong('kind', kind, `one of ${Object.keys(KINDS).join(', ')}`);
  }
  if (!isSource(value)) throw wrongSyntax(isSource.errors, 'the source');
  checkSchedule(value);
  checkFrom(value);
  if ('entities' in value) {
    checkTimes(value);
    try {
      compileItems(value.id, value);
    } catch (cause) {
      if (!(cause instanceof MappingError)) throw cause;
      throw new RegistryError('WRONG_SYNTAX', cause.message);
    }
  }
  return value;
}

function checkSchedule({ schedule }: Source): void {
  if (schedule === undefined) return;
  const { everyS, cron, timeZone } = schedule as { everyS?: number; cron?: string; timeZone?: string };
  if ((everyS === undefined) === (cron === undefined)) throw wrong('schedule', schedule, 'either everyS or cron');
  if (timeZone !== undefined) checkZone('schedule.timeZone', timeZone);
  if (cron === undefined) return;
  try {
    cronOf({ cron, ...(timeZone === undefined ? {} : { timeZone }) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw wrong('schedule.cron', cron, `five or six fields such as "*/15 * * * *" (${why})`);
  }
}

function checkFrom(source: Source): void {
  if (source.kind === 'sftp') {
    const { password, privateKey } = source.from;
    if (password === undefined && privateKey === undefined) {
      throw wrong('from', { username: source.from.username }, 'a password or a privateKey');
    }
  }
  if (source.kind === 'talq') {
    const { gatewayAddress, gatewaySecret } = source.from;
    if (gatewaySecret !== undefined && gatewaySecret !== MASK && gatewaySecret.length < 16) {
      throw wrong('from.gatewaySecret', `${gatewaySecret.length} characters`, 'at least 16');
    }
    if ((gatewayAddress === undefined) !== (gatewaySecret === undefined)) {
      const missing = gatewayAddress === undefined ? 'gatewayAddress' : 'gatewaySecret';
      throw wrong(`from.${missing}`, undefined, 'both gatewayAddress and gatewaySecret, or none of them');
    }
  }
  if (source.kind !== 'http') return;
  const { url, method = 'GET', body, paging } = source.from;
  const parsed = URL.parse(url);
  if (parsed === null) throw wrong('from.url', url, 'an absolute http or https URL');
  if (parsed.username !== '' || parsed.password !== '') {
    throw wrong('from.url', shownUrl(parsed), 'no user and password: secretHeaders keep "Authorization" encrypted');
  }
  if (body !== undefined && method !== 'POST') throw wrong('from.body', body, 'none with GET');
  if (paging === undefined) return;
  if (source.csv !== undefined) throw wrong('from.paging', paging, 'none for CSV');
  const needs = {
    next: [],
    offset: ['parameter', 'size'],
    page: ['parameter', 'size'],
    cursor: ['parameter', 'pointer'],
  };
  const missing = needs[paging.by].find((member) => !(member in paging));
  if (missing !== undefined) throw wrong(`from.paging.${missing}`, undefined, `a value for paging by ${paging.by}`);
}

function checkTimes(source: MappedSource): void {
  const { observedAt } = source;
  if (observedAt?.timeZone !== undefined) checkZone('observedAt.timeZone', observedAt.timeZone);
  const csv: CsvFormat | undefined = source.csv;
  for (const [name, { timeZone }] of Object.entries(csv?.columns ?? {})) {
    if (timeZone !== undefined) checkZone(`csv.columns.${name}.timeZone`, timeZone);
  }
}

function checkZone(member: string, timeZone: string): void {
  if (!isTimeZone(timeZone)) throw wrong(member, timeZone, 'a zone of IANA such as Europe/Paris');
}

function wrong(member: string, got: unknown, expected: string): RegistryError {
  const shown = JSON.stringify(got)?.slice(0, 200) ?? 'missing';
  return new RegistryError('WRONG_SYNTAX', `${member} is ${shown}, expected ${expected}`);
}

function shownUrl({ origin }: URL): string {
  return origin.replace('//', '//…@');
}
