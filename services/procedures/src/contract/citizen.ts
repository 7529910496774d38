import { contract, day, decimal, identifier, media, object, Type, text, type Value } from '@alzette/kit/contract';
import { Applicant, Booking, FileToken, FollowedDossier, Receipt, Reference, SaidText } from './dossier.ts';
import { Answers, CompiledForm } from './form.ts';
import { CITIZEN_PROCEDURES, FOLLOWED_DOSSIERS } from './paths.ts';
import { Deadline, Procedure } from './procedure.ts';
import { FieldId, Id, Instant, Language, Texts } from './texts.ts';

export const MAX_FILE_BYTES = 20 * 1024 * 1024;

const SHOWN = {
  id: Id,
  version: Type.Integer(),
  title: Texts,
  summary: Texts,
  easyText: Type.Optional(Texts),
  topic: Procedure.properties.topic,
  icon: Type.Optional(Type.String()),
  audience: Procedure.properties.audience,
};
const PublicProcedure = object(SHOWN);
const OneProcedure = object({
  ...SHOWN,
  contact: Procedure.properties.contact,
  service: Procedure.properties.service,
  deadline: Deadline,
  appeal: Type.Optional(Texts),
  privacy: Procedure.properties.privacy,
  next: Type.Optional(Texts),
  languages: Type.Array(Language, { description: 'Those that all texts are in; in others some are French' }),
  form: CompiledForm,
});
/** What is wrong with an answer, in words for the person who filled in the form. */
const Fault = object({
  field: Type.String({ description: 'The id of the field; in a row `objects.2.count`, counted from 0' }),
  text: Texts,
});
const Slot = object({
  id: Type.String(),
  from: Instant,
  to: Instant,
  capacity: Type.Number(),
  free: Type.Number(),
  waiting: Type.Integer({ description: 'How many wait for a place' }),
});
const Slots = object({
  resource: object({ id: Id, name: Texts, unit: Texts, hasWaitingList: Type.Boolean() }),
  slots: Type.Array(Slot),
});
const Sent = object({
  id: Reference,
  token: Type.String({ description: 'Opens the dossier for its sender' }),
  link: Type.String(),
  receipt: Receipt,
  booking: Type.Optional(Booking),
});
const Given = object({
  version: Type.Integer({ description: 'That of the form; 409 if another has been published since' }),
  language: Language,
  applicant: Applicant,
  answers: Answers,
  waits: Type.Optional({
    ...Type.Boolean(),
    description: 'If the last place has gone: onto the waiting list. Otherwise the answer is 409',
  }),
});

const ID = { id: identifier() };
const EXAMPLE_ANSWERS = { problem: 'broken', bin: 'urn:ngsi-ld:WasteContainer:1' };

/** How a request is sent, with or without an account. */
export const SENDING = {
  params: ID,
  body: Given,
  answers: {
    201: Sent,
    200: Sent,
    422: object({
      type: Type.String(),
      title: Type.String(),
      detail: Type.String(),
      status: Type.Integer(),
      faults: Type.Array(Fault),
    }),
    409: object({
      type: Type.String(),
      title: Type.String(),
      detail: Type.String(),
      status: Type.Integer(),
      next: Type.Optional({ ...Slot, description: 'The next slot with enough places, if the wanted one is full' }),
    }),
  },
  example: {
    params: { id: 'bin' },
    body: {
      version: 1,
      language: 'fr',
      applicant: { kind: 'citizen', name: 'Camille Exemple', email: 'camille@example.org' },
      answers: EXAMPLE_ANSWERS,
    },
  },
} as const;

/** Public, without an account. */
export const citizenProcedureContract = contract(CITIZEN_PROCEDURES, {
  list: {
    access: 'nothing',
    summary: 'The procedures that can be begun',
    answers: { 200: object({ procedures: Type.Array(PublicProcedure) }) },
  },
  one: {
    access: 'nothing',
    summary: 'One procedure with its form and what the law says about it',
    params: ID,
    answers: { 200: OneProcedure },
  },
  check: {
    access: 'nothing',
    summary: 'Checks answers without sending them: what is wrong, with what to do',
    params: ID,
    body: object({ answers: Answers }),
    answers: { 200: object({ faults: Type.Array(Fault), answers: Answers }) },
    example: { params: { id: 'bin' }, body: { answers: EXAMPLE_ANSWERS } },
  },
  reached: {
    access: 'nothing',
    summary: 'Counts that a page of the form was reached, without who',
    params: ID,
    body: object({ page: FieldId }),
    answers: { 204: null },
    example: { params: { id: 'bin' }, body: { page: 'request' } },
  },
  addFile: {
    access: 'nothing',
    summary: 'Uploads a file for a dossier, which names it by its token; deleted after a day if none does',
    body: media('application/octet-stream', 'image/jpeg', 'image/png', 'image/webp', 'application/pdf'),
    bodyLimit: MAX_FILE_BYTES,
    answers: { 201: object({ id: Type.String(), token: FileToken }) },
  },
  send: {
    access: 'nothing',
    summary: 'Sends a request, once per Idempotency-Key, and answers with its receipt',
    ...SENDING,
  },
  slots: {
    access: 'nothing',
    summary: 'The slots of a resource from a day on, for at most 92 days',
    params: { resource: identifier() },
    query: { from: day(), to: day(), amount: decimal({ min: 0, max: 100_000 }) },
    answers: { 200: Slots },
  },
});

const BY_TOKEN = { access: 'nothing', params: { token: text({ max: 100 }) } } as const;
const TOKEN = { token: 'secret' };
const Files = Type.Optional(Type.Array(FileToken, { maxItems: 10, uniqueItems: true }));
const Document = media('application/pdf');

/** The sender's own dossier, by its secret link. */
export const followedDossierContract = contract(FOLLOWED_DOSSIERS, {
  dossier: { ...BY_TOKEN, summary: 'The sender’s dossier and its progress', answers: { 200: FollowedDossier } },
  receipt: { ...BY_TOKEN, summary: 'The receipt as PDF', answers: { 200: Document } },
  decision: { ...BY_TOKEN, summary: 'The decision as PDF; 404 before there is one', answers: { 200: Document } },
  say: {
    ...BY_TOKEN,
    summary: 'Sends a message to the desk, once per Idempotency-Key',
    body: object({ text: SaidText, files: Files }),
    answers: { 200: FollowedDossier },
    example: { params: TOKEN, body: { text: 'Le bac est devant le numéro 3' } },
  },
  complete: {
    ...BY_TOKEN,
    summary: 'Gives the parts that the desk asked for; the others stay as they are',
    body: object({ answers: Answers, text: Type.Optional(SaidText) }),
    answers: {
      200: FollowedDossier,
      422: object({
        type: Type.String(),
        title: Type.String(),
        detail: Type.String(),
        status: Type.Integer(),
        faults: Type.Array(Fault),
      }),
    },
    example: { params: TOKEN, body: { answers: { insurance: [] } } },
  },
  withdraw: { ...BY_TOKEN, summary: 'Takes the request back while it is open', answers: { 200: FollowedDossier } },
  rate: {
    ...BY_TOKEN,
    summary: 'Says whether the sender is satisfied, once the request has ended; the last answer counts',
    body: object({ satisfied: Type.Boolean() }),
    answers: { 200: FollowedDossier },
    example: { params: TOKEN, body: { satisfied: true } },
  },
  rebook: {
    ...BY_TOKEN,
    summary: 'Takes another slot, or the offered place; the former is free when it is sure',
    body: object({ slot: Type.String({ maxLength: 100 }) }),
    answers: { 200: FollowedDossier },
    example: { params: TOKEN, body: { slot: 'bulky-2026-12-09' } },
  },
  cancelBooking: {
    ...BY_TOKEN,
    summary: 'Cancels the booking, or leaves the waiting list',
    answers: { 200: FollowedDossier },
  },
  pay: {
    ...BY_TOKEN,
    summary: 'Begins the payment, and answers with the page to pay on; the same page while it is open',
    answers: { 201: object({ page: Type.String() }) },
  },
  calendar: { ...BY_TOKEN, summary: 'The booking for a calendar (ICS)', answers: { 200: media('text/calendar') } },
  export: {
    ...BY_TOKEN,
    summary: 'All stored data of the sender’s dossier',
    answers: { 200: object({ dossier: FollowedDossier }) },
  },
  erase: { ...BY_TOKEN, summary: 'Erases the sender’s data; an open request is withdrawn', answers: { 204: null } },
});

export type CitizenProcedureContract = typeof citizenProcedureContract;
export type FollowedDossierContract = typeof followedDossierContract;
export type PublicProcedure = Value<typeof PublicProcedure>;
export type OneProcedure = Value<typeof OneProcedure>;
export type Fault = Value<typeof Fault>;
export type Slot = Value<typeof Slot>;
export type Slots = Value<typeof Slots>;
export type Sent = Value<typeof Sent>;
export type GivenDossier = Value<typeof Given>;
