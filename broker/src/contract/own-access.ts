import { byName, contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { ACTIONS, Actions, Instant, Limit, Limits, Text, Texts, USED } from './access.ts';
import { OWN_ACCESS } from './paths.ts';

const Caller = Type.Object({
  access: Type.Enum(['open', 'enforced']),
  kind: Type.Optional(Type.String()),
  id: Type.Optional(Type.String()),
  roles: Type.Optional(Type.Array(Type.String())),
  groups: Type.Optional(Type.Array(Type.String())),
  client: Type.Optional(Type.String()),
  organisation: Type.Optional(Type.String()),
  seenBy: Type.Optional(Type.String({ description: 'The administrator who sees the product as the caller' })),
  may: byName(Type.Boolean(), { description: 'By action, and `administerAll`' }),
  key: Type.Optional(
    object({
      title: Type.String(),
      expiresAt: Type.Optional(Type.String()),
      tenants: Type.Optional(Type.Array(Type.String(), { description: 'Where it is valid; absent: everywhere' })),
      limits: Type.Optional(Type.Array(Limit)),
      usage: object({ since: Instant, ...USED }, 'Of the last thirty days'),
    }),
  ),
});
const SHOWN_KEY = {
  id: Type.String(),
  prefix: Type.String(),
  title: Type.String(),
  scopes: Type.Array(Type.Enum(ACTIONS)),
  organisation: Type.Optional(Type.String()),
  expiresAt: Type.Optional(Type.String()),
  addresses: Type.Optional(Type.Array(Type.String())),
  limits: Type.Optional(Type.Array(Limit)),
  policies: Type.Optional(Type.Array(Type.String())),
};
const OwnKey = object({
  ...SHOWN_KEY,
  expiresAt: Type.String(),
  isMine: Type.Boolean(),
  createdAt: Instant,
  revokedAt: Type.Optional(Instant),
  lastUsedAt: Type.Optional(Instant),
  usage: object({ since: Instant, ...USED }, 'Of the last thirty days'),
});
const DelegablePolicy = object({
  id: Type.String(),
  title: Type.Optional(Type.String()),
  may: Type.Array(Type.Enum(ACTIONS)),
  tenants: Type.Optional(Type.Array(Type.String())),
  types: Type.Optional(Type.Array(Type.String(), { description: 'IRIs' })),
});
const OwnKeys = object({ delegable: Type.Array(DelegablePolicy), keys: Type.Array(OwnKey) });
const CreatedKey = object({ ...SHOWN_KEY, key: Type.String({ description: 'Shown only in this answer' }) });

const BY_ID = { access: 'known', params: { id: text() } } as const;

/** The caller’s rights, and the API keys that users create for themselves as far as policies allow. */
export const ownAccessContract = contract(OWN_ACCESS, {
  me: { access: 'known', summary: 'The caller and their rights', answers: { 200: Caller } },
  keys: { access: 'known', summary: 'The caller’s own API keys', answers: { 200: OwnKeys } },
  createKey: {
    access: 'known',
    summary: 'Create an API key of your own, which is shown only in this answer',
    body: object({
      title: Text,
      scopes: Type.Optional(Actions),
      policies: Type.Optional(Texts),
      expiresAt: Type.Optional(Type.String()),
      addresses: Type.Optional(Texts),
      limits: Type.Optional(Limits),
    }),
    answers: { 201: CreatedKey },
    example: { body: { title: 'My notebook', scopes: ['read'], expiresAt: '2027-01-01T00:00:00Z' } },
  },
  rotateKey: {
    ...BY_ID,
    summary: 'Replace one of your keys by a new one',
    body: Type.Optional(
      object({
        overlapMinutes: Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 7 * 24 * 60,
            description: 'How long the old key stays valid; absent: it becomes invalid at once',
          }),
        ),
      }),
    ),
    answers: { 201: CreatedKey },
    example: { params: { id: '1f2e3d4c5b6a' }, body: { overlapMinutes: 60 } },
  },
  revokeKey: { ...BY_ID, summary: 'Revoke one of your keys', answers: { 204: null } },
});

export type OwnAccessContract = typeof ownAccessContract;
export type Caller = Value<typeof Caller>;
export type OwnKey = Value<typeof OwnKey>;
export type OwnKeys = Value<typeof OwnKeys>;
export type DelegablePolicy = Value<typeof DelegablePolicy>;
export type CreatedKey = Value<typeof CreatedKey>;
