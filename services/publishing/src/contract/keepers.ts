import { byName, contract, object, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { CONTACT, Image, Instant, Language, WORDS } from './documents.ts';
import { KEEPERS, KEPT_ENTRIES } from './paths.ts';
import { MAX_PICTURE_BYTES, PICTURE, StoredPicture } from './publications.ts';

const Link = object(
  {
    id: Type.String(),
    createdBy: Type.String(),
    createdAt: Instant,
    endsAt: Instant,
    revokedAt: Type.Optional(Instant),
    isValid: Type.Boolean(),
  },
  'A personal link by which the keeper of a directory entry proposes changes, without its secret',
);
const Invitation = object({
  link: Link,
  sent: Type.Boolean({ description: 'Whether it was sent by mail; otherwise `url` has the link, once' }),
  url: Type.Optional(Type.String()),
});
const Difference = object({
  member: Type.String({ description: 'Such as `telephone`, `image.file` and `texts.fr.summary`' }),
  before: Type.Optional(Type.String()),
  after: Type.Optional(Type.String()),
});
const Pictures = byName(Type.String(), {
  description: 'The URLs of pictures, by the id of their file',
});
const Proposal = object({
  id: Type.String(),
  item: Type.String(),
  version: Type.Integer({ description: 'Of the entry that the differences are about' }),
  title: Type.String(),
  owner: Type.String(),
  proposedAt: Instant,
  differences: Type.Array(Difference),
  pictures: Pictures,
});

const BY_ID = { id: text({ max: 100 }) };
const BY_PROPOSAL = { ...BY_ID, proposal: text({ max: 64 }) };

/** The personal links of the keepers of directory entries, and what they propose. */
export const keeperContract = contract(KEEPERS, {
  links: {
    access: 'write',
    summary: 'The keeper links of a directory entry, without their secrets',
    params: BY_ID,
    answers: { 200: object({ links: Type.Array(Link) }) },
  },
  invite: {
    access: 'write',
    summary: 'Creates a personal link for the keeper of an entry; sent by mail, or returned only once',
    params: BY_ID,
    body: Type.Optional(
      object({
        days: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 1100, description: 'How long the link is valid; default 365' }),
        ),
        email: Type.Optional(
          Type.String({
            format: 'email',
            maxLength: 200,
            description: 'The address that the link is sent to; not stored',
          }),
        ),
        language: Type.Optional(Language),
      }),
    ),
    answers: { 201: Invitation },
    example: { params: { id: 'bakery' }, body: { days: 30, language: 'fr' } },
  },
  revoke: {
    access: 'write',
    summary: 'Revokes a link; its proposals stay',
    params: { ...BY_ID, link: text({ max: 64 }) },
    answers: { 204: null },
  },
  proposals: {
    access: 'read',
    summary: 'Pending proposals for entries that you may write, oldest first',
    query: { item: text({ max: 100 }), limit: wholeNumber({ min: 1, max: 200, default: 100 }) },
    answers: { 200: object({ proposals: Type.Array(Proposal) }) },
  },
  accept: {
    access: 'write',
    summary: 'Publishes a keeper’s proposal; If-Match: the version of the item',
    params: BY_PROPOSAL,
    answers: { 200: object({ item: object({ id: Type.String(), version: Type.Integer() }) }) },
  },
  refuse: {
    access: 'write',
    summary: 'Refuses a keeper’s proposal, with a reason shown at their link',
    params: BY_PROPOSAL,
    body: object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }),
    answers: { 204: null },
    example: { params: { id: 'bakery', proposal: 'p1' }, body: { reason: 'The number is of another shop' } },
  },
});

const Words = Type.Optional(object(WORDS));
const Entry = object(
  {
    ...CONTACT,
    image: Type.Optional(Image),
    texts: object({ fr: Words, en: Words, de: Words, lb: Words }),
  },
  'What a keeper may change of an entry, complete: an absent member is empty',
);
const KeptEntry = object({
  id: Type.String(),
  title: Type.String(),
  version: Type.Integer(),
  entry: Entry,
  endsAt: Instant,
  publishes: Type.Boolean({ description: 'Changes are published at once; false: the town hall accepts them' }),
  pictures: Pictures,
  proposal: Type.Optional(
    object({
      state: Type.Enum(['waiting', 'accepted', 'refused']),
      proposedAt: Instant,
      decidedAt: Type.Optional(Instant),
      reason: Type.Optional(Type.String({ description: 'Why it was refused' })),
      entry: Entry,
    }),
  ),
});

const BY_TOKEN = { token: text({ max: 100 }) };
const MAX_BYTES = 128 * 1024;

/** The keeper of a shop or an association edits its entry, by a secret link. */
export const keptEntryContract = contract(KEPT_ENTRIES, {
  entry: {
    access: 'nothing',
    summary: 'The entry of a keeper’s link, and the state of their proposal',
    params: BY_TOKEN,
    answers: { 200: KeptEntry },
  },
  propose: {
    access: 'nothing',
    summary:
      'Proposes a new content of the entry, which replaces the keeper’s earlier proposal; If-Match: the version of the entry',
    params: BY_TOKEN,
    body: Entry,
    bodyLimit: MAX_BYTES,
    answers: { 200: KeptEntry },
    example: { params: { token: 'secret' }, body: { telephone: '03 82 00 00 00', texts: {} } },
  },
  addPicture: {
    access: 'nothing',
    summary: 'Stores a picture for a proposal, without its metadata; the body is its bytes',
    params: BY_TOKEN,
    body: PICTURE,
    bodyLimit: MAX_PICTURE_BYTES,
    answers: { 201: StoredPicture },
  },
});

export type KeeperContract = typeof keeperContract;
export type KeptEntryContract = typeof keptEntryContract;
export type KeeperLink = Value<typeof Link>;
export type Invitation = Value<typeof Invitation>;
export type Difference = Value<typeof Difference>;
export type ShownProposal = Value<typeof Proposal>;
export type Entry = Value<typeof Entry>;
export type KeptEntry = Value<typeof KeptEntry>;
