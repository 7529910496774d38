import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { vectorTile, writeArchive } from '../../../../scripts/pmtiles-archive.ts';
import {
  Collectivities,
  demoFolder,
  originOfBaseMap,
  readTerritory,
  type Territory,
  TerritoryFault,
  territoryRoutes,
} from '../territory.ts';

const ARCHIVE = writeArchive({ type: 'mvt', tiles: [{ z: 0, x: 0, y: 0, data: vectorTile([]) }] });

const ofFolder = (first: Territory) =>
  Collectivities.open({ first, publicUrl: 'http://localhost:1026', onError: () => {} });

async function ownFolder(t: TestContext, baseMap?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-territory-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(demoFolder(), folder, { recursive: true });
  if (baseMap !== undefined) {
    const file = join(folder, 'territory.yaml');
    await writeFile(file, `${await readFile(file, 'utf8')}\nbaseMap: ${baseMap}\n`);
  }
  await writeFile(join(folder, 'town.pmtiles'), ARCHIVE);
  return folder;
}

test('the archive of the folder is served whole, by ranges, and with a tag', async (t) => {
  const territory = readTerritory(await ownFolder(t, '{ archive: town.pmtiles, attribution: "© Cadastre" }'));
  const app = Fastify();
  t.after(() => app.close());
  territoryRoutes(app, await ofFolder(territory));
  const territoryJson = (await app.inject('/territory')).json();
  assert.deepEqual(territoryJson.baseMap, { url: '/territory/base-map', attribution: '© Cadastre' });

  const get = (headers: Record<string, string>) => app.inject({ url: territoryJson.baseMap.url, headers });
  const whole = await get({});
  assert.equal(whole.statusCode, 200);
  assert.deepEqual(whole.rawPayload, ARCHIVE);
  const header = await get({ range: 'bytes=0-126' });
  assert.equal(header.statusCode, 206);
  assert.equal(header.headers['content-range'], `bytes 0-126/${ARCHIVE.length}`);
  assert.deepEqual(header.rawPayload, ARCHIVE.subarray(0, 127));
  assert.equal((await get({ range: `bytes=${ARCHIVE.length}-` })).statusCode, 416);
  assert.equal((await get({ 'if-none-match': String(whole.headers.etag) })).statusCode, 304);
});

test('a setting overrides the folder; a URL is loaded by the pages', async (t) => {
  const folder = await ownFolder(t, '{ archive: missing.pmtiles, attribution: "© Cadastre" }');
  const url = 'https://maps.example.org/tiles/town.pmtiles';
  const territory = readTerritory(folder, url);
  assert.deepEqual(territory.baseMap, { archive: url, attribution: '© Cadastre' });
  assert.equal(originOfBaseMap(territory.baseMap), 'https://maps.example.org');
  const app = Fastify();
  t.after(() => app.close());
  territoryRoutes(app, await ofFolder(territory));
  assert.equal((await app.inject('/territory')).json().baseMap.url, url);
  assert.equal((await app.inject('/territory/base-map')).statusCode, 404);
  assert.equal(originOfBaseMap(readTerritory(folder, join(folder, 'town.pmtiles')).baseMap), undefined);
});

test('an archive that the pages can’t show is refused at the start, with the reason', async (t) => {
  const folder = await ownFolder(t);
  const old = Buffer.from(ARCHIVE);
  old[7] = 2;
  const zstd = Buffer.from(ARCHIVE);
  zstd[98] = 4;
  const unknown = Buffer.from(ARCHIVE);
  unknown[99] = 0;
  const cases = [
    ['empty', Buffer.alloc(0), /it is no PMTiles archive/],
    ['text', Buffer.alloc(500, 'a'), /it is no PMTiles archive/],
    ['old', old, /of version 2, expected 3/],
    ['zstd', zstd, /compressed in a way that browsers do not read/],
    ['unknown', unknown, /its tiles have type 0/],
  ] as const;
  for (const [name, bytes, message] of cases) {
    const file = join(folder, `${name}.pmtiles`);
    await writeFile(file, bytes);
    assert.throws(
      () => readTerritory(folder, file),
      (error) => error instanceof TerritoryFault && message.test(error.message) && error.message.includes(file),
    );
  }
  assert.throws(() => readTerritory(folder, join(folder, 'missing.pmtiles')), /it can’t be read/);
});
