import { contract, object, partial, Type, text, type Value } from '@alzette/kit/contract';
import { Instant } from './access.ts';
import { TENANTS } from './paths.ts';

const Quota = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 });
const Quotas = partial(
  object({
    entities: Quota,
    subscriptions: Quota,
    registrations: Quota,
    snapshots: Quota,
    historyRows: Quota,
    requestsPerSecond: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    fileBytes: Quota,
    jobsPerDay: Quota,
    computeSecondsPerDay: Quota,
    mailsPerDay: Quota,
    pushesPerDay: Quota,
  }),
);
const Amount = Type.Number({ minimum: 0 });
const Usage = object(
  { requests: Amount, jobs: Amount, computeSeconds: Amount, mails: Amount, pushes: Amount },
  'Of today (UTC), so far; what other processes do is up to ten seconds late',
);
const Interop = object({
  defaultContext: Type.Optional(
    Type.String({ description: 'The URL of the @context of requests without one; empty: only the core @context' }),
  ),
  lenient: Type.Optional(Type.Boolean()),
  version: Type.Optional(Type.Enum(['1.9', '2.0'])),
});
const Created = object({ name: Type.String(), createdAt: Instant });
const Tenant = object({
  ...Created.properties,
  entities: Type.Integer(),
  subscriptions: Type.Integer(),
  registrations: Type.Integer(),
  registrationSubscriptions: Type.Integer(),
  contexts: Type.Integer(),
  snapshots: Type.Integer(),
  notificationsOwed: Type.Integer(),
  historyRows: Type.Optional(Type.Integer()),
  quotas: Quotas,
  usage: Usage,
  interop: Interop,
});
const Use = object({
  client: Type.String(),
  program: Type.String({ description: 'Without its version; empty: unknown' }),
  deviation: Type.String(),
  uses: Type.Integer(),
  firstAt: Instant,
  lastAt: Instant,
});

const OF_TENANT = { access: 'administerAll', params: { name: text() } } as const;
const CHANGED = { ...OF_TENANT, audited: { values: 'above' }, answers: { 204: null } } as const;
const THIL = { params: { name: 'thil' } };

/** The tenants with their sizes, quotas, and how they handle clients of older stacks. */
export const tenantContract = contract(TENANTS, {
  list: { access: 'administerAll', summary: 'The tenants', answers: { 200: Type.Array(Created) } },
  create: {
    access: 'administerAll',
    audited: { values: 'body' },
    summary: 'Create a tenant',
    body: object({ name: Type.String() }),
    answers: { 201: null },
    example: { body: { name: 'thil' } },
  },
  tenant: { ...OF_TENANT, summary: 'The size of a tenant, and its quotas', answers: { 200: Tenant } },
  remove: { ...CHANGED, audited: { values: 'route' }, summary: 'Delete a tenant with all its data' },
  empty: { ...OF_TENANT, summary: 'Delete all data of a tenant, and keep the tenant', answers: { 204: null } },
  setQuotas: {
    ...CHANGED,
    summary: 'Set the quotas of a tenant',
    body: Quotas,
    example: { ...THIL, body: { entities: 1000, requestsPerSecond: 50 } },
  },
  removeQuotas: { ...CHANGED, summary: 'Remove the quotas of a tenant' },
  interop: {
    ...OF_TENANT,
    summary: 'What is set for a tenant about clients of older stacks',
    answers: { 200: Interop },
  },
  setInterop: {
    ...CHANGED,
    summary: 'Set how a tenant handles clients of older stacks',
    body: Interop,
    example: { ...THIL, body: { lenient: true } },
  },
  removeInterop: { ...CHANGED, summary: 'Use the settings of the process for a tenant again' },
  uses: {
    ...OF_TENANT,
    summary: 'Which clients needed leniency, for what, and how often',
    answers: { 200: Type.Array(Use) },
  },
  forgetUses: { ...CHANGED, audited: { values: 'route' }, summary: 'Count anew which clients need leniency' },
});

export type TenantContract = typeof tenantContract;
export type Tenant = Value<typeof Tenant>;
export type Quotas = Value<typeof Quotas>;
export type Usage = Value<typeof Usage>;
export type Interop = Value<typeof Interop>;
export type DeviationUse = Value<typeof Use>;
