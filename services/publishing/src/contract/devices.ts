import { byName, contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { Language } from './documents.ts';
import { DEVICES, POLLS } from './paths.ts';

/** One answer per device and a bound per network, without an account; the results are public. */
export const pollContract = contract(POLLS, {
  answer: {
    access: 'nothing',
    summary: 'Answers a poll, once per device; returns the results so far',
    params: { id: text({ max: 100 }) },
    body: object({
      device: Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$', description: 'A random name that the app stores' }),
      choice: Type.String({ maxLength: 40 }),
    }),
    answers: { 201: object({ answers: byName(Type.Integer()) }) },
    example: { params: { id: 'square' }, body: { device: 'a-device-of-a-test', choice: 'trees' } },
  },
});

export const MAX_TOPICS = 200;
const Topics = Type.Array(
  Type.String({ pattern: '^[a-z]{2,20}[@:][A-Za-z0-9_./:-]{1,100}$', description: 'news@villerupt, report:…' }),
  { maxItems: MAX_TOPICS },
);
const Time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });
const Wishes = object(
  {
    topics: Topics,
    language: Language,
    quiet: Type.Optional(object({ from: Time, to: Time }, 'Local times')),
  },
  'The topics of a device and its quiet hours. They contain nothing about its owner.',
);
const Key = Type.String({ pattern: '^[A-Za-z0-9_-]+={0,2}$', minLength: 16, maxLength: 200 });
/** Open: browsers add members to a subscription. */
const Subscription = Type.Object({
  endpoint: Type.String({ format: 'uri', maxLength: 2000 }),
  keys: object({ p256dh: Key, auth: Key }),
});
const Device = object({
  provider: Type.Enum(['fcm', 'apns']),
  token: Type.String({ pattern: '^[A-Za-z0-9:_-]{16,400}$' }),
});
const GivenDevice = object({
  ...Wishes.properties,
  subscription: Type.Optional(Subscription),
  device: Type.Optional(Device),
});

const BY_ID = {
  params: { id: text({ max: 18, pattern: /^\d{1,18}$/, expected: 'digits' }) },
  access: 'nothing',
} as const;
export const BY_SECRET = 'authorization: "Device " and the secret that was returned when the device was added';

/** Devices subscribe anonymously. */
export const deviceContract = contract(DEVICES, {
  key: {
    access: 'nothing',
    summary: 'The public key for push subscriptions of browsers (VAPID)',
    answers: { 200: object({ key: Type.String() }) },
  },
  add: {
    access: 'nothing',
    summary:
      'Registers a device for topics; its secret is returned only once. A browser then confirms its first message',
    body: GivenDevice,
    answers: { 201: object({ id: Type.String(), secret: Type.String() }) },
    example: {
      body: {
        topics: ['news@villerupt'],
        language: 'fr',
        device: { provider: 'fcm', token: 'a-token-of-a-device-in-a-test' },
      },
    },
  },
  confirm: {
    ...BY_ID,
    summary: 'Confirms a browser by the token in the first message to it; before, it gets no other',
    body: object({ token: Type.String({ maxLength: 100 }) }),
    answers: { 204: null },
    example: { params: { id: '1' }, body: { token: 'token' } },
  },
  wishes: { ...BY_ID, summary: `The topics of a device; ${BY_SECRET}`, answers: { 200: Wishes } },
  setWishes: {
    ...BY_ID,
    summary: `Replaces the topics of a device; ${BY_SECRET}`,
    body: Wishes,
    answers: { 204: null },
    example: { params: { id: '1' }, body: { topics: ['news@villerupt'], language: 'fr' } },
  },
  changeTopics: {
    ...BY_ID,
    summary: `Adds and removes topics of a device; ${BY_SECRET}`,
    body: object({ add: Type.Optional(Topics), remove: Type.Optional(Topics) }),
    answers: { 200: object({ topics: Topics }) },
    example: { params: { id: '1' }, body: { add: ['events@villerupt'] } },
  },
  remove: { ...BY_ID, summary: `Deletes a device; ${BY_SECRET}`, answers: { 204: null } },
});

export type PollContract = typeof pollContract;
export type DeviceContract = typeof deviceContract;
export type Wishes = Value<typeof Wishes>;
export type GivenDevice = Value<typeof GivenDevice>;
export type Device = Value<typeof Device>;
