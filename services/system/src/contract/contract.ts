import { byName, contract, object, Type, type Value, wholeNumber } from '@alzette/kit/contract';
import { PUBLIC_STATUS, SERVICE_PAGES, SYSTEM, TERRITORY_FILES } from './paths.ts';

export * from './compliance.ts';
export * from './footprint.ts';

const Instant = Type.String({ format: 'date-time' });
const Bytes = Type.Number();

const LAGS = {
  notifications: Type.Number({ description: 'Notifications to subscribers' }),
  ingest: Type.Number({ description: 'Messages of devices' }),
  rules: Type.Number({ description: 'Changes that rules have not evaluated yet' }),
};
const Lags = object(
  LAGS,
  'The age of the oldest pending work in seconds: how far notifications, ingestion and rules are behind',
);
const Measure = object({ at: Instant, databaseBytes: Bytes, ...LAGS });
const ServiceDay = object(
  {
    day: Type.String({ format: 'date', description: 'In UTC' }),
    up: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'The share of the day that it ran; for the first day and today, the share of the elapsed part',
    }),
  },
  'The availability of the service on a day',
);

const InstalledService = object(
  {
    installed: Type.String({ description: 'The package or folder that the setting SERVICES names' }),
    name: Type.Optional(Type.String()),
    version: Type.Optional(Type.String()),
    state: Type.Enum(['running', 'failed']),
    reason: Type.Optional(Type.String({ description: 'Why it failed' })),
  },
  'A service of others',
);

const Report = object({
  version: Type.String(),
  startedAt: Instant,
  memoryBytes: Bytes,
  lags: Lags,
  database: object({
    bytes: Type.Number({ description: 'On disk, with indexes' }),
    growth: Type.Optional(
      object({
        bytesPerDay: Type.Number(),
        daysLeft: Type.Optional(Type.Integer({ description: 'Until the disk is full' })),
      }),
    ),
  }),
  disk: object({ freeBytes: Bytes, bytes: Bytes }),
  certificates: Type.Array(object({ use: Type.String(), subject: Type.String(), validTo: Instant })),
  installedServices: Type.Array(InstalledService),
  days: Type.Array(ServiceDay, { description: 'Oldest first' }),
  measures: Type.Array(Measure, { description: 'The latest of each hour, oldest first' }),
});

/** The state of the product, for its administrators. */
export const systemContract = contract(SYSTEM, {
  report: {
    access: 'administerAll',
    summary: 'The state of the product: lags, size and growth of the database, disk, memory, certificates',
    query: { days: wholeNumber({ min: 1, max: 400, default: 30 }) },
    answers: { 200: Report },
  },
});

const ServicePage = object({
  service: Type.String({ description: 'Without `x_`' }),
  name: Type.String(),
  title: byName(Type.String(), { description: 'By language' }),
  right: Type.Enum(['read', 'write', 'administer']),
  module: Type.String({ description: 'The path of its script' }),
});

/** Pages of services of others in the portal. */
export const servicePagesContract = contract(SERVICE_PAGES, {
  list: {
    access: 'nothing',
    anyTenant: true,
    summary: 'The pages that services of others have in the portal',
    answers: { 200: object({ pages: Type.Array(ServicePage) }) },
  },
});

const State = Type.Enum(['good', 'slow']);
const Status = object({
  name: Type.String(),
  state: State,
  parts: object({ notifications: State, ingest: State, rules: State }),
  days: Type.Array(ServiceDay),
  at: Instant,
});

export const publicStatusContract = contract(PUBLIC_STATUS, {
  status: {
    access: 'nothing',
    anyTenant: true,
    summary: 'Public: the status of the service',
    answers: { 200: Status },
  },
});

const Strings = Type.Array(Type.String());
const Difference = object({
  kind: Type.String({ description: 'The folder of the file, e.g. `rules`' }),
  id: Type.String(),
  change: Type.Enum(['missing', 'different', 'extra']),
  members: Strings,
});

export const territoryFilesContract = contract(TERRITORY_FILES, {
  compare: {
    access: 'administerAll',
    summary: 'Differences between the territory’s files and the running product',
    answers: { 200: object({ kinds: Strings, differences: Type.Array(Difference) }) },
  },
});

export type TerritoryFilesContract = typeof territoryFilesContract;
export type Difference = Value<typeof Difference>;
export type ServicePage = Value<typeof ServicePage>;
export type ServicePagesContract = typeof servicePagesContract;
export type SystemContract = typeof systemContract;
export type InstalledService = Value<typeof InstalledService>;
export type Lags = Value<typeof Lags>;
export type Measure = Value<typeof Measure>;
export type ServiceDay = Value<typeof ServiceDay>;
export type SystemReport = Value<typeof Report>;
export type PublicStatus = Value<typeof Status>;
