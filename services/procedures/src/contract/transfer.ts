import { contract, identifier, object, Type, type Value } from '@alzette/kit/contract';
import { KeptResource } from './bookings.ts';
import { Applicant, Event, Reference, VouchedFor } from './dossier.ts';
import { Answers } from './form.ts';
import { TRANSFER } from './paths.ts';
import { Procedure } from './procedure.ts';
import { Day, Id, Instant, Language } from './texts.ts';

/** Photos and documents are in it. */
export const MAX_TRANSFER_BYTES = 256 * 1024 * 1024;

const FileName = Type.String({ pattern: '^file-[1-9]\\d{0,3}$', description: 'How answers and events name it' });
const MovedFile = object({
  name: FileName,
  type: Type.Enum(['image/jpeg', 'application/pdf']),
  content: Type.String({ contentEncoding: 'base64' }),
});
const MovedBooking = object({
  resource: Id,
  slot: Type.String(),
  from: Instant,
  to: Instant,
  amount: Type.Number({ exclusiveMinimum: 0 }),
  state: Type.Enum(['confirmed', 'waiting', 'offered', 'cancelled']),
  offeredUntil: Type.Optional(Instant),
});

/** A dossier with everything of it. The sender's link is not in it: it is another one in another installation. */
const MovedDossier = object({
  id: Reference,
  procedure: Id,
  version: Type.Integer({ minimum: 1 }),
  stage: Id,
  sentAt: Instant,
  sentOn: Day,
  updatedAt: Instant,
  closedAt: Type.Optional(Instant),
  commune: Type.Optional(Type.String()),
  pauses: Type.Array(object({ askedOn: Day, endedOn: Type.Optional(Day) })),
  missing: Type.Optional(object({ fields: Type.Array(Type.String()), until: Day, askedAt: Instant })),
  assignee: Type.Optional(Type.String()),
  decision: Type.Optional(object({ action: Type.String(), at: Instant, isSilent: Type.Optional(Type.Literal(true)) })),
  isSatisfied: Type.Optional(Type.Boolean()),
  paid: Type.Optional(
    object({ at: Instant, cents: Type.Integer(), by: Type.Enum(['online', 'desk']), number: Type.String() }),
  ),
  effects: Type.Array(
    object({
      does: Type.String(),
      event: Type.Integer({ minimum: 0, description: 'The place of its event in `events`, from 0' }),
      entity: Type.String(),
      at: Instant,
    }),
  ),
  sender: Type.Optional(
    object(
      { language: Language, applicant: Applicant, answers: Answers, vouched: Type.Optional(VouchedFor) },
      'Absent: their data were erased',
    ),
  ),
  events: Type.Array(object({ ...Event.properties, n: Type.Optional(Type.Never()) })),
  booking: Type.Optional(MovedBooking),
  files: Type.Array(MovedFile),
});
export type MovedDossier = Value<typeof MovedDossier>;

const MovedVersion = object({
  id: Id,
  version: Type.Integer({ minimum: 1 }),
  state: Type.Enum(['published', 'archived']),
  savedAt: Instant,
  publishedAt: Type.Optional(Instant),
  document: Procedure,
});
export type MovedVersion = Value<typeof MovedVersion>;

/** Dossiers, with the versions of procedures and the resources that they need, in one file. */
export const Transfer = object({
  format: Type.Literal(1),
  procedures: Type.Array(MovedVersion),
  resources: Type.Array(KeptResource),
  dossiers: Type.Array(MovedDossier),
});
export type Transfer = Value<typeof Transfer>;

export const transferContract = contract(TRANSFER, {
  export: {
    access: 'administer',
    recentSignIn: true,
    summary: 'All dossiers, or those of a procedure, with their files and all personal data, in one JSON file',
    query: { procedure: identifier() },
    answers: { 200: Transfer },
  },
  import: {
    access: 'administer',
    recentSignIn: true,
    summary: 'Stores dossiers of such a file; those that are here already stay as they are',
    body: Transfer,
    bodyLimit: MAX_TRANSFER_BYTES,
    answers: { 200: object({ dossiers: Type.Integer(), present: Type.Integer(), procedures: Type.Integer() }) },
    example: { body: { format: 1, procedures: [], resources: [], dossiers: [] } },
  },
});
export type TransferContract = typeof transferContract;
