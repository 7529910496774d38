import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { alarms } from '@alzette/alarms';
import { newDatabase } from '@alzette/broker/test-support';
import { channelService } from '@alzette/channels';
import { dashboardService } from '@alzette/dashboards';
import { fileService } from '@alzette/files';
import type { ServiceDefinition } from '@alzette/kit/service';
import { lighting } from '@alzette/lighting';
import { openData } from '@alzette/opendata';
import { type AskProduct, deleteDocument, faultOf, putDocument } from '@alzette/packs/kinds';
import { procedures } from '@alzette/procedures';
import { reports } from '@alzette/reports';
import { rules } from '@alzette/rules';
import { readTerritory } from '@alzette/territory';
import { parse, stringify } from 'yaml';
import { runningConfiguration } from '../src/territory-files/configuration-client.ts';
import { differenceLines, differencesOf } from '../src/territory-files/configuration-difference.ts';
import { readConfiguration, writeConfiguration } from '../src/territory-files/configuration-files.ts';
import { CONFIGURATION_KINDS } from '../src/territory-files/configuration-kinds.ts';
import { schemaFiles } from '../src/territory-files/configuration-schemas.ts';
import { territoryFilesService } from '../src/territory-files/territory-files-service.ts';
import { territoryFromBoundaries } from '../src/territory-files/territory-from-boundaries.ts';
import { BENCH_CATEGORY, BENCH_DATASET } from './support/sample-documents.ts';
import { startServiceHost } from './support/service-host.ts';

/** Kinds whose documents the test writes itself. */
const BY_HAND = ['report-categories', 'datasets', 'dashboards'];
/** Of the agents and of services that this host does not have; packs-of-each-kind.test.ts has all of them. */
const ELSEWHERE = [
  ...['profiles', 'sources', 'reply-templates', 'simulation-models', 'indicators', 'questions'],
  ...['models', 'scheduled-reports', 'map-layers', 'pages', 'feeds'],
];
const KINDS = CONFIGURATION_KINDS.filter(({ folder }) => ![...ELSEWHERE, ...BY_HAND].includes(folder));

const POLICY = { id: 'readers', who: { anyone: true }, may: ['read'], types: ['https://example.org/Bench'] };

/** The services whose documents the demo creates. */
function servicesOfDemo(folder: string): readonly ServiceDefinition[] {
  return [channelService(), alarms, fileService({ folder }), rules, lighting, procedures];
}
/** Their jobs run, because requests of the demo have some; its collections are not looked at. */
const OF_DEMO = { jobs: true, ports: { collectionStops: { add: async () => '' } } };

function servicesByHand(photos: string): readonly ServiceDefinition[] {
  return [channelService(), alarms, fileService({ folder: photos }), reports, openData, dashboardService()];
}

async function ownFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-territory-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('the running configuration is written to files, compared with them, and restored from them', async (t) => {
  const db = await newDatabase();
  const host = await startServiceHost(t, db, servicesOfDemo(await ownFolder(t)), OF_DEMO);
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
  const same = await compare();
  assert.deepEqual(differenceLines(same.differences), []);
  for (const [kind, documents] of same.files) for (const document of documents) await putDocument(ask, kind, document);

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

const CATEGORY = { ...BENCH_CATEGORY, id: 'bench-broken' };
const DATASET = { ...BENCH_DATASET, id: 'bancs' };
const DASHBOARD = {
  id: 'benches',
  title: 'Benches',
  roles: [],
  period: '30d',
  widgets: [{ id: 'words', kind: 'text', title: 'Benches', x: 0, y: 0, w: 4, h: 2, text: 'All of them' }],
};

test('categories, datasets and dashboards in files are created, changed and deleted as the files say', async (t) => {
  const db = await newDatabase();
  const files = await ownFolder(t);
  const services = [...servicesByHand(await ownFolder(t)), territoryFilesService(files)];
  const host = await startServiceHost(t, db, services, { jobs: true });
  t.after(() => db.close());
  const ask: AskProduct = (method, path, body) => host.ask(method, path, body);
  const documents = { 'report-categories': CATEGORY, datasets: DATASET, dashboards: DASHBOARD };
  const kinds = BY_HAND.map(kindOf);
  const apply = async (given: Readonly<Record<string, { readonly id: string }>>) => {
    for (const kind of kinds) await putDocument(ask, kind, given[kind.folder] ?? assert.fail(kind.folder));
  };
  const compare = async (given: Readonly<Record<string, { readonly id: string }>>) => {
    const folder = await ownFolder(t);
    await writeConfiguration(folder, new Map(kinds.map((kind) => [kind, [given[kind.folder] ?? assert.fail()]])));
    const files = await readConfiguration(folder);
    return differenceLines(differencesOf(files, await runningConfiguration(ask, files.keys())));
  };

  assert.deepEqual(await compare(documents), [
    '+ report-categories/bench-broken',
    '+ datasets/bancs',
    '+ dashboards/benches',
  ]);
  await apply(documents);
  assert.deepEqual(await compare(documents), []);

  const changed = {
    'report-categories': { ...CATEGORY, promisedDays: 5 },
    datasets: { ...DATASET, published: true },
    dashboards: { ...DASHBOARD, title: 'Public benches' },
  };
  assert.deepEqual(await compare(changed), [
    '~ report-categories/bench-broken (promisedDays)',
    '~ datasets/bancs (published)',
    '~ dashboards/benches (title)',
  ]);
  await apply(changed);
  assert.deepEqual(await compare(changed), []);
  await assert.rejects(
    putDocument(ask, kindOf('datasets'), DATASET),
    /datasets\/bancs: published: got false, but it is published/,
  );

  const differences = async () => (await host.ask('GET', '/ops/territory-files')).body;
  await writeConfiguration(files, new Map([[kindOf('dashboards'), [{ ...changed.dashboards, title: 'Seats' }]]]));
  assert.deepEqual(await differences(), {
    kinds: ['dashboards'],
    differences: [{ kind: 'dashboards', id: 'benches', change: 'different', members: ['title'] }],
  });
  await writeFile(join(files, 'dashboards', 'wrong.yaml'), 'id: wrong');
  const refusal = await host.ask('GET', '/ops/territory-files');
  assert.deepEqual([refusal.status, /wrong\.yaml: title/.test(refusal.body.detail)], [409, true]);

  await deleteDocument(ask, kindOf('report-categories'), CATEGORY.id);
  await deleteDocument(ask, kindOf('dashboards'), DASHBOARD.id);
  await assert.rejects(deleteDocument(ask, kindOf('datasets'), DATASET.id), /409.*withdraw it instead/);
  assert.deepEqual(await compare(changed), ['+ report-categories/bench-broken', '+ dashboards/benches']);
});

test('the JSON Schemas of files are equal to the output of npm run territory-schemas', () => {
  const folder = fileURLToPath(new URL('../../territories/schemas/', import.meta.url));
  assert.deepEqual(globSync('*.json', { cwd: folder }).sort(), [...schemaFiles().keys()].sort());
  // Compared without formatting.
  for (const [name, text] of schemaFiles())
    assert.deepEqual(JSON.parse(readFileSync(folder + name, 'utf8')), JSON.parse(text), name);
});

test('a file that violates its schema is reported by member, without the product', async (t) => {
  const folder = await ownFolder(t);
  const { contact: _contact, ...incomplete } = DATASET;
  await writeConfiguration(folder, new Map([[kindOf('datasets'), [incomplete]]]));
  await assert.rejects(readConfiguration(folder), /datasets\/bancs\.yaml: contact: got nothing, expected a value/);
  for (const [kind, document, fault] of [
    [
      'policies',
      { id: 'x', who: { anyone: true }, may: ['fly'] },
      /policies\/x\.yaml: may\.0: got "fly", expected one of read/,
    ],
    [
      'profiles',
      { id: 'x', name: 'X', entities: [{ type: 'T', id: 'device.asset' }] },
      /entities\.0\.attributes: got nothing/,
    ],
    ['recipients', { id: 'x', name: 'X', phone: '06' }, /recipients\/x\.yaml: phone: got "06"/],
    ['rosters', { id: 'x', title: 'X' }, /rosters\/x\.yaml: start: got nothing/],
    ['groups', { id: 'x', title: 'X', members: ['me'] }, /groups\/x\.yaml: members\.0: got "me"/],
    ['escalations', { id: 'x', title: 'X', steps: [] }, /escalations\/x\.yaml: steps: got \[\]/],
    ['rules', { id: 'urn:ngsi-ld:Rule:x', name: { fr: 'X' } }, /rules\/x\.yaml: scope: got nothing, expected a value/],
    ['lighting-strategies', { id: 'x', name: 'X', on: 'noon' }, /lighting-strategies\/x\.yaml: on: got "noon"/],
  ] as const) {
    const own = await ownFolder(t);
    await writeConfiguration(own, new Map([[kindOf(kind), [document]]]));
    await assert.rejects(readConfiguration(own), fault, kind);
  }
});

test('the files of the territories of the product follow their JSON Schemas', async () => {
  const schemas = new Map([...schemaFiles()].map(([name, text]) => [name, JSON.parse(text)]));
  const territories = fileURLToPath(new URL('../../territories/', import.meta.url));
  const files = globSync(['*/*.geojson', '*/*.yaml'], { cwd: territories });
  assert.ok(files.length >= 8, files.join());
  for (const file of files) {
    const schema = schemas.get(`${basename(file).replace(/\.\w+$/, '')}.json`);
    assert.equal(faultOf(schema, parse(await readFile(territories + file, 'utf8'))), undefined, file);
  }
});

test('a document that the product refuses is reported with its answer', async (t) => {
  const db = await newDatabase();
  const host = await startServiceHost(t, db, []);
  t.after(() => db.close());
  const ask: AskProduct = (method, path, body) => host.ask(method, path, body);
  await assert.rejects(
    putDocument(ask, kindOf('policies'), { id: 'wrong', who: {}, may: ['everything'] }),
    /PUT \/ops\/access\/policies\/wrong: 400 .*everything/,
  );
});

test('invalid files are reported by name', async (t) => {
  const folder = await ownFolder(t);
  await writeConfiguration(folder, new Map([[kindOf('policies'), [POLICY]]]));
  await writeFile(join(folder, 'policies', 'nameless.yaml'), 'who: {}');
  await assert.rejects(readConfiguration(folder), /policies\/nameless\.yaml: id: got nothing, expected a name/);
  await writeFile(join(folder, 'policies', 'nameless.yaml'), stringify(POLICY));
  await assert.rejects(readConfiguration(folder), /policies: two files have the id readers/);
});

test('a folder is created from published boundaries', async (t) => {
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
