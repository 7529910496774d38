import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { OwnDossier } from './account.ts';
import { Email } from './dossier.ts';
import { OWN_COMPANIES } from './paths.ts';
import { Day, Instant, Language } from './texts.ts';

const Line = Type.String({ minLength: 1, maxLength: 120, pattern: '^[^\\r\\n]+$' });
const Person = { person: Line, email: Email };
const Role = Type.Enum(['owner', 'member']);
const Until = Type.Optional({ ...Day, description: 'The last day; absent: without end' });

const Member = object({
  ...Person,
  id: Type.String(),
  role: Role,
  until: Until,
  hasJoined: { ...Type.Boolean(), description: 'Otherwise they are invited' },
});
export type Member = Value<typeof Member>;

const Company = object({
  id: Type.String(),
  number: { ...Type.String(), description: 'A SIREN, or a VAT number of Luxembourg' },
  name: Line,
  checkedBy: Type.Optional({
    ...Type.String(),
    description: 'The OpenID provider that vouches for it; absent: its founder wrote it',
  }),
  foundedAt: Instant,
  role: Role,
  member: { ...Type.String(), description: 'The caller as a member' },
  members: Type.Optional({ ...Type.Array(Member), description: 'Only for owners' }),
});
export type Company = Value<typeof Company>;

const OF_COMPANY = { company: text({ max: 40 }) };
const EXAMPLE = { company: '5f0c9a7be1d24c38' };

/** For people who have signed in and act for a company. Nobody sees anything of a company by its number. */
export const companyContract = contract(OWN_COMPANIES, {
  list: {
    access: 'known',
    summary: 'The companies that the caller acts for',
    answers: { 200: object({ companies: Type.Array(Company) }) },
  },
  found: {
    access: 'known',
    summary:
      'Founds a group of people for a company, with the caller as its owner; the same number again is another group. A number for which the caller’s provider vouches has one checked group: 409 if there is one',
    body: object({
      number: Type.String({ maxLength: 25, description: 'SIREN, SIRET, or VAT number of Luxembourg' }),
      name: Line,
      ...Person,
    }),
    answers: { 201: Company },
    example: {
      body: { number: '732 829 320', name: 'Menuiserie Quillefeu', person: 'H. Quillefeu', email: 'h@example.org' },
    },
  },
  join: {
    access: 'known',
    summary: 'Accepts an invitation, once, within 14 days',
    body: object({ token: Type.String({ maxLength: 100 }) }),
    answers: { 200: Company },
    example: { body: { token: 'secret' } },
  },
  invite: {
    access: 'known',
    summary: 'Invites somebody by e-mail; only owners do. The link is for the case that the mail does not arrive',
    params: OF_COMPANY,
    body: object({ ...Person, role: Role, until: Until, language: Language }),
    answers: { 201: object({ member: Type.String(), link: Type.String() }) },
    example: {
      params: EXAMPLE,
      body: { person: 'P. Quillefeu', email: 'p@example.org', role: 'member', until: '2027-06-30', language: 'fr' },
    },
  },
  remove: {
    access: 'known',
    summary: 'Ends the right of a member, or an invitation, at once: owners do, and members for themselves',
    params: { ...OF_COMPANY, member: text({ max: 40 }) },
    answers: { 204: null },
  },
  dossiers: {
    access: 'known',
    summary: 'The dossiers that were sent for the company; their tokens work as long as the caller acts for it',
    params: OF_COMPANY,
    answers: { 200: object({ dossiers: Type.Array(OwnDossier) }) },
  },
});
export type CompanyContract = typeof companyContract;
