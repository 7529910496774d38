import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { OWN_PEOPLE } from './paths.ts';
import { Id, Ids, Instant } from './schemas.ts';

const Person = object(
  {
    id: Type.String(),
    username: Type.String(),
    name: Type.String(),
    email: Type.Optional(Type.String()),
    roles: Type.Array(Type.String(), { description: 'Those of this collectivity alone' }),
    enabled: Type.Boolean(),
    isInvited: Type.Boolean({ description: 'They have not chosen a password' }),
    lastSignInAt: Type.Optional(Instant),
  },
  'An account with a role of the collectivity',
);
const OF_PERSON = { access: 'administer', params: { id: text() } } as const;

/** The people of one collectivity, for who administers it. An account may also have roles elsewhere: these are not shown. */
export const ownPeopleContract = contract(OWN_PEOPLE, {
  list: {
    access: 'administer',
    summary: 'The people of this collectivity, and its roles; none in the default tenant',
    answers: {
      200: object({
        people: Type.Array(Person),
        roles: Type.Array(object({ id: Id, description: Type.String() })),
      }),
    },
  },
  invite: {
    access: 'administer',
    // The audit is kept forever, so it has no names.
    audited: { values: 'body', hidden: ['email'] },
    summary: 'Invites a person by e-mail; one with a verified account of this address gets the roles, too',
    body: object({
      email: Type.String({ format: 'email', maxLength: 100 }),
      roles: Type.Array(Id, { minItems: 1, maxItems: 20 }),
    }),
    answers: { 201: Person },
    example: { body: { email: 'ada@example.org', roles: ['thil.operator'] } },
  },
  change: {
    ...OF_PERSON,
    audited: { values: 'body' },
    summary: 'Replaces the roles of a person in this collectivity; without any they are no longer of it',
    body: object({ roles: Ids }),
    answers: { 200: Person },
    example: { params: { id: 'ada' }, body: { roles: ['thil.analyst'] } },
  },
  link: {
    ...OF_PERSON,
    summary: 'A link to choose the first password, for a person of this collectivity alone',
    recentSignIn: true,
    answers: { 201: object({ link: Type.String() }) },
  },
});

export type OwnPeopleContract = typeof ownPeopleContract;
export type OwnPerson = Value<typeof Person>;
