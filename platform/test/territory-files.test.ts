import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { alarmService } from '@alzette/alarms';
import { openDatabase } from '@alzette/broker';
import { channelService } from '@alzette/channels';
import type { ServiceDefinition } from '@alzette/kit/service';
import { lighting } from '@alzette/lighting';
import { rulesService } from '@alzette/rules';
import { readTerritory } from '@alzette/territory';
import { parse, stringify } from 'yaml';
import {
  type AskProduct,
  deleteDocument,
  putDocument,
  runningConfiguration,
} from '../src/territory-files/configuration-client.ts';
import { differenceLines, differencesOf } from '../src/territory-files/configuration-difference.ts';
import { readConfiguration, writeConfiguration } from '../src/territory-files/configuration-files.ts';
import { CONFIGURATION_KINDS } from '../src/territory-files/configuration-kinds.ts';
import { territoryFromBoundaries } from '../src/territory-files/territory-from-boundaries.ts';
import { startServiceHost } from './support/service-host.ts';

/** Those of the agents are not served by a host of services alone. */
const KINDS = CONFIGURATION_KINDS.filter(({ folder }) => folder !== 'profiles');

const POLICY = { id: 'readers', who: { anyone: true }, may: ['read'], types: ['https://example.org/Bench'] };

/** Those whose documents lie in files. */
function configuredServices(): readonly ServiceDefinition[] {
  const channels = channelService();
  const alarms = alarmService(channels.port);
  return [channels.definition, alarms.definition, rulesService({ alarms: alarms.port }), lighting];
}

async function ownFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-territory-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('what runs is written as files, compared with them, and made as they say', async (t) => {
  const db = await openDatabase({});
  const host = await startServiceHost(t, db, configuredServices());
  t.after(() => db.close());
  const ask: AskProduct = (method, path, body) => host.ask(method, path, body);
  await host.startDemo();
  await putDocument(ask, kindOf('policies'), POLICY);

  const folder = await ownFolder(t);
  const written = await writeConfiguration(folder, await runningConfiguration(ask, KINDS));
  assert.ok(written > 20, `${written} files`);
  const compare = async () => {
    const files = await readConfiguration(folder);
    return { files, differences: differencesOf(files, await runningConfiguration(ask, files.keys())) };
  };
  assert.deepEqual(differenceLines((await compare()).differences), []);

  const rule = join(folder, 'rules', 'lamp-failure.yaml');
  const document = parse(await readFile(rule, 'utf8'));
  await writeFile(rule, stringify({ ...document, severity: 'low' }));
  await writeFile(join(folder, 'policies', 'more.yaml'), stringify({ ...POLICY, id: 'more' }));
  await rm(join(folder, 'rules', 'air-no2.yaml'));
  const { files, differences } = await compare();
  assert.deepEqual(differenceLines(differences).sort(), [
    '+ policies/more',
    '- rules/urn:ngsi-ld:Rule:air-no2',
    '~ rules/urn:ngsi-ld:Rule:lamp-failure (severity)',
  ]);

  for (const { kind, id, change } of differences) {
    if (change === 'extra') await deleteDocument(ask, kind, id);
    else await putDocument(ask, kind, files.get(kind)?.find((each) => each.id === id) ?? assert.fail(id));
  }
  assert.deepEqual(differenceLines((await compare()).differences), []);
});

test('a document that the product does not take is told with its answer', async (t) => {
  const db = await openDatabase({});
  const host = await startServiceHost(t, db, []);
  t.after(() => db.close());
  const ask: AskProduct = (method, path, body) => host.ask(method, path, body);
  await assert.rejects(
    putDocument(ask, kindOf('policies'), { id: 'wrong', who: {}, may: ['everything'] }),
    /PUT \/ops\/access\/policies\/wrong: 400 .*everything/,
  );
});

test('files that are not as they should be are told by name', async (t) => {
  const folder = await ownFolder(t);
  await writeConfiguration(folder, new Map([[kindOf('policies'), [POLICY]]]));
  await writeFile(join(folder, 'policies', 'nameless.yaml'), 'who: {}');
  await assert.rejects(readConfiguration(folder), /policies\/nameless\.yaml: id: got nothing, expected a name/);
  await writeFile(join(folder, 'policies', 'nameless.yaml'), 'id: readers');
  await assert.rejects(readConfiguration(folder), /policies: two files have the id readers/);
});

test('a folder is made of published boundaries', async (t) => {
  const folder = await ownFolder(t);
  const square = (x: number) => ({
    type: 'Polygon',
    coordinates: [
      [
        [x, 49],
        [x + 1, 49],
        [x + 1, 50],
        [x, 49],
      ],
    ],
  });
  const features = [
    { properties: { nom: 'Évrange', insee: '57537', member: true }, geometry: square(6) },
    { properties: { nom: 'Elsewhere', insee: '54001', member: false }, geometry: square(8) },
  ];
  const files = territoryFromBoundaries(JSON.stringify({ features }), {
    name: 'Ours',
    communeName: 'nom',
    only: 'member=true',
    department: 'insee',
    timeZone: 'Europe/Paris',
    country: 'FR',
    notice: 'IGN',
  });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const { communes, bbox, streets } = readTerritory(folder);
  assert.deepEqual(
    communes.map(({ slug, name, scope, department, center }) => ({ slug, name, scope, department, center })),
    [{ slug: 'evrange', name: 'Évrange', scope: '/Evrange', department: '57', center: [6.5, 49.5] }],
  );
  assert.deepEqual([bbox, streets.features], [[6, 49, 7, 50], []]);
});

function kindOf(folder: string) {
  return CONFIGURATION_KINDS.find((kind) => kind.folder === folder) ?? assert.fail(folder);
}
