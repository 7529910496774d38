import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { SENDING } from './citizen.ts';
import { DossierState } from './dossier.ts';
import { OWN_ACCOUNT } from './paths.ts';
import { Day, Instant } from './texts.ts';

const Vouched = object(
  {
    by: Type.String({ description: 'The title of the OpenID provider' }),
    at: Instant,
    claims: object({
      givenName: Type.Optional(Type.String()),
      familyName: Type.Optional(Type.String()),
      birthDate: Type.Optional(Day),
      email: Type.Optional(Type.String()),
      siret: Type.Optional({ ...Type.String(), description: 'The establishment that they work for' }),
    }),
  },
  'What the provider vouches for about a person who signed in with it',
);
export type Vouched = Value<typeof Vouched>;

export const OwnDossier = object({
  ...DossierState,
  token: Type.String({ description: 'Opens the dossier for its sender' }),
});

/** For people who have signed in. Everything else is the same as without an account. */
export const ownAccountContract = contract(OWN_ACCOUNT, {
  account: {
    access: 'known',
    summary: 'What an OpenID provider vouches for about the caller; `vouched` is absent if none does',
    answers: { 200: object({ vouched: Type.Optional(Vouched) }) },
  },
  dossiers: {
    access: 'known',
    summary: 'The dossiers that the caller sent while signed in, whatever the device',
    answers: { 200: object({ dossiers: Type.Array(OwnDossier) }) },
  },
  send: {
    access: 'known',
    summary:
      'Sends a request as `POST /citizen/v1/procedures/{id}/dossiers`, with what the provider vouches for instead of other answers; with `company` for a company that the caller acts for',
    ...SENDING,
    query: { company: text({ max: 40 }) },
  },
});
export type OwnAccountContract = typeof ownAccountContract;
