import { contract, identifier, object, partial, Type, text, type Value } from '@alzette/kit/contract';
import { Category, GivenCategory, Texts } from './categories.ts';
import { REPORT_SETUP } from './paths.ts';
import { Instant, PersonalData, Status } from './report.ts';
import { CONTACT } from './submission.ts';

const OWN = { isOwn: Type.Boolean({ description: 'Set by an administrator, not built in' }) };
const SetCategory = object({ ...Category.properties, ...OWN });

const TEMPLATE = {
  title: Texts,
  text: Texts,
  status: Type.Optional(Status),
};
export const GivenTemplate = object(TEMPLATE);
const Template = object(
  { id: Type.String(), ...TEMPLATE },
  'A prepared reply, and the status that the report gets with it',
);
const SetTemplate = object({ ...Template.properties, ...OWN });

const Word = Type.String({ minLength: 2, maxLength: 50 });
const PerHour = { minimum: 1, maximum: 10_000 };
const Settings = object({
  proofBits: Type.Integer({
    minimum: 0,
    maximum: 20,
    description: 'The bits of the proof of work for a first post; 0: none',
  }),
  postsPerAddressAndHour: Type.Integer({
    ...PerHour,
    description: 'From one network; ten times as many with the tokens of devices, because many people may share it',
  }),
  postsPerDeviceAndHour: Type.Integer(PerHour),
  allowsLinks: Type.Boolean(),
  watchedWords: Type.Array(Word, {
    maxItems: 500,
    description: 'Whole words that are shown to the moderator if they occur in a text',
  }),
  refusedWords: Type.Array(Word, {
    maxItems: 500,
    description: 'Words for which a text is refused',
  }),
  publishesStatistics: Type.Boolean(),
  pseudonymisedAfterDays: Type.Integer({
    minimum: 1,
    maximum: 3650,
    description: 'After which the personal data of authors are removed',
  }),
  contact: Type.String({ maxLength: 300, description: 'In the discovery document of Open311' }),
});

const PostingKey = object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Instant,
  expiresAt: Type.Union([Instant, Type.Null()]),
});
const BlockKind = Type.Enum(['address', 'device', 'email']);
const Block = object({
  id: Type.String(),
  kind: BlockKind,
  reason: Type.String(),
  actor: Type.String(),
  createdAt: Instant,
  expiresAt: Instant,
});
const Person = Type.Object(CONTACT, { additionalProperties: false, minProperties: 1 });

const CODE = { code: text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/, expected: 'lower-case letters, digits and "-"' }) };
const ID = { id: identifier() };
const REMOVES = { access: 'administer', params: ID, answers: { 204: null } } as const;

/** Categories, templates, settings, keys, block lists, and requests for personal data. */
export const reportSetupContract = contract(REPORT_SETUP, {
  categories: {
    access: 'read',
    summary: 'Report categories',
    answers: { 200: object({ categories: Type.Array(SetCategory) }) },
  },
  saveCategory: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Adds a category, or replaces a built-in one',
    params: CODE,
    body: GivenCategory,
    answers: { 200: Category },
    example: {
      params: { code: 'tree' },
      body: {
        name: { fr: 'Arbre' },
        description: { fr: 'Un arbre tombé ou malade' },
        group: { fr: 'Nature' },
        icon: 'tree',
        competence: 'commune',
        promisedDays: 14,
        duplicateRadius: 30,
      },
    },
  },
  removeCategory: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Deletes a category, or restores the built-in one',
    params: CODE,
    answers: { 204: null },
  },
  templates: {
    access: 'read',
    summary: 'Reply templates',
    answers: { 200: object({ templates: Type.Array(SetTemplate) }) },
  },
  saveTemplate: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Adds or replaces a reply template',
    params: ID,
    body: GivenTemplate,
    answers: { 200: Template },
    example: { params: { id: 'thanks' }, body: { title: { fr: 'Merci' }, text: { fr: 'Merci beaucoup.' } } },
  },
  removeTemplate: { ...REMOVES, audited: { values: 'above' }, summary: 'Deletes a reply template' },
  settings: {
    access: 'read',
    summary: 'Settings of reports, for who may moderate in a commune',
    answers: { 200: Settings },
  },
  changeSettings: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Changes the settings of reports',
    body: partial(Settings),
    answers: { 200: Settings },
    example: { body: { contact: 'reports@example.org' } },
  },
  keys: {
    access: 'administer',
    summary: 'Keys for posting reports (Open311)',
    answers: { 200: object({ keys: Type.Array(PostingKey) }) },
  },
  addKey: {
    access: 'administer',
    audited: { values: 'body' },
    summary: 'Creates a key, which is returned only once',
    body: object({
      name: Type.String({ maxLength: 200 }),
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
    }),
    answers: { 201: object({ id: Type.String(), name: Type.String(), key: Type.String() }) },
    example: { body: { name: 'Région', days: 30 } },
  },
  removeKey: { ...REMOVES, audited: { values: 'above' }, summary: 'Revokes a key' },
  blocks: {
    access: 'administer',
    summary: 'Blocked senders, and until when',
    answers: { 200: object({ blocks: Type.Array(Block) }) },
  },
  block: {
    access: 'administer',
    summary: 'Blocks the sender of a report',
    params: ID,
    body: object({
      kind: BlockKind,
      days: Type.Integer({ minimum: 1, maximum: 365 }),
      reason: Type.String({ minLength: 1, maxLength: 200 }),
    }),
    answers: { 201: object({ id: Type.String(), expiresAt: Instant }) },
    example: { params: { id: 'K7Q2M9XD4T' }, body: { kind: 'device', days: 7, reason: 'Des insultes' } },
  },
  removeBlock: { ...REMOVES, summary: 'Removes a block' },
  exportPerson: {
    access: 'administer',
    summary: 'All stored data of a person, by e-mail or telephone',
    body: Person,
    answers: { 200: object({ reports: PersonalData }) },
    example: { body: { email: 'someone@example.org' } },
  },
  erasePerson: {
    access: 'administer',
    summary: 'Erases a person’s data, by e-mail or telephone',
    body: Person,
    answers: { 200: object({ erased: Type.Array(Type.String()) }) },
    example: { body: { email: 'someone@example.org' } },
  },
});

export type ReportSetupContract = typeof reportSetupContract;
export type SetCategory = Value<typeof SetCategory>;
export type Template = Value<typeof Template>;
export type SetTemplate = Value<typeof SetTemplate>;
export type ReportSettings = Value<typeof Settings>;
export type PostingKey = Value<typeof PostingKey>;
export type Block = Value<typeof Block>;
