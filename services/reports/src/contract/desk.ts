import {
  byName,
  contract,
  dateTime,
  flag,
  identifier,
  listOf,
  object,
  oneOf,
  Type,
  text,
  type Value,
  wholeNumber,
} from '@alzette/kit/contract';
import { DeskAct, ReportNumber } from './acts.ts';
import { Category } from './categories.ts';
import { Statistics, Suggestions } from './figures.ts';
import { REPORTS } from './paths.ts';
import {
  Instant,
  KnownContact,
  Language,
  MODERATIONS,
  Moderation,
  ORGANISATION,
  Report,
  STATUSES,
  Status,
  Words,
} from './report.ts';
import { GivenReport } from './submission.ts';

const Clock = Type.Enum(['done', 'onTime', 'soon', 'late'], {
  description: 'Compared with the promised time: `soon` is within two days',
});
const DeskReport = object(
  {
    ...Report.properties,
    version: Type.Integer(),
    mayAct: Type.Boolean({ description: 'Whether you may answer, publish, merge and assign it' }),
    mayModerate: Type.Boolean(),
    words: object({
      ...Words.properties,
      masked: Type.Optional(Type.String({ description: 'The text without what was found in it' })),
    }),
    language: Type.Optional(Language),
    clock: Clock,
    photos: Type.Array(object({ id: Type.String(), isPublic: Type.Boolean(), url: Type.String() })),
  },
  'A report for the desk: with the author’s text, but not their contact. Without the right to moderate the commune, only with what was accepted.',
);
export const Audience = Type.Enum(['public', 'author', 'desk']);
const Entry = object(
  {
    n: Type.Integer(),
    at: Instant,
    actor: Type.String(),
    act: Type.String(),
    audience: Audience,
    status: Type.Optional(Status),
    text: Type.Optional(Type.String()),
    detail: byName(Type.Unknown()),
  },
  'An event of a report, with its status after it',
);
const Measured = object(
  {
    name: Type.String(),
    value: Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
    unitCode: Type.Optional(Type.String()),
    observedAt: Type.Optional(Type.String({ description: 'Absent: not a measurement, or without a time' })),
  },
  'The last value of an asset’s attribute',
);
const ReportDetail = object({
  report: DeskReport,
  category: Type.Optional(Category),
  journal: Type.Array(Entry),
  asset: Type.Optional(object({ id: Type.String(), type: Type.Unknown(), name: Type.Optional(Type.String()) })),
  telemetry: Type.Optional(Type.Array(Measured, { description: 'The latest values of the asset, newest first' })),
  alarms: Type.Array(
    Type.Object({
      id: Type.String(),
      type: Type.Unknown(),
      description: Type.Optional(Type.Unknown()),
      dateIssued: Type.Optional(Type.Unknown()),
    }),
    { description: 'Of the asset' },
  ),
  nearby: Type.Array(
    object({
      id: Type.String(),
      status: Status,
      requestedAt: Instant,
      supporters: Type.Integer(),
      metres: Type.Number(),
      text: Type.Optional(Type.String()),
      photo: Type.Optional(Type.String({ description: 'A path' })),
    }),
  ),
});
const ActResult = object({
  report: Type.String(),
  outcome: Type.Enum(['done', 'unchanged', 'leftOut', 'refused'], {
    description: '`leftOut`: not published, because its text has findings',
  }),
  findings: Type.Optional(Type.Array(Type.String())),
  status: Type.Optional(Type.Integer({ description: 'Of HTTP, of a refusal' })),
  detail: Type.Optional(Type.String()),
});
const Recorded = object({ id: Type.String(), status: Status, promisedAt: Type.Optional(Instant) });

const MAX_AT_ONCE = 200;
const WORD = text({ max: 100, pattern: /^[\p{L}\p{N}_.-]+$/u, expected: 'a word' });
const NUMBER = { max: 10, pattern: /^[0-9A-Z]{10}$/, expected: 'the number of a report' };
const PARAMS = { id: text(NUMBER) };
/** Filters of the inbox; also in the URL of the page. */
export const DESK_FILTERS = {
  status: listOf(oneOf(STATUSES), { max: STATUSES.length }),
  moderation: listOf(oneOf(MODERATIONS), { max: MODERATIONS.length }),
  category: listOf(identifier(), { max: 30 }),
  commune: identifier(),
  organisation: WORD,
  assignee: WORD,
  id: text(NUMBER),
  asset: text({ max: 300, pattern: /^urn:[\w:.-]+$/, expected: 'the id of an entity' }),
  isLate: flag(),
  /** In the texts and places that the reader may see, or the number. */
  text: text({ max: 100 }),
  /** Whether the reader has an entry in its journal. */
  isMine: flag(),
  /** Whether its author has written since the desk last did something. */
  isUnanswered: flag(),
  since: dateTime(),
  until: dateTime(),
};

/** The inbox of the desk, with the rights of the caller. */
export const reportContract = contract(REPORTS, {
  list: {
    access: 'read',
    summary: 'Reports, newest first; by default those in progress',
    query: {
      ...DESK_FILTERS,
      order: oneOf(['newest', 'promised'], { default: 'newest' }),
      limit: wholeNumber({ min: 1, max: 500, default: 100 }),
      offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
    },
    answers: { 200: object({ reports: Type.Array(DeskReport), count: Type.Integer() }) },
  },
  one: {
    access: 'read',
    summary: 'One report with its journal, its asset and alarms, and reports nearby',
    params: PARAMS,
    answers: { 200: ReportDetail },
  },
  record: {
    access: 'write',
    summary: 'Records a report made by telephone or at the counter',
    body: GivenReport,
    answers: { 200: Recorded, 201: Recorded },
    example: { body: { category: 'pothole', location: { lat: 49.47, lon: 5.93 } } },
  },
  act: {
    access: 'write',
    summary: 'Applies an act to a report: accepts, hides, answers, notes, assigns, promises, merges …',
    params: PARAMS,
    body: DeskAct,
    answers: { 200: object({ isChanged: Type.Boolean(), status: Status, moderation: Moderation }) },
    example: { params: { id: 'K7Q2M9XD4T' }, body: { act: 'note', text: 'Vu sur place' } },
  },
  actOnMany: {
    access: 'write',
    summary:
      'Applies one act to several reports, with a result for each; `accept` leaves out reports whose text has findings',
    body: object({
      reports: Type.Array(ReportNumber, { minItems: 1, maxItems: MAX_AT_ONCE, uniqueItems: true }),
      act: DeskAct,
    }),
    answers: { 200: object({ results: Type.Array(ActResult) }) },
    example: { body: { reports: ['K7Q2M9XD4T'], act: { act: 'accept' } } },
  },
  makeWorkOrder: {
    access: 'write',
    summary: 'Creates a work order; its completion closes the report',
    params: PARAMS,
    body: Type.Optional(
      object({
        organisation: Type.Optional(Type.String({ pattern: ORGANISATION })),
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        dueDate: Type.Optional(Instant),
      }),
    ),
    answers: { 201: object({ workOrder: Type.String() }) },
    example: { params: { id: 'K7Q2M9XD4T' }, body: { name: 'Boucher le trou' } },
  },
  contact: {
    access: 'write',
    summary: 'The author’s contact details; each access is recorded',
    params: PARAMS,
    answers: { 200: object({ contact: KnownContact, language: Language }) },
  },
  suggestions: {
    access: 'read',
    summary: 'Suggestions of a local model for a report: category and similar reports, with reasons',
    params: PARAMS,
    answers: { 200: Suggestions },
  },
  statistics: {
    access: 'read',
    summary: 'Statistics of the reports you may see, by commune, category and delay, and whether all are published',
    query: { since: dateTime(), until: dateTime() },
    answers: { 200: object({ ...Statistics.properties, isPublished: Type.Boolean() }) },
  },
});

export type ReportContract = typeof reportContract;
export type DeskReport = Value<typeof DeskReport>;
export type Clock = Value<typeof Clock>;
export type Audience = Value<typeof Audience>;
export type Entry = Value<typeof Entry>;
export type Measured = Value<typeof Measured>;
export type ReportDetail = Value<typeof ReportDetail>;
export type ActResult = Value<typeof ActResult>;
