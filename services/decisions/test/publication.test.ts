import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { openData } from '../../opendata/src/service.ts';
import type { KeptScenario } from '../src/contract/scenario.ts';
import { decisions } from '../src/service.ts';

const KPI = 'KeyPerformanceIndicator';
const CONTACT = { contact: { name: 'Urbanisme', email: 'urbanisme@example.org' } };
const SCENARIO = {
  title: 'Des arbres, rue "Haute"',
  question: '',
  model: 'trees',
  communes: ['thil'],
  variants: [
    { name: '100 arbres', levers: { trees: 100, area: 5 } },
    { name: '300 arbres', levers: { trees: 300, area: 5 } },
  ],
  years: 10,
  discountRate: 0.03,
  seed: 7,
  draws: 200,
  goals: [],
};

test('a scenario is published as entities and as open data, in the version that an administrator published', async (t) => {
  const db = await newDatabase();
  const { ask, app, broker } = await startServiceHost(t, db, [openData, decisions], { jobs: true });
  t.after(() => db.close());
  const publication = '/decisions/scenarios/arbres/publication';
  const statistic = {
    id: `urn:ngsi-ld:${KPI}:statistic:x:thil`,
    type: KPI,
    process: { type: 'Property', value: 'statistic' },
    kpiValue: { type: 'Property', value: 5 },
  };
  const context = 'http://localhost:1026/contexts/territory/v1.jsonld';
  await broker.client.createEntity(statistic, { context });
  const { body: first } = await ask('PUT', '/decisions/scenarios/arbres', SCENARIO);
  const entities = async () =>
    (await ask('GET', `/ngsi-ld/v1/entities?type=${KPI}&q=process=="scenario"&format=simplified&limit=1000`)).body;
  const rows = async () => {
    const { statusCode, body } = await app.inject('/ogc/collections/scenarios-compares/items?limit=1000');
    return statusCode === 200 ? JSON.parse(body).features.map((each: { properties: object }) => each.properties) : [];
  };

  await t.test('the first publication names whom readers ask', async () => {
    const refused = await ask('POST', publication, {});
    assert.equal(refused.status, 400);
    assert.match(refused.body.detail, /contact/);
    assert.deepEqual(await entities(), []);
  });

  await t.test('each figure of each variant is an entity, and a row', async () => {
    const { status, body } = await ask('POST', publication, CONTACT);
    assert.equal(status, 200, JSON.stringify(body));
    const expected = figuresOf(first);
    assert.deepEqual(body, { version: 1, figures: expected.length, dataset: 'scenarios-compares' });
    const found = await entities();
    const shown = found.map((each: Record<string, unknown>) =>
      [each.variant, each.product, each.kpiValue, each.kpiLow, each.kpiHigh].join('|'),
    );
    assert.deepEqual(shown.sort(), expected.sort());
    assert.deepEqual([...new Set(found.map(({ scope }: { scope: string }) => String(scope)))], ['/Thil']);
    const published = await eventually('the rows', async () => {
      const all = await rows();
      return all.length === expected.length ? all : undefined;
    });
    const numbers = published.map(({ valeur }: { valeur: number }) => valeur).sort();
    assert.deepEqual(numbers, found.map(({ kpiValue }: { kpiValue: number }) => kpiValue).sort());
    assert.ok(published.every(({ scenario }: { scenario: string }) => scenario === SCENARIO.title));
    const { body: csv } = await app.inject('/data/files/scenarios-compares/latest.csv');
    assert.equal(csv.trim().split('\n').length, 1 + expected.length);
    assert.match(csv, /"Des arbres, rue ""Haute"""/);
  });

  await t.test('a later version stays with its authors until it is published too', async () => {
    const changed = {
      ...SCENARIO,
      variants: SCENARIO.variants.slice(0, 1),
      chosen: { variant: 0, on: '2026-12-01', measured: [] },
    };
    const { body: second } = await ask('PUT', '/decisions/scenarios/arbres?version=1', changed);
    assert.deepEqual([second.version, second.openVersion], [2, 1]);
    assert.equal((await entities()).length, figuresOf(first).length);
    assert.equal((await ask('POST', publication, {})).body.figures, figuresOf(second).length);
    const chosen = (await entities()).filter(({ isChosen }: { isChosen: boolean }) => isChosen);
    assert.deepEqual([...new Set(chosen.map(({ variant }: { variant: string }) => variant))], ['100 arbres']);
  });

  await t.test('withdrawn or deleted, nothing of it is left', async () => {
    assert.equal((await ask('DELETE', publication)).status, 204);
    assert.deepEqual(await entities(), []);
    assert.equal((await ask('GET', '/decisions/scenarios/arbres')).body.openVersion, undefined);
    await eventually('no rows', async () => ((await rows()).length === 0 ? true : undefined));
    await ask('POST', publication, {});
    await ask('DELETE', '/decisions/scenarios/arbres');
    assert.deepEqual(await entities(), []);
    await eventually('no rows again', async () => ((await rows()).length === 0 ? true : undefined));
  });
});

test('a grid of people has no query: two of nearly the same would tell one from the others', async (t) => {
  const db = await newDatabase();
  const { ask } = await startServiceHost(t, db, [openData]);
  t.after(() => db.close());
  const { status, body } = await ask('PUT', '/opendata/datasets/grid', {
    title: { fr: 'Signalements' },
    description: { fr: 'Signalements par carreau' },
    keywords: [],
    theme: 'GOVE',
    ...CONTACT,
    source: { types: ['CitizenReport'], q: 'category=="light"', content: { kind: 'grid' } },
    columns: [],
    geometry: true,
    frequency: 'monthly',
  });
  assert.equal(status, 400);
  assert.match(body.detail, /source.q: got .*, expected none for a grid/);
});

test('without open data a scenario is published as entities alone', async (t) => {
  const db = await newDatabase();
  const { ask } = await startServiceHost(t, db, [decisions]);
  t.after(() => db.close());
  const { body: kept } = await ask('PUT', '/decisions/scenarios/arbres', SCENARIO);
  const { body } = await ask('POST', '/decisions/scenarios/arbres/publication', {});
  assert.deepEqual(body, { version: 1, figures: figuresOf(kept).length });
});

/** What the answer of the scenario says, a line for each figure. */
function figuresOf({ result }: KeptScenario): string[] {
  const all = result ? [{ ...result.today, name: 'Comme aujourd’hui' }, ...result.variants] : [];
  return all.flatMap(({ name, outputs, balance }) =>
    [...outputs, ...(balance ? [{ id: 'balance', ...balance }] : [])].map(({ id, value, low, high }) =>
      [name, `arbres/${id}`, value, low, high].join('|'),
    ),
  );
}
