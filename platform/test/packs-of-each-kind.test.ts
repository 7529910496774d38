import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { buildArchive, createSigningKeys, type PackFile, signArchive } from '@alzette/packs/archive';
import { type ConfigurationDocument, listDocuments, putDocument } from '@alzette/packs/kinds';
import { CONFIGURATION_KINDS } from '../src/territory-files/configuration-kinds.ts';
import { askAs } from './support/ask-as.ts';
import { EXAMPLES, type Example } from './support/document-examples.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

const MANIFEST = {
  format: 1,
  id: 'each-kind',
  title: { fr: 'Un de chaque' },
  description: { fr: 'Un document de chaque genre' },
  licence: 'EUPL-1.2',
  authors: ['The tests'],
  requires: { alzette: '>=0.1.0' },
} as const;

interface Installed {
  readonly steps: readonly { readonly kind: string; readonly change: string }[];
}

/** What an earlier installation has left of kinds whose documents are kept. */
const DECISIONS = { 'lighting-strategies/each-kind': 'theirs' };
const FOLDERS = CONFIGURATION_KINDS.map(({ folder }) => folder);

const changes = ({ steps }: Installed) => Object.fromEntries(steps.map(({ kind, change }) => [kind, change]));
/** @param ofKept of kinds whose documents the product keeps for ever */
const each = (change: string, ofKept = change) =>
  Object.fromEntries(CONFIGURATION_KINDS.map(({ folder, isKept }) => [folder, isKept ? ofKept : change]));

type Documents = Readonly<Record<string, ConfigurationDocument | undefined>>;

/** The documents of the examples with what a version of the pack has changed. */
function archiveOf(version: string, changed: (example: Example) => object, documents: Documents = {}): Uint8Array {
  const files = Object.entries(EXAMPLES).map(
    ([folder, example]): PackFile => ({
      folder,
      name: 'one.yaml',
      document: { ...(documents[folder] ?? example.document), ...changed(example) },
    }),
  );
  return buildArchive({ ...MANIFEST, version }, files);
}

async function startProduct(t: TestContext, settings: Readonly<Record<string, string>> = {}) {
  const platform = await startGuardedPlatform(t, { OUTGOING: '127.0.0.0/8', ...settings });
  const { ask, done } = askAs(platform.app, await platform.authorizationOf('root', 'administrator'));
  return {
    ask,
    done,
    async install(archive: Uint8Array, acceptsUnsigned = true) {
      const { digest } = (await done('POST', '/packs/archives', archive)) as { digest: string };
      return (await done('PUT', '/packs/each-kind', { digest, acceptsUnsigned, decisions: DECISIONS })) as Installed;
    },
    remove: async () => (await done('DELETE', '/packs/each-kind')) as Installed,
    async here() {
      const all = await Promise.all(
        CONFIGURATION_KINDS.map(async (kind) => [kind.folder, await listDocuments(ask, kind)] as const),
      );
      return Object.fromEntries(all) as Record<string, readonly ConfigurationDocument[]>;
    },
  };
}

/** The document of each kind that the pack has. */
function ofPack(all: Readonly<Record<string, readonly ConfigurationDocument[]>>): Documents {
  return Object.fromEntries(
    Object.entries(EXAMPLES).map(([folder, { document }]) => [
      folder,
      all[folder]?.find(({ id }) => id === document.id),
    ]),
  );
}

test('a pack may have each kind of document: installed, told where it came from, merged, and removed', async (t) => {
  assert.deepEqual(Object.keys(EXAMPLES).sort(), [...FOLDERS].sort(), 'an example of each kind');
  const { ask, done, install, remove, here } = await startProduct(t);

  const { csv: _csv, ...source } = EXAMPLES.sources?.document ?? { id: '' };
  const from = { url: 'https://stations.example.org/', secretHeaders: { 'x-key': 'a password' } };
  const withPassword = { ...source, kind: 'http', from };
  const unsafe = buildArchive({ ...MANIFEST, version: '0.9.0' }, [
    { folder: 'sources', name: 'one.yaml', document: withPassword },
  ]);
  const { digest } = (await done('POST', '/packs/archives', unsafe)) as { digest: string };
  const refused = (await ask('POST', '/packs/each-kind/plan', { digest })) as {
    status: number;
    body: { detail: string };
  };
  assert.deepEqual(
    [refused.status, /^sources\/each-kind: from\.secretHeaders: got a secret/.test(refused.body.detail)],
    [400, true],
    refused.body.detail,
  );

  const before = await here();
  assert.deepEqual(changes(await install(archiveOf('1.0.0', () => ({})))), each('create'));
  const { packs } = (await done('GET', '/packs')) as { packs: readonly { documents: readonly { kind: string }[] }[] };
  assert.deepEqual((packs[0]?.documents ?? []).map(({ kind }) => kind).sort(), [...FOLDERS].sort());
  assert.deepEqual(changes(await remove()), each('delete', 'detach'));
  const { 'lighting-strategies': kept, ...left } = await here();
  const { 'lighting-strategies': known = [], ...others } = before;
  assert.deepEqual(left, others, 'nothing is left');
  assert.equal(kept?.length, known.length + 1, 'past nights are told by it');

  await install(archiveOf('1.0.0', () => ({})));
  const installed = ofPack(await here());
  for (const kind of CONFIGURATION_KINDS) {
    const { ours } = EXAMPLES[kind.folder] as Example;
    const own = installed[kind.folder];
    assert.ok(own, kind.folder);
    await putDocument(ask, kind, { ...own, ...ours });
  }
  assert.deepEqual(changes(await install(archiveOf('1.1.0', ({ theirs }) => theirs))), each('merge'));
  const merged = ofPack(await here());
  for (const [folder, { ours, theirs }] of Object.entries(EXAMPLES)) {
    assert.partialDeepStrictEqual(merged[folder] ?? {}, { ...ours, ...theirs }, folder);
  }
  assert.deepEqual(changes(await remove()), each('detach'));
});

test('each kind of document goes to another installation: made of what is in use, signed, installed, upgraded and removed', async (t) => {
  const maker = await startProduct(t);
  await maker.install(archiveOf('1.0.0', () => ({})));
  const inUse = ofPack(await maker.here());
  const documents = Object.entries(EXAMPLES).map(([kind, { document }]) => ({ kind, id: document.id }));
  const made = await maker.done('POST', '/packs/make', { manifest: { ...MANIFEST, version: '1.0.0' }, documents });
  const keys = createSigningKeys();

  const taker = await startProduct(t, { PACK_KEYS: keys.publicKey.trim().split('\n').at(-1) ?? '' });
  const { 'lighting-strategies': known = [], ...before } = await taker.here();
  assert.deepEqual(
    changes(await taker.install(signArchive(made as Uint8Array, keys.secretKey), false)),
    each('create'),
  );
  assert.deepEqual(ofPack(await taker.here()), inUse);
  const next = signArchive(
    archiveOf('1.1.0', ({ theirs }) => theirs, inUse),
    keys.secretKey,
  );
  assert.deepEqual(changes(await taker.install(next, false)), each('update'));
  for (const [folder, document] of Object.entries(ofPack(await taker.here()))) {
    assert.partialDeepStrictEqual(document ?? {}, EXAMPLES[folder]?.theirs ?? {}, folder);
  }
  assert.deepEqual(changes(await taker.remove()), each('delete', 'detach'));
  const { 'lighting-strategies': kept = [], ...left } = await taker.here();
  assert.deepEqual(left, before);
  assert.equal(kept.length, known.length + 1);
});
