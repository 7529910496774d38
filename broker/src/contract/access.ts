import { contract, dateTime, object, oneOf, Type, text, type Value } from '@alzette/kit/contract';
import { ACCESS } from './paths.ts';

/**
 * Actions on entities (`read`, `write`, or `propose` for a change that another person confirms), or on the broker itself
 * (`administer`).
 */
export const ACTIONS = ['read', 'write', 'propose', 'administer'] as const;
export const PERIODS = ['minute', 'hour', 'day', 'month'] as const;

export const Texts = Type.Array(Type.String({ maxLength: 1000 }), { minItems: 1, maxItems: 500 });
export const Text = Type.String({ minLength: 1, maxLength: 1000 });
export const Actions = Type.Array(Type.Enum(ACTIONS), { minItems: 1, maxItems: 500 });
export const Count = Type.Integer({ minimum: 0 });
export const Instant = Type.String({ format: 'date-time' });
const Time = Type.String({ description: 'UTC, e.g. 2026-01-31T12:00:00Z' });

const POLICY = {
  title: Type.Optional(Text),
  who: Type.Object(
    {
      roles: Type.Optional(Texts),
      groups: Type.Optional(Texts),
      clients: Type.Optional(Texts),
      organisations: Type.Optional(Texts),
      subjects: Type.Optional(Texts),
      issuers: Type.Optional(Texts),
      anyone: Type.Optional(Type.Literal(true)),
      signedIn: Type.Optional(Type.Literal(true)),
    },
    { additionalProperties: false, minProperties: 1 },
  ),
  may: Actions,
  delegable: Type.Optional(Type.Boolean()),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'It ends by itself at this time' })),
  tenants: Type.Optional(Texts),
  types: Type.Optional(Texts),
  ids: Type.Optional(Texts),
  idPattern: Type.Optional(Text),
  scopeQ: Type.Optional(Text),
  attributes: Type.Optional(Texts),
  exceptAttributes: Type.Optional(Texts),
  area: Type.Optional(
    object({ type: Type.Enum(['Polygon', 'MultiPolygon']), coordinates: Type.Array(Type.Unknown()) }),
  ),
};
const PolicyId = Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,128}$' });
/** What no schema can say is checked by `parsePolicy`. */
export const Policy = object({ id: PolicyId, ...POLICY });
const PolicyDocument = object({
  '@context': Type.Optional(Type.Unknown({ description: 'Expands the names of the policy' })),
  id: Type.Optional(PolicyId),
  ...POLICY,
});
// Policies, keys and limits are in the format in which an earlier version stored them.
const StoredPolicy = Type.Object({
  id: Type.String(),
  ...POLICY,
  builtIn: Type.Optional(Type.Boolean()),
});

export const Limit = object({ requests: Type.Integer({ minimum: 1 }), per: Type.Enum(PERIODS) });
export const Limits = Type.Array(Limit, { minItems: 1, maxItems: PERIODS.length });
const KEY = {
  title: Text,
  roles: Type.Optional(Texts),
  groups: Type.Optional(Texts),
  client: Type.Optional(Text),
  organisation: Type.Optional(Text),
  scopes: Type.Optional(Actions),
  expiresAt: Type.Optional(Time),
  tenants: Type.Optional(Texts),
  addresses: Type.Optional(Texts),
  limits: Type.Optional(Limits),
};
const SavedKey = object(KEY);
const STORED_KEY = {
  id: Type.String(),
  prefix: Type.String({ description: 'The part of a key that may be shown' }),
  title: Type.String(),
  roles: Type.Array(Type.String()),
  groups: Type.Array(Type.String()),
  client: Type.Optional(Type.String()),
  organisation: Type.Optional(Type.String()),
  scopes: Type.Array(Type.Enum(ACTIONS)),
  expiresAt: Type.Optional(Type.String()),
  tenants: Type.Optional(Type.Array(Type.String(), { description: 'Where it is valid; absent: everywhere' })),
  addresses: Type.Optional(Type.Array(Type.String())),
  limits: Type.Optional(Type.Array(Limit)),
};
const StoredKey = Type.Object({
  ...STORED_KEY,
  createdAt: Instant,
  revokedAt: Type.Optional(Instant),
  lastUsedAt: Type.Optional(Instant),
});
const CreatedKey = Type.Object({ ...STORED_KEY, key: Type.String({ description: 'Shown only in this answer' }) });

export const USED = {
  requests: Type.Integer(),
  refused: Type.Integer({ description: 'Answered with 401 or 403' }),
  limited: Type.Integer({ description: 'Answered with 429' }),
};
const HourOfUsage = object({ consumer: Type.String(), hour: Instant, ...USED });
const Explanation = object({
  allowed: Type.Boolean(),
  why: Type.String(),
  policies: Type.Array(object({ policy: Type.String(), applies: Type.Boolean(), because: Type.String() })),
  who: Type.Object({ kind: Type.String(), id: Type.String() }, { description: 'The principal' }),
});

const BY_ID = { access: 'administerAll', params: { id: text({ max: 1000 }) } } as const;
const POLICY_EXAMPLE = {
  who: { roles: ['operator'] },
  may: ['read', 'write'] as ('read' | 'write')[],
  types: ['Streetlight'],
};
const KEY_EXAMPLE = {
  title: 'The weather station',
  roles: ['operator'],
  scopes: ['read'] as 'read'[],
  expiresAt: '2027-01-01T00:00:00Z',
};

/** Policies, keys, limits, sign-outs and usage, for administrators of the broker. */
export const accessContract = contract(ACCESS, {
  policies: {
    access: 'administerAll',
    summary: 'The policies of the tenant, including the built-in one',
    answers: { 200: Type.Array(StoredPolicy) },
  },
  createPolicy: {
    access: 'administerAll',
    summary: 'Create a policy',
    body: PolicyDocument,
    answers: { 201: null },
    example: { body: { id: 'operators', ...POLICY_EXAMPLE } },
  },
  policy: { ...BY_ID, summary: 'A policy', answers: { 200: StoredPolicy } },
  savePolicy: {
    ...BY_ID,
    summary: 'Create or replace a policy',
    body: PolicyDocument,
    answers: { 201: null, 204: null },
    example: { params: { id: 'operators' }, body: POLICY_EXAMPLE },
  },
  deletePolicy: { ...BY_ID, summary: 'Delete a policy', answers: { 204: null } },
  keys: {
    access: 'administerAll',
    summary: 'The API keys, without the keys themselves',
    answers: { 200: Type.Array(StoredKey) },
  },
  createKey: {
    access: 'administerAll',
    summary: 'Create an API key, which is shown only in this answer',
    body: SavedKey,
    answers: { 201: CreatedKey },
    example: { body: KEY_EXAMPLE },
  },
  key: { ...BY_ID, summary: 'An API key, without the key itself', answers: { 200: StoredKey } },
  changeKey: {
    ...BY_ID,
    summary: 'Change an API key',
    body: SavedKey,
    answers: { 204: null },
    example: { params: { id: '1f2e3d4c5b6a' }, body: KEY_EXAMPLE },
  },
  revokeKey: { ...BY_ID, summary: 'Revoke an API key', answers: { 204: null } },
  revokeTokens: {
    access: 'administerAll',
    summary: 'Revoke all tokens issued to a user until now',
    body: object({ subject: Text, issuer: Type.Optional(Text), before: Type.Optional(Time) }),
    answers: { 204: null },
    example: { body: { subject: 'a1b2c3', before: '2026-01-15T18:30:00Z' } },
  },
  limits: {
    access: 'administerAll',
    summary: 'The rate limits of keys and accounts',
    answers: { 200: Type.Array(object({ consumer: Type.String(), limits: Type.Array(Limit) })) },
  },
  setLimits: {
    ...BY_ID,
    summary: 'Set the rate limits of a key or an account',
    body: Limits,
    answers: { 204: null },
    example: { params: { id: 'client:meter' }, body: [{ requests: 100, per: 'minute' }] },
  },
  removeLimits: { ...BY_ID, summary: 'Remove the rate limits of a key or an account', answers: { 204: null } },
  usage: {
    access: 'administerAll',
    summary: 'The usage of keys and accounts',
    query: { since: dateTime(), before: dateTime(), consumer: text() },
    answers: { 200: Type.Array(HourOfUsage) },
  },
  explain: {
    access: 'administerAll',
    summary: 'Explain why a principal may or may not do something',
    query: {
      key: text(),
      subject: text(),
      issuer: text(),
      roles: text(),
      groups: text(),
      client: text(),
      organisation: text(),
      action: oneOf(ACTIONS),
      tenant: text(),
      type: text(),
      id: text(),
      attribute: text(),
    },
    answers: { 200: Explanation },
  },
});

export type AccessContract = typeof accessContract;
export type Action = (typeof ACTIONS)[number];
export type StoredPolicy = Value<typeof StoredPolicy>;
export type PolicyDocument = Value<typeof PolicyDocument>;
export type StoredKey = Value<typeof StoredKey>;
export type SavedKey = Value<typeof SavedKey>;
export type Limit = Value<typeof Limit>;
export type HourOfUsage = Value<typeof HourOfUsage>;
export type Explanation = Value<typeof Explanation>;
