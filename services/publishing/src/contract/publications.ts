import {
  byName,
  contract,
  dateTime,
  listOf,
  media,
  object,
  oneOf,
  Type,
  text,
  type Value,
  wholeNumber,
} from '@alzette/kit/contract';
import { GivenItem, Instant, ItemDocument, KINDS, Kind, Language, Owner, STATES, State } from './documents.ts';
import { PUBLICATIONS } from './paths.ts';

const Item = object({
  id: Type.String(),
  kind: Kind,
  owner: Owner,
  document: ItemDocument,
  state: State,
  publishAt: Instant,
  expiresAt: Type.Optional(Instant),
  version: Type.Integer(),
  author: Type.String(),
  createdAt: Instant,
  modifiedAt: Instant,
  source: Type.Optional(Type.String()),
  sourceId: Type.Optional(Type.String()),
  isPublic: Type.Boolean(),
  declined: Type.Array(Type.String(), { description: 'The communes that decline it' }),
  missingLanguages: Type.Array(Language),
});
const AnItem = object({ item: Item });

const ItemId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' });
const BY_ID = { id: text({ max: 100 }) };
const IN_COMMUNE = {
  params: { ...BY_ID, commune: text({ max: 64 }) },
  access: 'write',
  answers: { 204: null },
} as const;
const NEWS: Value<typeof GivenItem> = {
  kind: 'news',
  owner: '',
  document: { texts: { fr: { title: 'La piscine rouvre' } } },
};
export const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
/** What is taken as the bytes of a picture. */
export const PICTURE = media('application/octet-stream', 'image/jpeg', 'image/png', 'image/webp');
export const StoredPicture = object({ file: Type.String(), url: Type.Optional(Type.String()) });

/** The content of agents. Who may write depends on the owner and the kind. */
export const publicationContract = contract(PUBLICATIONS, {
  list: {
    access: 'read',
    summary: 'Items of all kinds that are public or that you may write or decline, with the communes that decline them',
    query: {
      kind: listOf(oneOf(KINDS), { max: KINDS.length }),
      owner: listOf(text({ max: 64 }), { max: 100 }),
      state: oneOf([...STATES, 'scheduled', 'public', 'expired']),
      text: text({ max: 200 }),
      from: dateTime(),
      to: dateTime(),
      limit: wholeNumber({ min: 1, max: 200, default: 50 }),
      offset: wholeNumber({ min: 0, max: 100_000, default: 0 }),
    },
    answers: {
      200: object({
        items: Type.Array(Item),
        owners: Type.Array(Type.String(), {
          description: 'For whom you may write: slugs of communes; "" is the community',
        }),
      }),
    },
  },
  one: {
    access: 'read',
    summary: 'One item, a poll with its answers so far',
    params: BY_ID,
    answers: {
      200: object({
        item: Item,
        answers: Type.Optional(
          byName(Type.Integer(), { description: 'Of a poll: the number of answers for each choice' }),
        ),
      }),
    },
  },
  add: {
    access: 'write',
    audited: { values: 'body' },
    summary: 'Writes an item; without `id` it gets one',
    body: object({ id: Type.Optional(ItemId), ...GivenItem.properties }),
    answers: { 201: AnItem },
    example: { body: NEWS },
  },
  replace: {
    access: 'write',
    audited: { values: 'route' },
    summary: 'Replaces an item; If-Match: its version',
    params: BY_ID,
    body: GivenItem,
    answers: { 200: AnItem },
    example: { params: { id: 'pool' }, body: NEWS },
  },
  remove: {
    access: 'write',
    audited: { values: 'route' },
    summary: 'Deletes an item with its answers',
    params: BY_ID,
    answers: { 204: null },
  },
  decline: { ...IN_COMMUNE, summary: 'Hides an item of the community in a commune' },
  accept: { ...IN_COMMUNE, summary: 'Shows an item of the community in a commune again' },
  preview: {
    access: 'read',
    onlyReads: true,
    summary: 'The HTML that citizens see for a text in Markdown',
    body: object({ body: Type.String({ maxLength: 50_000 }) }),
    answers: { 200: object({ html: Type.String() }) },
    example: { body: { body: '**Ouvert**' } },
  },
  addPicture: {
    access: 'write',
    summary:
      'Stores a picture for items of this kind and owner, for a day until an item shows it; the body is its bytes',
    query: { kind: oneOf(KINDS, { required: true }), owner: text({ max: 64, default: '' }) },
    body: PICTURE,
    bodyLimit: MAX_PICTURE_BYTES,
    answers: { 201: StoredPicture },
  },
});

export type PublicationContract = typeof publicationContract;
export type StoredPicture = Value<typeof StoredPicture>;
export type ShownItem = Value<typeof Item>;
