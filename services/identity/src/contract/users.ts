import { contract, flag, media, object, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { USERS } from './paths.ts';
import { Id, Ids, Instant, Names, Text } from './schemas.ts';
import { Event } from './settings.ts';

const orNull = (schema: { readonly type: 'string' }) =>
  Type.Optional(Type.Unsafe<string | null>({ ...schema, nullable: true }));
const CHANGEABLE = {
  email: orNull(Type.String({ format: 'email', maxLength: 254 })),
  givenName: Type.Optional(Text),
  familyName: Type.Optional(Text),
  language: Type.Optional(Type.Enum(LANGUAGES)),
  organisation: orNull(Id),
  roles: Type.Optional(Ids),
  groups: Type.Optional(Ids),
  enabled: Type.Optional(Type.Boolean()),
  expiresAt: orNull(Instant),
};
const Username = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$' });
export const NewAccount = object({
  username: Username,
  ...CHANGEABLE,
  invite: Type.Optional(Type.Boolean({ description: 'Sends an e-mail with a link to choose a password' })),
});
const AccountChange = object({
  username: Type.Optional(Username),
  ...CHANGEABLE,
  emailVerified: Type.Optional(Type.Boolean()),
});

const Account = object(
  {
    id: Type.String(),
    username: Type.String(),
    email: Type.Optional(Type.String()),
    emailVerified: Type.Boolean(),
    givenName: Type.String(),
    familyName: Type.String(),
    language: Type.Enum(LANGUAGES),
    organisation: Type.Optional(Type.String()),
    roles: Type.Array(Type.String(), { description: 'Granted to the account itself' }),
    groups: Names,
    effectiveRoles: Type.Array(Type.String(), { description: 'With those of its groups' }),
    hasPassword: Type.Boolean(),
    mustChangePassword: Type.Boolean(),
    hasTotp: Type.Boolean(),
    passkeys: Type.Integer(),
    source: Type.String({ description: '`local`, `directory:NAME` or `provider:NAME`' }),
    distinguishedName: Type.Optional(Type.String()),
    enabled: Type.Boolean(),
    isBreakGlass: Type.Boolean(),
    expiresAt: Type.Optional(Instant),
    createdAt: Instant,
    lastSignInAt: Type.Optional(Instant),
  },
  'An account, without its secrets',
);
const PersonalData = object({
  exportedAt: Instant,
  account: Account,
  passkeys: Type.Array(object({ name: Type.String(), createdAt: Instant, lastUsedAt: Type.Optional(Instant) })),
  sessions: Type.Array(object({ signedInAt: Instant, clients: Names })),
  externalAccounts: Type.Array(object({ provider: Type.String(), subject: Type.String(), created_at: Instant })),
  events: Type.Array(Event),
});
const ImportReport = object({
  created: Type.Integer(),
  updated: Type.Integer(),
  refused: Type.Array(object({ line: Type.Integer(), username: Type.String(), reason: Type.String() }), {
    description: 'The refused lines; all others were imported',
  }),
});

const OF_USER = { access: 'administerAll', params: { id: text() } } as const;
/** Names of people are not in the audit. */
const UNNAMED = { values: 'route', hidden: ['name'] } as const;

/** Accounts, their credentials and sessions. */
export const usersContract = contract(USERS, {
  list: {
    access: 'administerAll',
    summary: 'Accounts, by name',
    query: { search: text(), after: text(), limit: wholeNumber({ min: 1, max: 1000, default: 100 }) },
    answers: { 200: object({ users: Type.Array(Account) }) },
  },
  create: {
    access: 'administerAll',
    audited: { ...UNNAMED, values: 'body' },
    summary: 'Creates an account; `invite` sends an e-mail',
    body: NewAccount,
    answers: { 201: Account },
    example: { body: { username: 'ada', email: 'ada@example.org', roles: ['operator'] } },
  },
  user: { ...OF_USER, summary: 'One account', answers: { 200: Account } },
  change: {
    ...OF_USER,
    audited: UNNAMED,
    summary: 'Changes an account; null removes a member',
    body: AccountChange,
    answers: { 200: Account },
    example: { params: { id: 'ada' }, body: { givenName: 'Ada', organisation: null } },
  },
  erase: {
    ...OF_USER,
    audited: UNNAMED,
    summary: 'Erases an account and all data about the person',
    answers: { 204: null },
  },
  export: { ...OF_USER, summary: 'All data about the person', answers: { 200: PersonalData } },
  signOut: { ...OF_USER, summary: 'Signs the user out everywhere', answers: { 204: null } },
  resetLink: {
    ...OF_USER,
    summary: 'A link to choose a password, for a user without e-mail',
    recentSignIn: true,
    answers: { 201: object({ link: Type.String() }) },
  },
  see: {
    ...OF_USER,
    // Its entry in the audit names who looks, and as whom.
    audited: { values: 'body' },
    summary: 'A token that sees the product as the user for some minutes, and changes nothing',
    answers: { 201: object({ token: Type.String(), expiresAt: Instant }) },
  },
  removeTotp: {
    ...OF_USER,
    summary: 'Removes a lost second factor; the user enrols a new one at the next sign-in',
    answers: { 204: null },
  },
  removePasskeys: { ...OF_USER, summary: 'Removes all passkeys of an account', answers: { 204: null } },
  import: {
    access: 'administerAll',
    summary: 'Creates or changes an account for each line of a CSV file (text/csv)',
    query: { dryRun: flag({ default: false }) },
    body: media('text/csv'),
    answers: { 200: ImportReport },
  },
});

export type UsersContract = typeof usersContract;
export type NewAccount = Value<typeof NewAccount>;
export type AccountChange = Value<typeof AccountChange>;
export type ShownAccount = Value<typeof Account>;
export type PersonalData = Value<typeof PersonalData>;
export type ImportReport = Value<typeof ImportReport>;
