import { object, Type, type Value } from '@alzette/kit/contract';
import { Severity } from './entries.ts';

export const STATES = ['waiting', 'held', 'sent', 'failed', 'merged'] as const;

const Texts = object({
  fr: Type.String(),
  en: Type.String(),
  de: Type.Optional(Type.String()),
  lb: Type.Optional(Type.String()),
});
const Instant = Type.String({ format: 'date-time' });

const MESSAGE = {
  id: Type.Integer(),
  key: Type.String(),
  channel: Type.String(),
  recipient: Type.Optional(Type.String()),
  severity: Severity,
  title: Texts,
  state: Type.Enum(STATES),
  reason: Type.Optional(Type.String({ description: 'Why it waits or failed' })),
  createdAt: Instant,
  dueAt: Type.Optional(Type.String({ format: 'date-time', description: 'The time of the next attempt' })),
  attempts: Type.Integer(),
  sentAt: Type.Optional(Instant),
};
const Attempt = object({
  attempt: Type.Integer(),
  at: Instant,
  outcome: Type.String(),
  detail: Type.Union([Type.String(), Type.Null()]),
});

/** A message as an operator sees it. */
export const ShownMessage = object(MESSAGE);
export const MessageDetail = object({
  ...MESSAGE,
  text: Texts,
  link: Type.String(),
  tries: Type.Array(Attempt),
});

export const Turn = object({ recipient: Type.String(), from: Instant, to: Instant });

const Key = Type.String({ pattern: '^[A-Za-z0-9_-]+={0,2}$', minLength: 16, maxLength: 200 });
/** A browser may add members to it. */
export const Subscription = Type.Object({
  endpoint: Type.String({ format: 'uri', maxLength: 2000 }),
  keys: object({ p256dh: Key, auth: Key }, 'For encryption (RFC 8291)'),
});

/** A text for recipients. Those of a missing language get the French one. */
export type Texts = Value<typeof Texts>;
export type MessageState = Value<typeof ShownMessage>['state'];
export type ShownMessage = Value<typeof ShownMessage>;
export type Attempt = Value<typeof Attempt>;
/** The subscription of a browser: the endpoint, and the keys for encryption (RFC 8291). */
export type PushSubscription = Value<typeof Subscription>;
