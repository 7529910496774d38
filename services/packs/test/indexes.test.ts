import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { anotherPostgres, testDatabases } from '@alzette/broker/test-support';
import { freshTenant } from '../../../broker/test/support/index.ts';
import { CONFIGURATION_KINDS } from '../../../platform/src/territory-files/configuration-kinds.ts';
import { createSigningKeys } from '../src/archive/archive.ts';
import { writeIndex } from '../src/publish/write-index.ts';
import { archive, FIRST, KEYS, RULE, rule, startPackHost } from './support/pack-host.ts';

const database = anotherPostgres() ?? testDatabases()[0];

test('packs of indexes are found and installed by their names; what is not as signed is refused', async (t) => {
  assert.ok(database);
  const site = await publishedSite(t);
  const strange = await publishedSite(t);
  const expired = await publishedSite(t);
  await site.add('full-bins-1.0.0.zip', archive({ files: FIRST }));
  await site.add(
    'full-bins-1.1.0.zip',
    archive({ files: { 'rules/full.yaml': rule() }, manifest: { version: '1.1.0' } }),
  );
  const far = { version: '9.0.0', requires: { alzette: '>=9.0.0' } };
  await site.add('full-bins-9.0.0.zip', archive({ files: { 'rules/full.yaml': rule() }, manifest: far }));
  await site.index(KEYS.secretKey);
  await strange.index(createSigningKeys().secretKey);
  await expired.index(KEYS.secretKey, new Date(Date.now() - 100 * 86_400_000));
  const inside = 'http://10.0.0.1/index.json';
  const { as } = await startPackHost(t, await database.open(), {
    indexes: [site.url, strange.url, expired.url, inside],
  });
  const { ask } = await as(freshTenant(), ['administrator']);

  await t.test('search', async () => {
    const { indexes } = (await ask('GET', '/packs/indexes?q=FULL%20Bins')).body;
    const [own, ...others] = indexes;
    assert.equal(own.title, 'Our packs');
    const [{ id, version, versions, documents, tests }] = own.packs;
    assert.deepEqual([id, version, versions], ['full-bins', '1.1.0', ['9.0.0', '1.1.0', '1.0.0']]);
    assert.deepEqual([documents, tests], [[{ kind: 'rules', count: 1 }], 0]);
    const faults = others.map(({ fault }: { fault: string }) => fault);
    assert.match(faults[0], /no key of PACK_KEYS has signed it/);
    assert.match(faults[1], /it has expired on/);
    assert.match(faults[2], /may not be read: .*10\.0\.0\.1/);
    assert.deepEqual((await ask('GET', '/packs/indexes?q=canteen')).body.indexes[0].packs, []);
  });

  await t.test('installing by name and version', async () => {
    const first = await ask('POST', '/packs/fetch', { id: 'full-bins', version: '1.0.0' });
    assert.deepEqual([first.status, first.body.trust, first.body.tests], [200, 'trusted', 1]);
    assert.equal((await ask('PUT', '/packs/full-bins', { digest: first.body.digest })).status, 200);
    const newest = await ask('POST', '/packs/fetch', { id: 'full-bins' });
    assert.equal(newest.body.version, '1.1.0');
    assert.equal((await ask('PUT', '/packs/full-bins', { digest: newest.body.digest })).status, 200);
    assert.equal((await ask('GET', `/rules/${RULE}`)).status, 200);
    const shipped = await ask('POST', '/packs/fetch', { id: 'parking' });
    assert.deepEqual([shipped.status, shipped.body.trust], [200, 'product'], 'there without any index');
    assert.equal((await ask('POST', '/packs/fetch', { id: 'full-bins', version: '7.0.0' })).status, 502);
  });

  await t.test('an archive that is another, an index that was changed', async () => {
    const path = join(site.folder, 'full-bins-1.1.0.zip');
    const genuine = await readFile(path);
    await writeFile(
      path,
      archive({ files: { 'rules/full.yaml': rule('enabled: false') }, manifest: { version: '1.1.0' } }),
    );
    const other = await ask('POST', '/packs/fetch', { id: 'full-bins' });
    assert.deepEqual([other.status, /it is not the archive that the index names/.test(other.body.detail)], [502, true]);
    await writeFile(path, Buffer.concat([genuine, Buffer.alloc(5 * 1024 * 1024)]));
    const large = await ask('POST', '/packs/fetch', { id: 'full-bins' });
    assert.match(large.body.detail, /has more than 4194304 bytes/);
    await writeFile(path, genuine);
    const index = join(site.folder, 'index.json');
    const signed = await readFile(index, 'utf8');
    await writeFile(index, signed.replace('Our packs', 'My packs'));
    const [tampered] = (await ask('GET', '/packs/indexes')).body.indexes;
    assert.match(tampered.fault, /index\.json\.minisig: it is not the signature of this index\.json/);
    assert.deepEqual(tampered.packs, []);
    assert.equal((await ask('POST', '/packs/fetch', { id: 'full-bins' })).status, 502);
  });

  await t.test('neighbours see which packs one uses only while one tells it', async () => {
    const other = await as(freshTenant(), ['administrator']);
    const used = async () => (await other.ask('GET', '/packs/neighbours')).body.packs;
    assert.deepEqual(await used(), []);
    assert.equal((await ask('PUT', '/packs/neighbours', { tells: true })).status, 204);
    assert.equal((await ask('GET', '/packs/neighbours')).body.tells, true);
    const [{ id, usedBy }] = await used();
    assert.deepEqual([id, usedBy.length], ['full-bins', 1]);
    assert.equal((await other.ask('GET', '/packs/neighbours')).body.tells, false);
    await ask('PUT', '/packs/neighbours', { tells: false });
    assert.deepEqual(await used(), []);
  });
});

/** A folder with an index on a web server. */
async function publishedSite(t: { after(fn: () => unknown): void }) {
  const folder = await mkdtemp(join(tmpdir(), 'packs-'));
  const server = createServer(async (request, response) => {
    const content = await readFile(join(folder, request.url ?? '')).catch(() => undefined);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    url: `http://127.0.0.1:${port}/index.json`,
    add: (name: string, content: Buffer) => writeFile(join(folder, name), content),
    index: (secretKey: string, now = new Date()) =>
      writeIndex(folder, { kinds: CONFIGURATION_KINDS, secretKey, title: 'Our packs', days: 90, now }),
  };
}
