import { contract, media, object, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { CostRule, CostShares, GroupFigures } from './group.ts';
import { Likeness, Model, Taken } from './likeness.ts';
import { COLLECTIVITIES, COLLECTIVITY, HOSTS } from './paths.ts';
import { SHAPES, TERRITORY } from './territory.ts';

export type { CostRule, CostShares, GroupFigures } from './group.ts';
export type { LeftOut, Likeness, Model, ModelDocument, Taken } from './likeness.ts';
export { type SupportContract, type SupportRequest, supportContract } from './support.ts';
export type { GivenTerritory, TerritoryDocument } from './territory.ts';

/** A territory and the streets of an intercommunality, in GeoJSON. */
const BODY_LIMIT = 8 * 1024 * 1024;
/** Of any kind: the content tells. */
export const BOUNDARY_FILE = 'application/octet-stream';
export const BOUNDARY_FILE_BYTES = 50 * 1024 * 1024;
/** What the audit leaves out of it. */
const LARGE = [...Object.keys(SHAPES), 'administrator'];

const Host = Type.String({
  pattern: '^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$',
  description: 'In lower case, without port; punycode for other letters',
});
const Hosts = Type.Array(Host, { maxItems: 10, uniqueItems: true, description: 'Links lead to the first' });
const Tenant = Type.String({ pattern: '^[a-z0-9]+([-_][a-z0-9]+)*$', maxLength: 40 });
const KEPT = {
  tenant: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  foundedAt: Type.String({ format: 'date-time' }),
  changedAt: Type.String({ format: 'date-time' }),
  hosts: Hosts,
};
const Collectivity = object({ ...KEPT, ...TERRITORY });
const Own = object({ ...KEPT, ...TERRITORY, ...SHAPES });

const Administrator = object(
  { email: Type.String({ format: 'email', maxLength: 100 }) },
  'Who is invited to administer it. A person with a verified account of this address gets the role there',
);
const Founded = object({
  ...KEPT,
  ...TERRITORY,
  like: Type.Optional(Taken),
  administrator: Type.Optional(
    object({
      username: Type.String(),
      link: Type.Optional(Type.String({ description: 'To choose a password; given if no mail server is configured' })),
    }),
  ),
});

const SQUARE = [
  [6.1, 49.6],
  [6.2, 49.6],
  [6.2, 49.7],
  [6.1, 49.6],
] as const;
const EXAMPLE = {
  name: 'Musterdall',
  timeZone: 'Europe/Luxembourg',
  country: 'LU',
  languages: ['lb', 'fr', 'de'],
  notice: 'An invented place',
  communes: [{ slug: 'musterdall', name: 'Musterdall' }],
  boundaries: {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { commune: 'musterdall' },
        geometry: { type: 'Polygon', coordinates: [SQUARE] },
      },
    ],
  },
} as const;

export const ownTerritoryContract = contract(COLLECTIVITY, {
  own: {
    summary: 'The territory of this tenant, as a file',
    access: 'administer',
    answers: { 200: Own },
  },
  change: {
    summary: 'Replaces the territory of this tenant; its hosts stay',
    access: 'administer',
    audited: { values: 'route', hidden: LARGE },
    query: { version: wholeNumber({ min: 1, max: 2_147_483_647, required: true }) },
    body: object({ ...TERRITORY, ...SHAPES }),
    bodyLimit: BODY_LIMIT,
    answers: { 200: Collectivity },
    example: { query: { version: 1 }, body: EXAMPLE },
  },
  versions: {
    summary: 'Who changed the territory of this tenant, and when; the latest first',
    access: 'administer',
    answers: {
      200: object({
        versions: Type.Array(
          object({
            version: Type.Integer(),
            changedAt: Type.String({ format: 'date-time' }),
            changedBy: Type.String(),
          }),
        ),
      }),
    },
  },
});

export const hostContract = contract(HOSTS, {
  known: {
    summary: 'Whether a host is one of this installation: 204, or 404. The proxy asks before it gets a certificate',
    access: 'nothing',
    anyTenant: true,
    query: { domain: text({ max: 253, required: true }) },
    answers: { 204: null },
    example: { query: { domain: 'musterdall.example.org' } },
  },
});

/** For who runs the installation. */
export const collectivityContract = contract(COLLECTIVITIES, {
  list: {
    summary: 'All collectivities of the installation',
    access: 'administerAll',
    answers: { 200: object({ collectivities: Type.Array(Collectivity) }) },
  },
  found: {
    summary: 'Founds a collectivity: tenant, territory, hosts, roles and administrator; the same request completes it',
    access: 'administerAll',
    audited: { values: 'body', hidden: LARGE },
    body: object({
      tenant: Tenant,
      hosts: Hosts,
      administrator: Type.Optional(Administrator),
      like: Type.Optional(Likeness),
      ...TERRITORY,
      ...SHAPES,
    }),
    bodyLimit: BODY_LIMIT,
    answers: { 200: Founded, 201: Founded },
    example: { body: { tenant: 'musterdall', hosts: ['musterdall.example.org'], ...EXAMPLE } },
  },
  mine: {
    summary:
      'The collectivities in which the caller has rights, with their addresses; the installation’s own is @default',
    access: 'known',
    answers: {
      200: object({
        collectivities: Type.Array(
          object({
            tenant: Type.String(),
            name: Type.String(),
            url: Type.String(),
            administers: Type.Boolean(),
          }),
        ),
      }),
    },
  },
  figures: {
    summary: 'The collectivities beside each other: equipment, alarms, reports and storage, as sums',
    access: 'administerAll',
    answers: {
      200: object({
        collectivities: Type.Array(
          object({
            tenant: Type.String(),
            name: Type.String(),
            url: Type.String({ description: 'Where it is used; there, whoever is signed in is signed in, too' }),
            ...GroupFigures.properties,
          }),
        ),
      }),
    },
  },
  costs: {
    summary: 'What each collectivity bears of the costs, by the formula of who runs the installation',
    access: 'administerAll',
    answers: { 200: CostShares },
  },
  setCosts: {
    summary: 'Sets the formula and the amount by which the costs are shared, if it gives every collectivity a weight',
    access: 'administerAll',
    audited: { values: 'body' },
    body: CostRule,
    answers: { 200: CostShares },
    example: { body: { formula: 'inhabitants + 2 * entities', amount: 12_000 } },
  },
  boundaries: {
    summary: 'Boundaries of a published file in degrees: a GeoPackage, a zipped Shapefile or GeoJSON. Nothing is kept',
    access: 'administerAll',
    body: media(BOUNDARY_FILE),
    bodyLimit: BOUNDARY_FILE_BYTES,
    answers: {
      200: object({
        type: Type.Literal('FeatureCollection'),
        features: Type.Array(
          object({
            type: Type.Literal('Feature'),
            properties: Type.Record(Type.String(), Type.Unknown()),
            geometry: object({ type: Type.String(), coordinates: Type.Array(Type.Unknown()) }),
          }),
        ),
      }),
    },
  },
  model: {
    summary: 'What a collectivity that is founded like this one takes of it, and what not; nothing is changed',
    access: 'administerAll',
    params: { tenant: text({ max: 40 }) },
    answers: { 200: Model },
    example: { params: { tenant: 'musterdall' } },
  },
  setHosts: {
    summary: 'Gives a collectivity its hosts',
    access: 'administerAll',
    audited: { values: 'body' },
    params: { tenant: text({ max: 40 }) },
    body: object({ hosts: Hosts }),
    answers: { 200: Collectivity },
    example: { params: { tenant: 'musterdall' }, body: { hosts: ['musterdall.example.org'] } },
  },
});

export type HostContract = typeof hostContract;
export type OwnTerritoryContract = typeof ownTerritoryContract;
export type CollectivityContract = typeof collectivityContract;
export type Collectivity = Value<typeof Collectivity>;
export type OwnTerritory = Value<typeof Own>;
