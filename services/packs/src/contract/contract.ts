import { byName, contract, identifier, media, object, Type, text, type Value } from '@alzette/kit/contract';
import { Manifest, PACK_ID, Parameters } from './manifest.ts';
import { Digest, OFFER } from './offer.ts';
import { PACKS } from './paths.ts';

export { Manifest, type Parameters } from './manifest.ts';

const ZIP = 'application/zip';
const MAX_BYTES = 4 * 1024 * 1024;
const Instant = Type.String({ format: 'date-time' });
const Trust = Type.Enum(['product', 'trusted', 'unsigned'], {
  description:
    '`product`: part of this product; `trusted`: signed with a key that the site trusts; `unsigned`: neither',
});
const { title, description, licence, authors } = Manifest.properties;

/** A pack that can be installed. */
const PackSummary = object({ ...OFFER, trust: Trust });

/** The newest version of a pack in an index that this product can install. */
const IndexedPack = object({
  ...OFFER,
  versions: Type.Array(Type.String(), { description: 'All of them, newest first' }),
});

const InstalledPack = object({
  id: Type.String(),
  version: Type.String(),
  digest: Digest,
  trust: Trust,
  ...{ title, description, licence, authors },
  parameters: Parameters,
  installedBy: Type.String({ description: 'The name in the audit' }),
  installedAt: Instant,
  documents: Type.Array(object({ kind: Type.String(), id: Type.String() })),
});

const Document = Type.Unsafe<{ readonly [member: string]: unknown }>({ type: 'object' });
const Step = object({
  kind: Type.String(),
  id: Type.String(),
  name: Type.Optional(byName(Type.String(), { description: 'By language' })),
  change: Type.Enum(['create', 'update', 'merge', 'adopt', 'same', 'keep', 'delete', 'restore', 'detach', 'conflict']),
  members: Type.Array(Type.String(), { description: 'What differs' }),
  here: Type.Optional(Document),
  theirs: Type.Optional(Document),
});
const Steps = object({ steps: Type.Array(Step) });

const Asked = {
  digest: Digest,
  parameters: Type.Optional(Parameters),
  decisions: Type.Optional(
    byName(Type.Enum(['ours', 'theirs']), {
      maxProperties: 1000,
      description: 'For documents in conflict, by `<kind>/<id>`',
    }),
  ),
};
const PARAMS = { id: identifier() };
const EXAMPLE_ID = { id: 'street-lighting' };
const EXAMPLE = { digest: 'a'.repeat(64) };

/** Packs: documents of configuration with a name and a version, which are installed, upgraded and removed together. */
export const packContract = contract(PACKS, {
  list: {
    access: 'administer',
    summary: 'Installed packs, and what came from them',
    answers: {
      200: object({
        packs: Type.Array(InstalledPack),
        underWay: Type.Optional(object({ pack: Type.String(), isInterrupted: Type.Boolean() })),
      }),
    },
  },
  catalogue: {
    access: 'administer',
    summary: 'Packs that come with the product',
    answers: { 200: object({ packs: Type.Array(PackSummary) }) },
  },
  indexes: {
    access: 'administer',
    summary: 'What the indexes of PACK_INDEXES offer; one that can’t be read tells why',
    query: { q: text({ max: 200 }) },
    answers: {
      200: object({
        indexes: Type.Array(
          object({
            url: Type.String(),
            title: Type.Optional(Type.String()),
            fault: Type.Optional(Type.String()),
            packs: Type.Array(IndexedPack),
          }),
        ),
      }),
    },
    example: { query: { q: 'light' } },
  },
  fetch: {
    access: 'administer',
    summary: 'Fetches a pack by its name, from an index or from the product; nothing is installed',
    body: object({
      id: Type.String({ pattern: PACK_ID }),
      version: Type.Optional(
        Type.String({ maxLength: 80, description: 'default: the newest that this product can install' }),
      ),
    }),
    answers: { 200: PackSummary },
    example: { body: { id: 'street-lighting' } },
  },
  neighbours: {
    access: 'administer',
    summary: 'Packs that other collectivities of this installation use, as far as they tell it',
    answers: {
      200: object({
        tells: Type.Boolean({ description: 'Whether others see which packs you use' }),
        packs: Type.Array(object({ id: Type.String(), usedBy: Type.Array(Type.String()) })),
      }),
    },
  },
  tell: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Tells the other collectivities of this installation which packs you use, or no longer',
    body: object({ tells: Type.Boolean() }),
    answers: { 204: null },
    example: { body: { tells: true } },
  },
  schema: {
    access: 'nothing',
    anyTenant: true,
    summary: 'The JSON Schema of `pack.json`',
    answers: { 200: Type.Object({}) },
  },
  upload: {
    access: 'administer',
    summary: 'Uploads the archive of a pack, and says what it is; nothing is installed',
    body: media(ZIP),
    bodyLimit: MAX_BYTES,
    answers: { 201: PackSummary },
  },
  archive: {
    access: 'administer',
    summary: 'The archive of an uploaded pack',
    params: { digest: text({ max: 64 }) },
    answers: { 200: media(ZIP) },
  },
  make: {
    access: 'administer',
    summary: 'Makes an archive of documents that are in use; it is not signed',
    body: object({
      manifest: Manifest,
      documents: Type.Array(object({ kind: Type.String(), id: Type.String() }), { minItems: 1, maxItems: 1000 }),
    }),
    answers: { 200: media(ZIP) },
    example: {
      body: {
        manifest: {
          format: 1,
          id: 'our-rules',
          version: '1.0.0',
          title: { fr: 'Nos règles' },
          description: { fr: 'Les règles de nos communes' },
          licence: 'EUPL-1.2',
          authors: ['Pays-Haut Val d’Alzette'],
          requires: { alzette: '>=0.1.0' },
        },
        documents: [{ kind: 'rules', id: 'urn:ngsi-ld:Rule:container-full' }],
      },
    },
  },
  plan: {
    access: 'administer',
    summary: 'What an installation or an upgrade would change; its tests run, and nothing is stored',
    params: PARAMS,
    body: object(Asked),
    answers: {
      200: object({
        pack: PackSummary,
        steps: Type.Array(Step),
        obstacles: Type.Array(Type.String(), { description: 'Why it can’t be installed, in sentences' }),
      }),
    },
    example: { params: EXAMPLE_ID, body: EXAMPLE },
  },
  install: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Installs or upgrades a pack, whole or not at all, with your rights to each document',
    params: PARAMS,
    body: object({
      ...Asked,
      acceptsUnsigned: Type.Optional(
        Type.Boolean({ description: 'True: you vouch for a pack that no trusted key has signed' }),
      ),
    }),
    answers: { 200: Steps },
    example: { params: EXAMPLE_ID, body: EXAMPLE },
  },
  remove: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Removes a pack with its documents; those that were changed here stay',
    params: PARAMS,
    answers: { 200: Steps },
    example: { params: EXAMPLE_ID },
  },
});

export type PackContract = typeof packContract;
export type PackSummary = Value<typeof PackSummary>;
export type IndexedPack = Value<typeof IndexedPack>;
export type InstalledPackShown = Value<typeof InstalledPack>;
export type PackStep = Value<typeof Step>;
