import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { listDocuments } from '@alzette/packs/kinds';
import { packTest } from '../src/commands/pack.ts';
import { CONFIGURATION_KINDS } from '../src/territory-files/configuration-kinds.ts';
import { askAs } from './support/ask-as.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';

const PACKS = fileURLToPath(new URL('../../packs', import.meta.url));

interface Offered {
  readonly id: string;
  readonly digest: string;
  readonly parameters: { readonly [name: string]: { readonly default?: unknown; readonly example?: unknown } };
}

test('every pack of the product passes `alzette pack test`, and goes without a trace', async (t) => {
  const platform = await startGuardedPlatform(t, { OUTGOING: '127.0.0.0/8' });
  const { ask, done } = askAs(platform.app, await platform.authorizationOf('root', 'administrator'));
  const key = await done('POST', '/ops/access/keys', {
    title: 'CI',
    roles: ['administrator'],
    scopes: ['read', 'administer'],
  });
  const folders = globSync(`${PACKS}/*/`).sort();
  const lines = t.mock.method(console, 'log', () => {});
  const url = new URL(platform.publicUrl).origin;
  const code = await packTest.run([...folders, '--url', url], { ALZETTE_KEY: (key as { key: string }).key });
  const told = lines.mock.calls.map((call) => call.arguments.join(' '));
  assert.deepEqual([code, told.filter((line) => !/: passed, /.test(line))], [0, []]);
  assert.equal(told.length, folders.length);

  // Of kinds whose documents may go.
  const here = async () => {
    const all = await Promise.all(
      CONFIGURATION_KINDS.filter(({ isKept }) => !isKept).map(
        async (kind) => [kind.folder, await listDocuments(ask, kind)] as const,
      ),
    );
    return Object.fromEntries(all);
  };
  const before = await here();
  const { packs } = (await done('GET', '/packs/catalogue')) as { packs: readonly Offered[] };
  assert.equal(packs.length, folders.length);
  for (const { id, digest, parameters } of packs) {
    const asked = Object.entries(parameters).filter(([, parameter]) => parameter.default === undefined);
    // Whose host is looked up when it is written.
    const reachable = (example: unknown) => String(example).replace('https://www.example.org', 'http://127.0.0.1:9');
    const values = Object.fromEntries(asked.map(([name, { example }]) => [name, reachable(example)]));
    await done('PUT', `/packs/${id}`, { digest, parameters: values });
  }
  const installed = (await done('GET', '/packs')) as { packs: readonly object[] };
  assert.equal(installed.packs.length, packs.length);
  for (const { id } of packs) await done('DELETE', `/packs/${id}`);
  assert.deepEqual(await here(), before);
});
