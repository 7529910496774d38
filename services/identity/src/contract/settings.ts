import { byName, contract, object, partial, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { IDENTITY_SETTINGS } from './paths.ts';
import { ADMINISTERED, Instant } from './schemas.ts';

/** What is recorded of accounts, clients and settings. */
export const EVENT_KINDS = [
  'signed-in',
  'sign-in-failed',
  'signed-out',
  'password-changed',
  'password-reset-asked',
  'second-factor-added',
  'second-factor-removed',
  'account-created',
  'account-changed',
  'account-erased',
  'account-exported',
  'account-seen-as',
  'administration',
  'break-glass',
  'keys-rotated',
] as const;

const OrNone = Type.Union([Type.String(), Type.Null()]);
export const Event = object({
  id: Type.Integer(),
  at: Instant,
  kind: Type.Enum(EVENT_KINDS),
  account: OrNone,
  client: OrNone,
  address: OrNone,
  detail: byName(Type.Unknown()),
});

const Days = Type.Integer({ minimum: 1, maximum: 3650 });
const Retention = object({ events: Days, throttles: Days, 'unused-accounts': Days });

const Words = Type.String({ maxLength: 2000 });
const InLanguages = object(
  { fr: Words, en: Words, de: Type.Optional(Words), lb: Type.Optional(Words) },
  'A controller writes at least French and English',
);
const PROCESSING = {
  title: InLanguages,
  purpose: InLanguages,
  basis: InLanguages,
  data: InLanguages,
  people: InLanguages,
  recipients: InLanguages,
  kept: InLanguages,
  measures: InLanguages,
};
const SavedProcessing = object(PROCESSING);
const Processing = object({ id: Type.String(), ...PROCESSING });
const BY_ID = { ...ADMINISTERED, params: { id: text({ max: 100 }) }, answers: { 204: null } } as const;
const SAMPLE = { fr: 'Visiteurs', en: 'Visitors' };

/** Keys of tokens, the log, retention periods, and the register of processing (GDPR, article 30). */
export const settingsContract = contract(IDENTITY_SETTINGS, {
  rotateKeys: {
    access: 'administerAll',
    summary: 'Signs tokens with a new key; `atOnce`: revokes the tokens of the old key',
    body: Type.Optional(
      object({ atOnce: Type.Optional(Type.Boolean({ description: 'For a key that is compromised' })) }),
    ),
    answers: { 201: object({ kid: Type.String() }) },
    example: { body: { atOnce: false } },
  },
  events: {
    access: 'administerAll',
    summary: 'Sign-ins and changes of accounts, newest first',
    query: {
      before: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      limit: wholeNumber({ min: 1, max: 1000, default: 100 }),
    },
    answers: { 200: object({ events: Type.Array(Event) }) },
  },
  retention: {
    access: 'administerAll',
    summary: 'Retention periods in days',
    answers: { 200: Retention },
  },
  changeRetention: {
    access: 'administerAll',
    audited: { values: 'route' },
    summary: 'Changes the retention periods',
    body: partial(Retention),
    answers: { 200: Retention },
    example: { body: { events: 365 } },
  },
  processing: {
    access: 'administerAll',
    summary: 'The register of processing of personal data',
    answers: { 200: object({ processing: Type.Array(Processing) }) },
  },
  saveProcessing: {
    ...BY_ID,
    summary: 'Adds or replaces an entry of the register',
    body: SavedProcessing,
    example: {
      params: { id: 'visitors' },
      body: {
        title: SAMPLE,
        purpose: SAMPLE,
        basis: SAMPLE,
        data: SAMPLE,
        people: SAMPLE,
        recipients: SAMPLE,
        kept: SAMPLE,
        measures: SAMPLE,
      },
    },
  },
  deleteProcessing: {
    ...BY_ID,
    summary: 'Removes an added entry, or restores the one that comes with the product',
  },
});

export type SettingsContract = typeof settingsContract;
export type EventKind = (typeof EVENT_KINDS)[number];
export type StoredEvent = Value<typeof Event>;
export type Retention = Value<typeof Retention>;
export type ProcessingText = Value<typeof InLanguages>;
export type Processing = Value<typeof Processing>;
