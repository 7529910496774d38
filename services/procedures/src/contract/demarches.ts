import { contract, object, Type, type Value } from '@alzette/kit/contract';
import { Reference } from './dossier.ts';
import { DEMARCHES } from './paths.ts';
import { FieldId, Id } from './texts.ts';

const DossierNumber = Type.Integer({ minimum: 1, description: 'In Démarches simplifiées' });

/** Which démarche is read, and which of its fields answer those of the procedure. The token is not stored. */
const TakeOver = object({
  url: Type.Optional(
    Type.String({
      format: 'uri',
      maxLength: 300,
      description: 'Default: https://demarche.numerique.gouv.fr/api/v2/graphql',
    }),
  ),
  token: Type.String({ minLength: 1, maxLength: 300, description: 'Of an administrator of the démarche' }),
  number: DossierNumber,
  procedure: Id,
  fields: Type.Record(FieldId, Type.String({ minLength: 1, maxLength: 300 }), {
    description: 'By the field of the procedure: the label of the field of the démarche, or its id',
  }),
  waitS: Type.Optional(Type.Integer({ minimum: 1, maximum: 120, description: 'For each answer; default 30' })),
});
export type TakeOver = Value<typeof TakeOver>;

const TakenOver = object({
  taken: Type.Integer({ description: 'New dossiers' }),
  present: Type.Integer({ description: 'Those that an earlier run has taken over' }),
  refused: Type.Array(object({ number: DossierNumber, reasons: Type.Array(Type.String()) }), {
    description: 'Those that the form of the procedure does not accept',
  }),
  deleted: Type.Array(object({ number: DossierNumber, id: Reference }), {
    description: 'Dossiers of an earlier run that were deleted there since',
  }),
});
export type TakenOver = Value<typeof TakenOver>;

export const demarchesContract = contract(DEMARCHES, {
  takeOver: {
    access: 'administer',
    recentSignIn: true,
    summary: 'Takes over the open dossiers of a démarche of Démarches simplifiées, each once',
    body: TakeOver,
    answers: { 200: TakenOver },
    example: {
      body: { token: 'secret', number: 12345, procedure: 'grant', fields: { association: 'Nom de l’association' } },
    },
  },
});
export type DemarchesContract = typeof demarchesContract;
