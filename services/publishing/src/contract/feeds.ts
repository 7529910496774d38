import { contract, identifier, object, Type, type Value } from '@alzette/kit/contract';
import { Instant, Owner, Web } from './documents.ts';
import { FEEDS } from './paths.ts';

/** The schemas of CSV are national ones (schema.data.gouv.fr), the register of businesses, DATAtourisme, and our own of a directory. */
export const FORMATS = [
  'ics',
  'rss',
  'openagenda',
  'osm',
  'menus-collectifs',
  'dae',
  'sirene',
  'datatourisme',
  'directory',
] as const;
const Format = Type.Enum(FORMATS);
const NewState = Type.Optional(Type.Enum(['draft', 'ready'], { description: 'Default `draft`: an agent reviews it' }));
const MAX_IMPORT = 900_000; // in a body of 1 MiB

const ImportOutcome = object({
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  rejected: Type.Array(object({ at: Type.String(), reason: Type.String() })),
});
export const Feed = object(
  { url: Web, format: Format, owner: Owner, state: NewState },
  'A feed that is read every hour',
);
const KeptFeed = object({
  id: Type.String(),
  ...Feed.properties,
  readAt: Type.Optional(Instant),
  outcome: Type.Optional(Type.Union([ImportOutcome, object({ problem: Type.String() })])),
});

/** Content from elsewhere, once or every hour. */
export const feedContract = contract(FEEDS, {
  import: {
    access: 'write',
    summary: 'Imports a calendar, a feed, an agenda or a CSV of a national schema; repeatable without duplicates',
    body: object({
      format: Format,
      owner: Owner,
      source: Type.Optional(
        Type.String({
          pattern: '^[a-z0-9-]{1,60}$',
          description: 'The name of the file, which identifies it at the next import',
        }),
      ),
      state: NewState,
      text: Type.String({ minLength: 1, maxLength: MAX_IMPORT }),
    }),
    answers: { 200: ImportOutcome },
    example: { body: { format: 'directory', owner: '', text: 'nom,categorie\nBoulangerie,bakery\n' } },
  },
  list: {
    access: 'read',
    summary: 'The feeds of what you may write, which are read every hour, with their latest results',
    answers: { 200: object({ feeds: Type.Array(KeptFeed) }) },
  },
  save: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Adds or replaces a feed',
    params: { id: identifier() },
    body: Feed,
    answers: { 201: null, 204: null },
    example: { params: { id: 'agenda' }, body: { url: 'https://example.org/agenda.ics', format: 'ics', owner: '' } },
  },
  remove: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Removes a feed; imported items stay',
    params: { id: identifier() },
    answers: { 204: null },
  },
});

export type FeedContract = typeof feedContract;
export type Format = Value<typeof Format>;
export type Feed = Value<typeof Feed>;
export type KeptFeed = Value<typeof KeptFeed>;
export type ImportOutcome = Value<typeof ImportOutcome>;
