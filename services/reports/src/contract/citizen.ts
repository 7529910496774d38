import {
  contract,
  dateTime,
  decimal,
  identifier,
  listOf,
  media,
  object,
  oneOf,
  Type,
  text,
  type Value,
  wholeNumber,
} from '@alzette/kit/contract';
import { PublicCategory, Texts } from './categories.ts';
import { Statistics, Suggestions } from './figures.ts';
import { CITIZEN_REPORTS, FOLLOWED_REPORTS } from './paths.ts';
import { Instant, Language, Moderation, PersonalData, Report, STATUSES, Status, Words } from './report.ts';
import { Device, Email, GivenReport, Location, MAX_TEXT, PhotoTokens, Proof } from './submission.ts';

const PUBLIC = {
  id: Type.String(),
  category: Type.String(),
  name: Texts,
  icon: Type.String(),
  status: Status,
  isOpen: Type.Boolean(),
  location: Location,
  commune: Type.String(),
  asset: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  address: Type.Optional(Type.String()),
  photos: Type.Array(Type.String(), { description: 'Their URLs' }),
  requestedAt: Instant,
  updatedAt: Instant,
  promisedAt: Type.Optional(Instant),
  closedAt: Type.Optional(Instant),
  duplicateOf: Type.Optional(Type.String()),
  supporters: Type.Integer(),
};
const PublicReport = object(PUBLIC, 'What everybody may know of a report');
const Timeline = Type.Array(
  object(
    {
      n: Type.Integer(),
      at: Instant,
      act: Type.String(),
      status: Type.Optional(Status),
      text: Type.Optional(Type.String()),
      language: Type.Optional(Type.String()),
      promisedAt: Type.Optional(Type.String()),
      duplicateOf: Type.Optional(Type.String()),
    },
    'An event, without the names of the desk',
  ),
);
const OneReport = object({ ...PUBLIC, timeline: Timeline });
const NearReport = object({ ...PUBLIC, metres: Type.Number() });
const Asset = object(
  {
    id: Type.String(),
    type: Type.String(),
    name: Type.String(),
    location: object({ lat: Type.Number(), lon: Type.Number() }),
    metres: Type.Optional(Type.Number()),
  },
  'An asset that a report can be about. On the map it shows only what is printed on the real asset.',
);
const Challenge = object({
  challenge: Type.String({ description: 'Opaque; contains the difficulty and the expiry for the server' }),
  bits: Type.Integer({ description: 'The SHA-256 of `challenge:nonce` must begin with this many zero bits' }),
  expiresAt: Instant,
});
const Sent = object({
  id: Type.String(),
  token: Type.String({ description: 'Opens the report for its author' }),
  link: Type.String(),
  status: Status,
  promisedAt: Type.Optional(Instant),
});

const LATITUDE = { min: -90, max: 90 };
const LONGITUDE = { min: -180, max: 180 };
const ID = { id: identifier() };
export const MAX_PHOTO_BYTES = 20 * 1024 * 1024;

/** Public, without an account. */
export const citizenReportContract = contract(CITIZEN_REPORTS, {
  list: {
    access: 'nothing',
    summary: 'Public reports, newest first',
    query: {
      bbox: listOf(decimal(LONGITUDE), { max: 4 }),
      category: listOf(identifier(), { max: 20 }),
      status: listOf(oneOf(STATUSES), { max: STATUSES.length }),
      commune: identifier(),
      since: dateTime(),
      limit: wholeNumber({ min: 1, max: 500, default: 100 }),
      offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
    },
    answers: { 200: object({ reports: Type.Array(PublicReport), count: Type.Integer() }), 304: null },
  },
  categories: {
    access: 'nothing',
    summary: 'Report categories, and contacts for problems of other bodies',
    answers: { 200: object({ categories: Type.Array(PublicCategory) }) },
  },
  nearby: {
    access: 'nothing',
    summary: 'Possible duplicates of a report',
    query: {
      lat: decimal({ ...LATITUDE, required: true }),
      lon: decimal({ ...LONGITUDE, required: true }),
      category: identifier({ required: true }),
    },
    answers: { 200: object({ reports: Type.Array(NearReport) }) },
    example: { query: { lat: 49.47, lon: 5.93, category: 'pothole' } },
  },
  assets: {
    access: 'nothing',
    summary: 'Assets such as lamps and containers: by a QR code or a number, or the nearest to a place',
    query: { lat: decimal(LATITUDE), lon: decimal(LONGITUDE), category: identifier(), code: text({ max: 300 }) },
    answers: { 200: object({ assets: Type.Array(Asset) }) },
  },
  challenge: {
    access: 'nothing',
    summary: 'A proof-of-work challenge, required for a post',
    answers: { 200: Challenge },
  },
  statistics: {
    access: 'nothing',
    summary: 'Public statistics of reports and delays, if they are published',
    answers: { 200: Statistics },
  },
  suggestions: {
    access: 'nothing',
    summary: 'Suggestions of a local model for a text: category and similar public reports nearby',
    body: object({ description: Type.String({ maxLength: MAX_TEXT }), location: Location }),
    answers: { 200: Suggestions },
    example: { body: { description: 'Un trou dans la route', location: { lat: 49.47, lon: 5.93 } } },
  },
  addPhoto: {
    access: 'nothing',
    summary: 'Uploads a photo for a report, which names it by its token; deleted after a day if no report does',
    body: media('application/octet-stream', 'image/jpeg', 'image/png', 'image/webp'),
    bodyLimit: MAX_PHOTO_BYTES,
    answers: { 201: object({ id: Type.String(), token: Type.String() }) },
  },
  add: {
    access: 'nothing',
    summary: 'Creates a report, once per Idempotency-Key',
    body: GivenReport,
    answers: { 200: Sent, 201: Sent },
    example: { body: { category: 'pothole', location: { lat: 49.47, lon: 5.93 }, description: 'Un trou' } },
  },
  one: {
    access: 'nothing',
    summary: 'One report with its progress',
    params: ID,
    answers: { 200: OneReport, 304: null },
  },
  support: {
    access: 'nothing',
    summary: 'Supports a report; each device counts once',
    params: ID,
    body: object({ device: Device, proof: Type.Optional(Proof) }),
    answers: { 200: object({ supporters: Type.Integer() }) },
    example: { params: { id: 'K7Q2M9XD4T' }, body: { device: 'a-device-of-a-test' } },
  },
});

const FollowedReport = object({
  ...PUBLIC,
  ...Words.properties,
  moderation: Moderation,
  passedOn: Report.properties.passedOn,
  hiddenReason: Type.Optional(Type.String()),
  language: Language,
  mail: Type.Enum(['unavailable', 'off', 'on']),
  timeline: Timeline,
  mayReopen: Type.Boolean(),
  survey: Type.Enum(['later', 'asked', 'answered']),
});

const BY_TOKEN = { access: 'nothing', params: { token: text({ max: 100 }) } } as const;
const Said = Type.Optional(Type.String({ maxLength: 2000 }));
const Added = object({ isNew: Type.Boolean() });

/** The author's own report, by its secret link. */
export const followedReportContract = contract(FOLLOWED_REPORTS, {
  report: { ...BY_TOKEN, summary: 'The author’s report and its progress', answers: { 200: FollowedReport } },
  reopen: {
    ...BY_TOKEN,
    summary: 'Reopens the report, within 30 days',
    body: object({ text: Said }),
    answers: { 200: object({ status: Status }) },
    example: { params: { token: 'secret' }, body: { text: 'Le trou est revenu' } },
  },
  survey: {
    ...BY_TOKEN,
    summary: 'Records the author’s satisfaction',
    body: object({ satisfied: Type.Boolean(), text: Said }),
    answers: { 200: object({ survey: Type.Literal('answered') }) },
    example: { params: { token: 'secret' }, body: { satisfied: true } },
  },
  add: {
    ...BY_TOKEN,
    summary: 'Adds a text or photos to the open report, once per Idempotency-Key; nothing of it is public',
    body: object({
      text: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
      photos: Type.Optional(PhotoTokens),
    }),
    answers: { 200: Added, 201: Added },
    example: { params: { token: 'secret' }, body: { text: 'Devant le numéro 3' } },
  },
  setContact: {
    ...BY_TOKEN,
    summary: 'The e-mail address that is told what happens with the report; without one, none is told',
    body: object({ email: Type.Optional(Email) }),
    answers: { 204: null },
    example: { params: { token: 'secret' }, body: { email: 'someone@example.org' } },
  },
  export: {
    ...BY_TOKEN,
    summary: 'All stored data of the author’s report',
    answers: { 200: object({ reports: PersonalData }) },
  },
  erase: { ...BY_TOKEN, summary: 'Erases the author’s data', answers: { 204: null } },
});

export type CitizenReportContract = typeof citizenReportContract;
export type FollowedReportContract = typeof followedReportContract;
export type PublicReport = Value<typeof PublicReport>;
export type OneReport = Value<typeof OneReport>;
export type NearReport = Value<typeof NearReport>;
export type FollowedReport = Value<typeof FollowedReport>;
export type Timeline = Value<typeof Timeline>;
export type Asset = Value<typeof Asset>;
export type Challenge = Value<typeof Challenge>;
