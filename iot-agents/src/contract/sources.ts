import { byName, contract, flag, media, object, Type, text, type Value } from '@alzette/kit/contract';
import { SOURCES } from './paths.ts';
import { Count, Instant, PAGE } from './schemas.ts';

const ItemProblem = Type.Object({
  line: Type.Optional(Type.Integer()),
  item: Type.Optional(Type.Integer()),
  file: Type.Optional(Type.String()),
  field: Type.Optional(Type.String()),
  message: Type.String(),
  refused: Type.Boolean(),
});
const Run = Type.Object({
  startedAt: Instant,
  endedAt: Instant,
  outcome: Type.Enum(['ok', 'unchanged', 'failed']),
  rows: Type.Integer(),
  taken: Type.Integer(),
  known: Type.Integer(),
  refused: Type.Integer(),
  problems: Type.Array(ItemProblem),
  message: Type.Optional(Type.String()),
});
const Source = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum(['http', 'upload', 'gtfs', 'talq', 'sftp', 'departures', 'gbfs', 'ocpi', 'siri']),
  enabled: Type.Optional(Type.Boolean()),
  schedule: Type.Optional(
    Type.Unsafe<{ readonly everyS: number } | { readonly cron: string; readonly timeZone?: string }>({
      type: 'object',
    }),
  ),
  nextRunAt: Type.Union([Instant, Type.Null()]),
  running: Type.Boolean(),
  failures: Type.Integer(),
  lastRun: Type.Union([Run, Type.Null()]),
  from: Type.Optional(Type.Object({ url: Type.Optional(Type.String()), host: Type.Optional(Type.String()) })),
  items: Type.Optional(Type.String()),
  csv: Type.Optional(Type.Unsafe<object>({ type: 'object' })),
  xlsx: Type.Optional(Type.Unsafe<object>({ type: 'object' })),
  entities: Type.Optional(
    Type.Array(
      Type.Object({
        type: Type.String(),
        attributes: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.Unknown() }))),
      }),
    ),
  ),
});
const Preview = Type.Object({
  rows: Type.Integer(),
  refused: Type.Integer(),
  problems: Type.Array(ItemProblem),
  items: Type.Array(
    Type.Object({
      data: Type.Unknown(),
      entities: Type.Array(Type.Object({ id: Type.String(), type: Type.Unknown() })),
    }),
  ),
});
/** A declaration is checked by a parser of its own, by the kind of its source. */
const Declaration = Type.Unsafe<object>({ type: 'object' });

const ALL = { access: 'administerAll' } as const;
const BY_ID = { ...ALL, params: { id: text({ max: 1000 }) } } as const;
const CHANGED = { audited: { values: 'route' }, answers: { 204: null } } as const;
const EXAMPLE = {
  id: 'air',
  name: 'Air quality',
  kind: 'upload',
  csv: { columns: { Station: { as: 'station' }, NO2: { as: 'no2', type: 'number' } } },
  entities: [
    {
      type: 'AirQualityObserved',
      id: "'urn:ngsi-ld:AirQualityObserved:' + data.station",
      attributes: [{ name: 'no2', value: 'data.no2', unitCode: 'GQ' }],
    },
  ],
};
/** `Station,NO2` and `foch,21.5`. */
const SAMPLE = 'U3RhdGlvbixOTzIKZm9jaCwyMS41Cg==';

/** Sources of external data: declared without code, read on a schedule. */
export const sourceContract = contract(SOURCES, {
  list: {
    ...ALL,
    summary: 'Sources of external data, read on a schedule',
    query: PAGE,
    answers: { 200: object({ count: Count, sources: Type.Array(Source) }) },
  },
  create: {
    ...ALL,
    audited: { values: 'body' },
    summary: 'Adds a source',
    body: Declaration,
    answers: { 201: Source },
    example: { body: EXAMPLE },
  },
  preview: {
    ...ALL,
    summary:
      'Reads a source as a test, without writing anything; `sample` is a file in base64 that is read in its place',
    body: Declaration,
    bodyLimit: 32 * 1024 * 1024,
    answers: { 200: Preview },
    example: { body: { ...EXAMPLE, sample: SAMPLE } },
  },
  source: { ...BY_ID, summary: 'One source and its last run', answers: { 200: Source } },
  save: {
    ...BY_ID,
    ...CHANGED,
    summary: 'Adds or replaces a source',
    body: Declaration,
    example: { params: { id: 'air' }, body: EXAMPLE },
  },
  remove: { ...BY_ID, ...CHANGED, summary: 'Deletes a source' },
  run: { ...BY_ID, summary: 'Reads a source now', answers: { 200: Run } },
  override: {
    ...BY_ID,
    summary: 'Overrides lamps of a TALQ gateway for a limited time',
    body: Type.Unsafe<{ readonly entities: readonly string[] }>({ type: 'object' }),
    answers: { 202: Type.Unknown() },
    example: { params: { id: 'talq' }, body: { entities: ['urn:ngsi-ld:Streetlight:1'] } },
  },
  gateway: { ...BY_ID, summary: 'The capabilities of a TALQ gateway', answers: { 200: byName(Type.Unknown()) } },
  runs: {
    ...BY_ID,
    summary: 'Runs of a source, newest first',
    query: PAGE,
    answers: { 200: object({ count: Count, runs: Type.Array(Run) }) },
  },
  send: {
    ...BY_ID,
    summary: 'Accepts a file for a source: CSV, XLSX or JSON as the body, or multipart/form-data',
    query: { dryRun: flag() },
    body: media(
      'text/csv',
      'text/plain',
      'application/octet-stream',
      'application/vnd.ms-excel',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/geo+json',
      'multipart/form-data',
    ),
    bodyLimit: 128 * 1024 * 1024,
    answers: { 200: Type.Union([Run, Preview]) },
  },
});

export type SourceContract = typeof sourceContract;
export type Source = Value<typeof Source>;
export type Run = Value<typeof Run>;
export type Preview = Value<typeof Preview>;
export type ItemProblem = Value<typeof ItemProblem>;
