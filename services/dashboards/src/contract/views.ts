import { contract, identifier, object, Type, type Value } from '@alzette/kit/contract';
import { SAVED_VIEWS } from './paths.ts';

export const SavedView = object({
  title: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
  // Only pages of this site: browsers read a backslash as a slash, and drop tabs and line breaks.
  address: Type.String({
    maxLength: 2000,
    pattern: '^/(?!/)[^\\\\\\s]*$',
    description: 'Path and query of a page of the portal',
  }),
  group: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Absent: only for its author' })),
});
export type SavedView = Value<typeof SavedView>;

const KeptView = object({
  ...SavedView.properties,
  id: Type.String(),
  isOwn: Type.Boolean(),
  mayChange: Type.Boolean(),
});
export type KeptView = Value<typeof KeptView>;

const OWN = { params: { id: identifier() } } as const;

/** Pages of the portal with their filters, under a name: a person's own, and those shared with a group. */
export const savedViewContract = contract(SAVED_VIEWS, {
  list: {
    access: 'subscribe',
    summary: 'Your saved views, and those that are shared with a group of yours',
    answers: {
      200: object({
        groups: Type.Array(Type.String({ description: 'Yours: views can be shared with them' })),
        views: Type.Array(KeptView),
      }),
    },
  },
  save: {
    ...OWN,
    access: 'subscribe',
    summary: 'Saves a view of a page, for yourself or for a group of yours; at most 200',
    body: SavedView,
    answers: { 201: null, 204: null },
    example: { params: { id: 'dark-lamps' }, body: { title: 'Dark lamps', address: '/map?type=Streetlight' } },
  },
  remove: {
    ...OWN,
    access: 'subscribe',
    summary: 'Deletes a saved view; for its author, and shared ones also for administrators',
    answers: { 204: null },
    example: { params: { id: 'dark-lamps' } },
  },
});

export type SavedViewContract = typeof savedViewContract;
