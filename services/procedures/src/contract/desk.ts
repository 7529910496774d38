import {
  contract,
  flag,
  identifier,
  listOf,
  media,
  object,
  oneOf,
  Type,
  type Value,
  variants,
  wholeNumber,
} from '@alzette/kit/contract';
import { DeskDossier, DossierLine, SaidText } from './dossier.ts';
import { CompiledForm } from './form.ts';
import { DOSSIERS, PROCEDURES } from './paths.ts';
import { Finding, Procedure, STATE_KINDS, VersionState } from './procedure.ts';
import { Day, Id, Instant, Texts } from './texts.ts';

const ID = { id: identifier() };

/** What the desk does with a dossier. `step` is an action of its workflow. */
export const DossierAct = variants('act', {
  step: object({ action: Id, reason: Type.Optional(SaidText) }),
  askParts: object({
    text: SaidText,
    fields: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 50, uniqueItems: true })),
    until: Type.Optional(Day),
  }),
  message: object({ text: SaidText }),
  note: object({ text: SaidText }),
  paid: object(
    { number: Type.String({ minLength: 1, maxLength: 100 }) },
    'It was paid at the counter; the number is that of the receipt',
  ),
  assign: object({ assignee: Type.Unsafe<string | null>({ type: ['string', 'null'], minLength: 1, maxLength: 100 }) }),
});
export type DossierAct = Value<typeof DossierAct>;

/** For the desk: judged by the right to entities of type `ServiceCase` in the commune of the dossier. */
export const dossierContract = contract(DOSSIERS, {
  list: {
    access: 'read',
    summary: 'The dossiers that the caller may read, the most urgent first',
    query: {
      procedure: identifier(),
      kind: listOf(oneOf(STATE_KINDS), { max: STATE_KINDS.length }),
      commune: identifier(),
      late: flag(),
      limit: wholeNumber({ min: 1, max: 500, default: 100 }),
      offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
    },
    answers: { 200: object({ dossiers: Type.Array(DossierLine), count: Type.Integer() }) },
  },
  one: { access: 'read', summary: 'One dossier', params: ID, answers: { 200: DeskDossier } },
  act: {
    access: 'write',
    audited: { values: 'body', hidden: ['text', 'reason'] },
    summary: 'Does something with a dossier',
    params: ID,
    body: DossierAct,
    answers: { 200: DeskDossier },
    example: { params: { id: 'K7Q2M9XD4T' }, body: { act: 'message', text: 'Nous passons mardi' } },
  },
  decision: { access: 'read', summary: 'The decision as PDF', params: ID, answers: { 200: media('application/pdf') } },
  file: {
    access: 'read',
    summary: 'A link to a file of the dossier, for some seconds',
    params: { id: identifier(), file: identifier() },
    answers: { 200: object({ url: Type.String() }) },
  },
});

const Version = object({
  version: Type.Integer(),
  state: VersionState,
  savedAt: Instant,
  publishedAt: Type.Optional(Instant),
});
const Listed = object({
  id: Id,
  title: Texts,
  topic: Procedure.properties.topic,
  versions: Type.Array(Version, { description: 'Newest first' }),
  open: Type.Integer({ description: 'How many dossiers are open' }),
  document: Procedure,
});
const OneOfDesk = object({ ...Listed.properties, form: CompiledForm, findings: Type.Array(Finding) });
const Checked = object({ findings: Type.Array(Finding), form: Type.Optional(CompiledForm) });

/** An entry of the register of processing (RGPD, article 30), as the published procedures say it. */
const Processing = object({
  procedure: Id,
  title: Texts,
  purpose: Texts,
  legalBasis: Procedure.properties.privacy.properties.legalBasis,
  recipients: Type.Optional(Texts),
  keepDays: Type.Integer(),
  fields: Type.Array(
    object({ id: Type.String(), label: Texts, purpose: Texts, keepDays: Type.Integer(), seenBy: Type.Array(Texts) }),
  ),
});

export const procedureContract = contract(PROCEDURES, {
  list: {
    access: 'read',
    summary: 'All procedures with their versions and the newest document',
    answers: { 200: object({ procedures: Type.Array(Listed) }) },
  },
  one: { access: 'read', summary: 'The newest version of a procedure', params: ID, answers: { 200: OneOfDesk } },
  check: {
    access: 'administer',
    summary: 'Checks a procedure without storing it: accessibility, workflow, form',
    body: Procedure,
    answers: { 200: Checked },
    example: { body: exampleProcedure() },
  },
  save: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Stores a draft; a published version stays as it is',
    params: ID,
    body: Procedure,
    answers: { 200: OneOfDesk },
    example: { params: { id: 'question' }, body: exampleProcedure() },
  },
  publish: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Publishes the draft; 422 with the findings if it breaks a rule',
    params: ID,
    answers: { 200: OneOfDesk, 422: Type.Unsafe<{ readonly findings: readonly Finding[] }>({ type: 'object' }) },
  },
  archive: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Ends the procedure for new requests; dossiers go on',
    params: ID,
    answers: { 200: OneOfDesk },
  },
  remove: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Ends the procedure for new requests, and removes its versions that no dossier has',
    params: ID,
    answers: { 204: null },
  },
  register: {
    access: 'read',
    summary: 'The register of processing: purpose, duration and readers of each published procedure',
    answers: { 200: object({ processing: Type.Array(Processing) }) },
  },
});

function exampleProcedure(): Procedure {
  const name = { fr: 'Accueil', en: 'Reception' };
  return {
    title: { fr: 'Poser une question', en: 'Ask a question' },
    summary: { fr: 'Une question à la commune', en: 'A question to the municipality' },
    topic: 'other',
    audience: ['citizen'],
    contact: { email: 'required', phone: 'none' },
    service: { name },
    form: {
      sections: [
        {
          id: 'question',
          title: { fr: 'Votre question', en: 'Your question' },
          fields: [
            { id: 'text', kind: 'longText', label: { fr: 'Votre question', en: 'Your question' }, required: true },
          ],
        },
      ],
    },
    deadline: { amount: 2, unit: 'months', silence: 'none', resume: 'continue' },
    missingPartsDays: 15,
    functions: [],
    states: [
      {
        id: 'received',
        name: { fr: 'Reçue', en: 'Received' },
        kind: 'open',
        actions: [{ id: 'answer', name: { fr: 'Répondre', en: 'Answer' }, to: 'answered', needsReason: true }],
      },
      { id: 'answered', name: { fr: 'Répondue', en: 'Answered' }, kind: 'done', actions: [] },
    ],
    privacy: {
      purpose: { fr: 'Répondre à la question', en: 'Answer the question' },
      legalBasis: 'publicTask',
      keepDays: 365,
    },
  };
}

export type DossierContract = typeof dossierContract;
export type ProcedureContract = typeof procedureContract;
export type Version = Value<typeof Version>;
export type ListedProcedure = Value<typeof Listed>;
export type DeskProcedure = Value<typeof OneOfDesk>;
export type Processing = Value<typeof Processing>;
