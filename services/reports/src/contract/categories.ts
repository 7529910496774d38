import { object, Type, type Value } from '@alzette/kit/contract';
import { ORGANISATION } from './report.ts';
import { Email } from './submission.ts';

const Sentence = Type.String({ minLength: 1, maxLength: 500 });
const OtherSentence = Type.Optional(Sentence);
export const Texts = object({ fr: Sentence, en: OtherSentence, de: OtherSentence, lb: OtherSentence });
export type Texts = Value<typeof Texts>;

const Code = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' });
const Short = Type.String({ minLength: 1, maxLength: 100 });
const SHOWN_CONTACT = {
  name: Short,
  phone: Type.Optional(Short),
  url: Type.Optional(Type.String({ format: 'uri', maxLength: 300 })),
};
const PARTNER = {
  url: Type.String({ format: 'uri', maxLength: 300, description: 'Without `/requests.json`' }),
  serviceCode: Short,
  jurisdiction: Type.Optional(Short),
};
const Partner = object(PARTNER, 'A GeoReport v2 endpoint to which the desk passes reports on, rather than by mail');
export type Partner = Value<typeof Partner>;
const GivenPartner = object({
  ...PARTNER,
  apiKey: Type.Optional({ ...Short, description: 'Is never answered; absent: the key that was given for this `url`' }),
});
const CONTACT = {
  ...SHOWN_CONTACT,
  email: Type.Optional({ ...Email, description: 'To which the desk passes reports on' }),
  open311: Type.Optional(Partner),
};
const Contact = object(CONTACT);
export type Contact = Value<typeof Contact>;
const GIVEN_CONTACT = { ...CONTACT, open311: Type.Optional(GivenPartner) };
const GivenContact = object(GIVEN_CONTACT);
const COMMUNES = { communes: Type.Array(Short, { minItems: 1, maxItems: 1000, description: 'Their slugs' }) };
const Question = object(
  {
    code: Code,
    datatype: Type.Enum(['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist']),
    isRequired: Type.Boolean(),
    description: Texts,
    values: Type.Optional(
      Type.Array(object({ key: Code, name: Texts }), { maxItems: 50, description: 'Only for a list' }),
    ),
  },
  'An additional question (Open311’s service definition)',
);
export type Question = Value<typeof Question>;

const CONTACTS = { maxItems: 50, description: 'The contacts of some communes, which go before `contact`' };
/** Members with a default. */
const OPTIONAL = {
  keywords: Type.Array(Short, { maxItems: 20 }),
  assetTypes: Type.Array(Short, { maxItems: 10, description: 'The entity types that it may be about' }),
  questions: Type.Array(Question, { maxItems: 20 }),
  isActive: Type.Boolean(),
  contacts: Type.Array(object({ ...CONTACT, ...COMMUNES }), CONTACTS),
};
const NEEDED = {
  name: Texts,
  description: Texts,
  group: Type.Unsafe<Texts>({ ...Texts, description: 'The title of the group in which categories are shown' }),
  icon: Type.String({
    pattern: '^[a-z0-9-]{1,60}$',
    description: 'A name in Material Design Icons, e.g. `lightbulb-off`',
  }),
  competence: Type.Enum(['community', 'commune', 'department', 'state', 'operator'], {
    description: 'Who is responsible. Communes and the community are ours; for others, a contact is shown',
  }),
  contact: Type.Optional(Contact),
  promisedDays: Type.Integer({
    minimum: 1,
    maximum: 365,
    description: 'The promised time for closing a report, in days',
  }),
  duplicateRadius: Type.Integer({
    minimum: 0,
    maximum: 1000,
    description: 'The distance in metres within which another report of the category may be a duplicate',
  }),
};
const Organisation = Type.Optional(
  Type.String({ pattern: ORGANISATION, description: 'That new reports are assigned to' }),
);

export const GivenCategory = object({
  ...NEEDED,
  contact: Type.Optional(GivenContact),
  organisation: Organisation,
  keywords: Type.Optional(OPTIONAL.keywords),
  assetTypes: Type.Optional(OPTIONAL.assetTypes),
  questions: Type.Optional(OPTIONAL.questions),
  isActive: Type.Optional(OPTIONAL.isActive),
  contacts: Type.Optional(Type.Array(object({ ...GIVEN_CONTACT, ...COMMUNES }), CONTACTS)),
});
export type GivenCategory = Value<typeof GivenCategory>;
/** Defaults of optional members. */
export const CATEGORY_DEFAULTS = { keywords: [], assetTypes: [], questions: [], isActive: true, contacts: [] } as const;

export const Category = object({ code: Type.String(), ...NEEDED, organisation: Organisation, ...OPTIONAL });
export type Category = Value<typeof Category>;

const { isActive: _isActive, contacts: _contacts, ...SHOWN } = OPTIONAL;
const PUBLIC_CONTACT = {
  ...SHOWN_CONTACT,
  isPassedOn: Type.Boolean({ description: 'Whether the desk takes such reports, and passes them on' }),
};
const PublicContact = object(PUBLIC_CONTACT);
export type PublicContact = Value<typeof PublicContact>;
/** A category for everybody. */
export const PublicCategory = object({
  code: Type.String(),
  ...NEEDED,
  ...SHOWN,
  contact: Type.Optional(PublicContact),
  contacts: Type.Array(object({ ...PUBLIC_CONTACT, ...COMMUNES })),
  isOurs: Type.Boolean(),
});
export type PublicCategory = Value<typeof PublicCategory>;
