import { byName, contract, object, oneOf, Type, type Value, wholeNumber } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { Instant, Language } from './documents.ts';
import { APP_SETTINGS, REACH } from './paths.ts';

const OtherText = Type.Optional(Type.String());
const InLanguages = object({ fr: Type.String(), en: OtherText, de: OtherText, lb: OtherText });
const Counts = byName(Type.Integer());
const Reach = object(
  {
    id: Type.Integer(),
    key: Type.String(),
    topics: Type.Array(Type.String()),
    urgency: Type.Enum(['low', 'normal', 'high', 'emergency']),
    content: object({ title: InLanguages, text: InLanguages, link: Type.String() }),
    createdAt: Instant,
    addressed: Type.Integer(),
    accepted: Type.Integer({
      description: 'Devices whose push service accepted it; whether a person saw it is not known',
    }),
    gone: Type.Integer(),
    failed: Type.Integer(),
    waiting: Type.Integer(),
  },
  'The delivery of a message',
);

/** The number of reached devices, by push service. */
export const reachContract = contract(REACH, {
  reach: {
    access: 'read',
    summary: 'The number of followers per topic, and the delivery of each message',
    query: { limit: wholeNumber({ min: 1, max: 200, default: 50 }) },
    answers: { 200: object({ topics: Counts, devices: Counts, messages: Type.Array(Reach) }) },
  },
  providers: {
    access: 'administer',
    summary: 'Which push services of Google and Apple are configured',
    answers: { 200: object({ providers: Type.Array(Type.String()) }) },
  },
  removeProvider: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Removes a push service',
    params: { name: oneOf(['fcm', 'apns']) },
    answers: { 204: null },
  },
});

/** The modules of the citizens' app that a site can turn on. */
export const MODULES = [
  'news',
  'events',
  'alerts',
  'directory',
  'pages',
  'menus',
  'polls',
  'reports',
  'procedures',
  'waste',
  'mobility',
  'lighting',
  'air',
  'water',
] as const;
const Modules = Type.Array(Type.Enum(MODULES), { uniqueItems: true });
const GivenSettings = object({
  modules: Modules,
  languages: Type.Array(Language, { uniqueItems: true, contains: { const: 'fr' } }),
  keepersPublish: Type.Optional(
    Type.Boolean({
      description: 'Whether changes by keepers are published immediately; false: the town hall must approve them',
    }),
  ),
});
const AppSettings = object({ ...GivenSettings.properties, keepersPublish: Type.Boolean() });

/** The modules and languages of the citizens' app. */
export const appSettingsContract = contract(APP_SETTINGS, {
  settings: {
    access: 'read',
    summary: 'The modules and languages of the citizens’ app',
    answers: { 200: object({ ...AppSettings.properties, known: Modules }) },
  },
  change: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Turns modules and languages of the citizens’ app on and off',
    body: GivenSettings,
    answers: { 204: null },
    example: { body: { modules: ['news', 'events'], languages: LANGUAGES } },
  },
});

export type ReachContract = typeof reachContract;
export type AppSettingsContract = typeof appSettingsContract;
export type Reach = Value<typeof Reach>;
export type GivenSettings = Value<typeof GivenSettings>;
export type AppSettings = Value<typeof AppSettings>;
