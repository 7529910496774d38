import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import { eventually } from '@alzette/kit/testing';
import { eachDatabase } from '../../../../broker/test/support/index.ts';
import { type ServiceHost, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import { startMailServer } from '../../../channels/test/support/mail-server.ts';
import { dashboardService } from '../../../dashboards/src/service.ts';
import { openData } from '../../src/service.ts';
import { CONTEXT, PUBLIC_URL } from '../support/open-data-host.ts';
import { crawl, pdfText, readAnswer } from './answers.ts';
import { type MarkedDataset, type MarkedWorld, markedWorld, marksIn } from './marked-world.ts';

/*
 * Nothing outside an allow-list is published. Random entities, in which each value has a mark, and random datasets:
 * every anonymous answer is searched for marks. A mark that is found must belong to a column of a published dataset, or
 * to data that a policy makes public. BORDER_SEEDS=50 tries more.
 */
const SEEDS = Number(process.env.BORDER_SEEDS ?? 1);
/** Of the hidden marks, every sixth is searched for. */
const EVERY = 6;
const MAX_PAGES = 900;
const ALL_FILES = ['csv', 'xlsx', 'geojson', 'parquet', 'ics'].map((format) => `latest.${format}`);
const ENTRIES = [
  '/data/',
  '/catalog.jsonld',
  '/catalog.ttl',
  '/catalog.csv',
  '/ogc',
  '/ogc/api',
  '/ogc/collections',
  '/compat/postgrest',
];

eachDatabase('Published data', (test) => {
  test('is what published datasets allow, in every format, and what everybody may read', async (t, db) => {
    const mail = await startMailServer(t);
    const settings = { PUBLIC_URL, ...mail.settings };
    const host = await startServiceHost(t, db, [openData, dashboardService()], {
      access: 'enforced',
      jobs: true,
      settings,
    });
    const root = { authorization: await host.authorizationOf({ sub: 'root', roles: ['administrator'] }) };
    const first = db.kind === 'pglite' ? 1 : 1001;
    for (let seed = first; seed < first + SEEDS; seed++) {
      const run = `${process.pid}x${db.kind}x${seed}`;
      const world = markedWorld(seed, run);
      await writeWorld(host, world);
      for (const each of world.datasets) await putDataset(host, root, each);
      await t.test(`seed ${seed}: catalogue, features, tiles, files and pages`, () => openDataHolds(host, world));
      await t.test(`seed ${seed}: search, analyses and shared dashboards`, () => rightsHold(host, world, root, run));
      await t.test(`seed ${seed}: reports by mail`, () => reportsHold(host, world, root, run, mail.letters));
      for (const { id, state } of world.datasets) {
        if (state !== 'draft' && state !== 'withdrawn')
          await host.ask('POST', `/opendata/datasets/${id}/withdraw`, undefined, root);
      }
    }
  });

  test('a column removed from the allow-list disappears immediately, even if the refresh fails', narrowedAtOnce);
});

async function writeWorld(host: ServiceHost, world: MarkedWorld): Promise<void> {
  for (const entities of [world.before, world.after]) {
    const written = await host.broker.client.batchUpsert(entities, { context: CONTEXT });
    assert.deepEqual(written.errors ?? [], []);
  }
}

type Headers = Readonly<Record<string, string>>;

async function putDataset(host: ServiceHost, root: Headers, { id, state, definition, narrowed }: MarkedDataset) {
  const write = async (body: object) => {
    const answer = await host.ask('PUT', `/opendata/datasets/${id}`, body, root);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
  };
  await write(definition);
  if (state === 'draft') return;
  assert.equal((await host.ask('POST', `/opendata/datasets/${id}/publish`, undefined, root)).status, 200);
  const shown = async () => {
    const { body } = await host.ask('GET', `/opendata/datasets/${id}`, undefined, root);
    assert.equal(body.fault, undefined, body.fault);
    return body.generation > 0;
  };
  await eventually(`${id} is shown`, shown);
  if (state === 'withdrawn') await host.ask('POST', `/opendata/datasets/${id}/withdraw`, undefined, root);
  if (narrowed === undefined) return;
  await write(narrowed);
  await eventually(`${id} is shown anew`, shown);
}

async function openDataHolds(host: ServiceHost, world: MarkedWorld): Promise<void> {
  const ids = world.datasets.map(({ id }) => id);
  const tiles = [0, 9, 14, 18].map((z) => `${z}/${tileOf(z)}.mvt`);
  const from = [
    ...ENTRIES,
    ...ids.flatMap((id) => [
      `/data/datasets/${id}`,
      ...ALL_FILES.map((name) => `/data/files/${id}/${name}`),
      ...tiles.map((tile) => `/tiles/${id}/${tile}`),
      `/tiles/${id}`,
      `/ogc/collections/${id}/items?limit=100`,
      `/ogc/collections/${id}/items?f=html`,
    ]),
    '/data/?q=mk0',
  ];
  const found = new Map<string, Set<string>>();
  let pages = 0;
  for await (const { url, text, status } of crawl(host.app, from, MAX_PAGES)) {
    pages += 1;
    assert.ok(status < 500, `${url}: ${status}`);
    const surface = surfaceOf(url);
    for (const mark of marksIn(text)) {
      assert.ok(world.open.has(mark), `${mark} is in ${url}, and no published dataset allows it`);
      found.set(surface, (found.get(surface) ?? new Set()).add(mark));
    }
  }
  assert.ok(pages > from.length, 'addresses in answers were followed');
  // The allowed values must be found, which shows that the search works for these answers.
  for (const surface of ['csv', 'xlsx', 'parquet', 'ogc', 'data']) {
    assert.ok((found.get(surface)?.size ?? 0) > 0, `${surface} shows what is allowed`);
  }
  // History contains only numbers and texts, so some allowed values are missing.
  assert.ok((found.get('csv')?.size ?? 0) > world.open.size / 2, 'most of what is allowed is in a file');
  await probesTellNothing(host, world);
}

/** Queries with hidden names are refused, so that their answers reveal nothing. */
async function probesTellNothing({ app }: ServiceHost, { datasets }: MarkedWorld): Promise<void> {
  for (const { id, definition } of datasets) {
    for (const property of ['description', 'powerRating', 'refOwner']) {
      if (definition.columns.some(({ name }) => name === property)) continue;
      for (const query of [`filter=${property}%20IS%20NOT%20NULL`, `${property}=1`, `filter=${property}%20%3E%201`]) {
        for (const url of [`/ogc/collections/${id}/items?${query}`, `/data/files/${id}/latest.csv?${query}`]) {
          const { status } = await readAnswer(app, url);
          assert.ok(status === 400 || status === 404, `${url}: ${status}`);
        }
      }
    }
  }
}

const POINT = [5.9304, 49.47] as const;

function tileOf(z: number): string {
  const [longitude, latitude] = POINT;
  const angle = (latitude * Math.PI) / 180;
  const x = Math.floor(((longitude + 180) / 360) * 2 ** z);
  const y = Math.floor(((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** z);
  return `${x}/${y}`;
}

function surfaceOf(url: string): string {
  return /latest\.(\w+)/.exec(url)?.[1] ?? /^\/(\w+)/.exec(url)?.[1] ?? '';
}

async function rightsHold(host: ServiceHost, world: MarkedWorld, root: Headers, run: string): Promise<void> {
  const [type = ''] = world.types;
  const link = { link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"` };
  const policy = { who: { anyone: true }, may: ['read'], types: [type], attributes: ['name', 'category'] };
  const named = await host.ask('PUT', `/ops/access/policies/open.${run}`, policy, { ...root, ...link });
  assert.equal(named.status, 201, JSON.stringify(named.body));
  const open = new Set([...world.present(type, 'name'), ...world.present(type, 'category')]);
  let seen = 0;
  const holds = (answer: { status: number; body: unknown }, of: string, echoed = '') => {
    assert.ok(answer.status < 500, of);
    for (const mark of marksIn(JSON.stringify(answer.body))) {
      if (mark === echoed) continue;
      seen += 1;
      assert.ok(open.has(mark), `${mark} is in ${of}, and no policy opens it`);
    }
  };
  await eventually('what is open is found', async () => {
    const { body } = await host.ask('GET', '/territory/search?text=mk0', undefined, link);
    return body.entities.length > 0;
  });
  for (const text of ['mk', 'mk0', ...world.types]) {
    holds(await host.ask('GET', `/territory/search?text=${text}&limit=50`, undefined, link), `search for ${text}`);
  }
  const hiddenMarks = world.marks.filter((mark) => mark.startsWith('mk') && !open.has(mark));
  for (const hidden of hiddenMarks.filter((_, n) => n % EVERY === 0)) {
    const { body } = await host.ask('GET', `/territory/search?text=${hidden}`, undefined, link);
    // Similar words belong to other values.
    assert.ok(body.resembling || body.entities.length === 0, `${hidden} is found by searching for it`);
  }
  const questions = world.types.flatMap((each) => [
    ...['name', 'description', 'category', 'refOwner', 'label'].map((attribute) => ({
      type: each,
      group: [{ by: 'attribute', attribute }],
      measure: { kind: 'count' },
    })),
    { type: each, group: [{ by: 'attribute', attribute: 'address', path: 'note' }], measure: { kind: 'count' } },
    ...['powerRating', 'dose'].map((attribute) => ({
      type: each,
      group: [{ by: 'entity' }],
      measure: { kind: 'highest', attribute },
    })),
    { type: each, q: 'powerRating>1', measure: { kind: 'count' } },
  ]);
  const widgets = questions.slice(0, 40).map((question, n) => ({
    ...{ id: `w${n}`, kind: 'table', title: `T${n}`, x: 0, y: n, w: 12, h: 1 },
    question,
  }));
  const board = { title: `Bord ${run}`, roles: [], period: '30d', widgets };
  assert.equal((await host.ask('PUT', `/dashboards/bord-${run}`, board, root)).status, 201);
  const shared = (await host.ask('POST', `/dashboards/bord-${run}/link`, undefined, root)).body.link;
  const layout = await host.ask('GET', `/dashboards/shared/${shared}`);
  assert.equal(layout.status, 200);
  holds(layout, 'a shared dashboard');
  for (const { question } of layout.body.dashboard.widgets) {
    const answer = await host.ask('POST', '/territory/analysis', question, link);
    holds(answer, `an analysis: ${JSON.stringify(question)}`);
    // Conditions on hidden values match nothing.
    if ('q' in question) assert.ok(!answer.body.rows?.some(({ value }: { value: number }) => value > 0));
  }
  const entities = await host.ask('GET', `/ngsi-ld/v1/entities?type=${type}&limit=100`, undefined, link);
  holds(entities, 'entities');
  assert.ok(seen > 0, 'what is open is there');
  assert.equal((await host.ask('DELETE', `/ops/access/policies/open.${run}`, undefined, root)).status, 204);
  assert.equal((await host.ask('GET', `/territory/search?text=mk`, undefined, link)).status, 401);
}

interface Letter {
  readonly to: string;
  readonly text: string;
}

async function reportsHold(host: ServiceHost, world: MarkedWorld, root: Headers, run: string, letters: Letter[]) {
  const [type = ''] = world.types;
  const question = { type, group: [{ by: 'attribute', attribute: 'refOwner' }], measure: { kind: 'count' } };
  const widget = { id: 'a', kind: 'table', title: 'Par responsable', x: 0, y: 0, w: 6, h: 4, question };
  const board = { title: `Rapport ${run}`, roles: [], period: '30d', widgets: [widget] };
  assert.equal((await host.ask('PUT', `/dashboards/rapport-${run}`, board, root)).status, 201);
  const to = `${run.toLowerCase()}@example.org`;
  const report = { title: 'R', dashboard: `rapport-${run}`, recipients: [to], language: 'fr', day: 1, isActive: true };
  assert.equal((await host.ask('PUT', `/dashboards/reports/r-${run}`, report, root)).status, 201);
  assert.equal((await host.ask('POST', `/dashboards/reports/r-${run}/send`, undefined, root)).status, 202);
  await eventually('it has come', async () => letters.some((letter) => letter.to === to));
  const { text = '' } = letters.find((letter) => letter.to === to) ?? {};
  const attached = [...text.matchAll(/Content-Transfer-Encoding: base64[\s\S]*?\r?\n\r?\n([A-Za-z0-9+/=\r\n]+)/g)].map(
    ([, body = '']) => Buffer.from(body.replaceAll(/\s/g, ''), 'base64'),
  );
  const pdf = attached.find((bytes) => bytes.subarray(0, 5).toString() === '%PDF-');
  assert.ok(pdf, 'the PDF is attached');
  const named = world.present(type, 'refOwner');
  for (const shownText of [text, ...attached.map((bytes) => bytes.toString()), pdfText(pdf)]) {
    for (const mark of marksIn(shownText))
      assert.ok(named.has(mark), `${mark} is in a report that does not ask for it`);
  }
  for (const read of [pdfText(pdf), attached.map((bytes) => bytes.toString()).join('\n')]) {
    assert.ok(
      [...named].some((mark) => read.includes(mark)),
      'what the report asks for can be read in it',
    );
  }
}

async function narrowedAtOnce(t: TestContext, db: Database): Promise<void> {
  const host = await startServiceHost(t, db, [openData], { jobs: true, settings: { PUBLIC_URL } });
  const world = markedWorld(77, `n${process.pid}${db.kind}`);
  const dataset = world.datasets.find(({ narrowed }) => narrowed !== undefined) as MarkedDataset;
  await writeWorld(host, world);
  const { narrowed, ...wide } = dataset;
  await putDataset(host, {}, wide);
  const before = await readAnswer(host.app, `/data/files/${dataset.id}/latest.csv`);
  assert.ok(marksIn(before.text).length > 0);
  // From now on, every refresh fails.
  await db.query({ text: 'ALTER SEQUENCE opendata.generation RENAME TO elsewhere' });
  t.after(() => db.query({ text: 'ALTER SEQUENCE opendata.elsewhere RENAME TO generation' }));
  assert.equal((await host.ask('PUT', `/opendata/datasets/${dataset.id}`, narrowed)).status, 200);
  const open = world.openBy([dataset]);
  const from = [...ENTRIES, ...ALL_FILES.map((name) => `/data/files/${dataset.id}/${name}`)];
  for await (const { url, text } of crawl(host.app, from, MAX_PAGES)) {
    if (!url.includes(dataset.id)) continue;
    for (const mark of marksIn(text)) assert.ok(open.has(mark), `${mark} is still in ${url}`);
  }
}
