import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';

export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export const Severity = Type.Enum(SEVERITIES);

export const Text = Type.String({ maxLength: 200 });
export const ChosenLanguage = Type.Enum(LANGUAGES);
const Id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
const Time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'Local time, HH:MM' });
const Instant = Type.String({ format: 'date-time' });

export const Recipient = object(
  {
    name: Text,
    language: Type.Optional(Type.Enum(LANGUAGES, { description: 'Default `fr`' })),
    email: Type.Optional(Type.String({ format: 'email', maxLength: 254 })),
    phone: Type.Optional(Type.String({ pattern: '^\\+[1-9]\\d{6,14}$', description: 'E.164, e.g. +33612345678' })),
    subject: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'The account of this person, by the subject of its tokens',
      }),
    ),
    quiet: Type.Optional(
      object(
        { from: Time, to: Time, except: Type.Optional(Severity) },
        'Local quiet hours, in which only messages of at least this severity are delivered; default `critical`',
      ),
    ),
    digest: Type.Optional(
      object(
        { below: Severity, at: Type.Array(Time, { minItems: 1, maxItems: 24, uniqueItems: true }) },
        'Messages below this severity are combined at these local times',
      ),
    ),
    mostAnHour: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'Further messages are combined later. Critical messages are always sent',
      }),
    ),
  },
  'A person who receives notices. These personal data are only in this service',
);

export const Group = object({
  title: Text,
  members: Type.Array(Type.String({ pattern: '^(recipient|roster):[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }), {
    maxItems: 200,
    uniqueItems: true,
  }),
});

export const Roster = object(
  {
    title: Text,
    timeZone: Type.Optional(
      Type.String({ maxLength: 64, description: 'IANA name; absent: the time zone of the territory' }),
    ),
    start: Type.String({ format: 'date', description: 'The day on which the first turn of the first member begins' }),
    days: Type.Integer({ minimum: 1, maximum: 366, description: 'The length of a turn' }),
    handover: Time,
    members: Type.Array(Id, { minItems: 1, maxItems: 100, description: 'Ids of recipients, in order' }),
    exceptions: Type.Optional(
      Type.Array(object({ from: Instant, to: Instant, recipient: Id }), {
        maxItems: 500,
        description: 'Substitutes for a period, e.g. for illness',
      }),
    ),
  },
  'Members take turns of a number of days, with handover at a local time. Exceptions have priority',
);

const Named = byName(Type.String({ minLength: 1, maxLength: 2000 }), { maxProperties: 10 });
const CHANNEL = {
  title: Text,
  kind: Type.Enum(['sms', 'voice', 'webhook', 'matrix', 'service']),
  provider: Type.Optional(
    Type.String({ maxLength: 200, description: 'Of telephone channels; the service of others that sends' }),
  ),
  settings: Named,
  enabled: Type.Optional(Type.Boolean()),
};
const Channel = object(CHANNEL);
export const SavedChannel = object({
  ...CHANNEL,
  secret: Type.Optional(
    byName(Type.String({ minLength: 1, maxLength: 2000 }), {
      maxProperties: 10,
      description: 'Stored encrypted and never returned; absent: the stored one is kept',
    }),
  ),
});
export const ShownChannel = object({ id: Type.String(), ...CHANNEL, hasSecret: Type.Boolean() });

const Names = Type.Array(Type.String());
export const Provider = object({
  name: Type.String(),
  title: Type.String(),
  kinds: Type.Array(Type.Enum(['sms', 'voice', 'service'])),
  settings: Names,
  optional: Names,
  secrets: Names,
});

export type Severity = Value<typeof Severity>;
export type Recipient = Value<typeof Recipient>;
export type Group = Value<typeof Group>;
export type Roster = Value<typeof Roster>;
/** A channel that an administrator configures; `email` and `push` always exist. */
export type Channel = Value<typeof Channel>;
