import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { Instant } from './access.ts';
import { STORAGE } from './paths.ts';

const InstantOrNull = Type.Union([Instant, Type.Null()]);
const Days = Type.Union([Type.Integer({ minimum: 1, maximum: 36_500 }), Type.Null()], {
  description: 'null: unlimited',
});
const RetentionRun = object({
  id: Type.Integer(),
  state: Type.Enum(['running', 'done', 'stopped', 'interrupted', 'failed']),
  startedAt: Instant,
  beatAt: Instant,
  endedAt: InstantOrNull,
  partitions: Type.Array(Type.String(), { description: 'Dropped as a whole' }),
  instances: Type.Integer({ description: 'Removed, including those in dropped partitions' }),
  hours: Type.Integer(),
  days: Type.Integer(),
  error: Type.Union([Type.String(), Type.Null()]),
});
const Retention = object({
  type: Type.String({ description: 'IRI; empty: all types' }),
  attribute: Type.String({ description: 'IRI; empty: all attributes' }),
  rawDays: Days,
  hourDays: Days,
  dayDays: Days,
});
const Report = object({
  storage: Type.Enum(['partitions', 'hypertable']),
  rollups: object({
    watermark: Type.Integer(),
    last: Type.Integer(),
    instancesRemovedBefore: InstantOrNull,
    hoursRemovedBefore: InstantOrNull,
    advancedAt: InstantOrNull,
    corrections: Type.Integer(),
  }),
  partitions: Type.Array(
    object({ name: Type.String(), from: InstantOrNull, to: InstantOrNull, bytes: Type.Integer() }),
  ),
  runs: Type.Array(RetentionRun),
});

const OF_TYPE = { type: Type.String(), attribute: Type.String() };
const IndexReport = object({
  mode: Type.Enum(['off', 'advise', 'auto']),
  making: Type.Union([object(OF_TYPE), Type.Null()]),
  observed: Type.Array(object({ ...OF_TYPE, operator: Type.String(), queries: Type.Integer(), meanMs: Type.Number() })),
  advice: Type.Array(
    Type.Object({
      ...OF_TYPE,
      entities: Type.Integer(),
      queries: Type.Integer(),
      meanMs: Type.Number(),
      writes: Type.Integer(),
      advised: Type.Boolean(),
      reason: Type.String(),
    }),
  ),
  indexes: Type.Array(
    object({
      ...OF_TYPE,
      name: Type.String(),
      madeBy: Type.Enum(['adviser', 'operator']),
      madeAt: Instant,
      bytes: Type.Integer(),
      scans: Type.Integer({ description: 'How often a query used the index' }),
    }),
  ),
});
const ALL = { access: 'administerAll' } as const;

/** How long the history is kept, and the indexes of attributes. */
export const storageContract = contract(STORAGE, {
  history: { ...ALL, summary: 'The size of the history, and how long it is kept', answers: { 200: Report } },
  retention: {
    ...ALL,
    summary: 'How long history is kept, by type and attribute',
    answers: { 200: Type.Array(Retention) },
  },
  setRetention: {
    ...ALL,
    audited: { values: 'route' },
    summary: 'Set how long history is kept',
    body: object({
      type: Type.Optional(Type.String()),
      attribute: Type.Optional(Type.String()),
      rawDays: Days,
      hourDays: Type.Optional(Days),
      dayDays: Type.Optional(Days),
    }),
    answers: { 204: null },
    example: { body: { type: 'Streetlight', attribute: 'power', rawDays: 30, hourDays: 365 } },
  },
  removeRetention: {
    ...ALL,
    audited: { values: 'route' },
    summary: 'Delete a retention policy',
    query: { type: text({ max: 2000 }), attribute: text({ max: 2000 }) },
    answers: { 204: null },
  },
  startRun: { ...ALL, summary: 'Start a retention run now', answers: { 202: object({ id: Type.Integer() }) } },
  runs: {
    ...ALL,
    summary: 'Past retention runs, with what they removed',
    answers: { 200: Type.Array(RetentionRun) },
  },
  stopRun: { ...ALL, summary: 'Stop the retention run in progress', answers: { 204: null } },
  indexes: {
    ...ALL,
    summary: 'Indexes of attributes, their use, and recommended indexes',
    answers: { 200: IndexReport },
  },
  createIndex: {
    ...ALL,
    audited: { values: 'body' },
    summary: 'Create an index of an attribute',
    body: object({
      ...OF_TYPE,
      context: Type.Optional(Type.String({ description: 'The URL of a @context; not needed for IRIs' })),
    }),
    answers: { 202: object({ name: Type.String(), ...OF_TYPE }) },
    example: { body: { type: 'Streetlight', attribute: 'powerState' } },
  },
  dropIndex: {
    ...ALL,
    audited: { values: 'above' },
    summary: 'Drop an index',
    params: { name: text() },
    answers: { 204: null },
  },
});

export type StorageContract = typeof storageContract;
export type Retention = Value<typeof Retention>;
export type RetentionRun = Value<typeof RetentionRun>;
export type IndexReport = Value<typeof IndexReport>;
