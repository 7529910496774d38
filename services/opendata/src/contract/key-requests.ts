import { contract, identifier, object, Type, type Value, variants } from '@alzette/kit/contract';
import { KEY_REQUESTS } from './paths.ts';

const Instant = Type.String({ format: 'date-time' });

const KeyRequest = object({
  id: Type.String(),
  name: Type.String(),
  email: Type.String(),
  purpose: Type.String(),
  state: Type.Enum(['open', 'granted', 'refused']),
  policy: Type.Optional(Type.String({ description: 'Of the key, which also names the partner' })),
  askedAt: Instant,
  decidedAt: Type.Optional(Instant),
});

export const Decision = variants('decision', {
  grant: object({
    types: Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), { minItems: 1, maxItems: 100 }),
    writes: Type.Optional(Type.Boolean({ description: 'Default: it only reads' })),
    perMinute: Type.Integer({ minimum: 1, maximum: 100_000, description: 'Requests' }),
    expiresAt: Instant,
  }),
  refuse: object({ reason: Type.Optional(Type.String({ maxLength: 1000 })) }),
});

/** Keys that companies and laboratories ask for on the page for developers. */
export const keyRequestContract = contract(KEY_REQUESTS, {
  list: {
    access: 'administerAll',
    summary: 'Who has asked for a key on the page for developers',
    answers: { 200: object({ requests: Type.Array(KeyRequest) }) },
  },
  decide: {
    access: 'administerAll',
    recentSignIn: true,
    audited: { values: 'above', hidden: ['name', 'email', 'purpose'] },
    summary: 'Grants a key, which is sent by mail, or refuses it',
    params: { id: identifier() },
    body: Decision,
    answers: {
      200: object({
        isMailed: Type.Boolean({ description: 'False: there is no mail server, or it refused' }),
        key: Type.Optional(Type.String({ description: 'Only if it could not be mailed; shown once' })),
      }),
    },
    example: {
      params: { id: '4f6c1d2e' },
      body: { decision: 'grant', types: ['AirQualityObserved'], perMinute: 60, expiresAt: '2027-12-31T00:00:00Z' },
    },
  },
});

export type KeyRequestContract = typeof keyRequestContract;
export type KeyRequest = Value<typeof KeyRequest>;
export type Decision = Value<typeof Decision>;
