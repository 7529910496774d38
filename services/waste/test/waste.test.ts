import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import type { ModelFunction } from '@alzette/kit/model-functions';
import { eventually } from '@alzette/kit/testing';
import { type ServiceHost, startServiceHost } from '../../../platform/test/support/service-host.ts';
import type { PushMessage } from '../src/ports.ts';
import { waste } from '../src/service.ts';
import { generatedLevels } from './support/generated-levels.ts';

const DAY = 86_400_000;
const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const COUNT = 6;

describe('the waste service', () => {
  const sent: PushMessage[] = [];
  const functions = new Map<string, ModelFunction>();
  const ending: (() => unknown)[] = [];
  let host: ServiceHost;

  before(async () => {
    const db = await newDatabase();
    const push = { send: async (_: string, message: PushMessage) => void sent.push(message) };
    const t = { after: (work: () => unknown) => void ending.push(work) };
    const modelFunctions = { declare: (name: string, declared: ModelFunction) => void functions.set(name, declared) };
    host = await startServiceHost(t, db, [waste], { jobs: true, ports: { push, modelFunctions } });
    ending.push(() => db.close());
    const today = Math.floor(Date.now() / DAY);
    for (let i = 0; i < COUNT; i += 1) {
      const id = `urn:ngsi-ld:WasteContainer:c${i}`;
      const days = i === 5 ? 5 : 50;
      const { levels } = generatedLevels(i + 1, today - days, days);
      const own = levels.filter(([, at]) => at <= Date.now());
      await host.broker.client.batchUpsert(
        [
          {
            id,
            type: 'WasteContainer',
            scope: '/Villerupt',
            name: { type: 'Property', value: `Conteneur ${i}` },
            location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.92 + i * 0.004, 49.47] } },
            storedWasteKind: { type: 'Property', value: ['glass'] },
            ...(i === 4 && { accessible: { type: 'Property', value: false } }),
          },
        ],
        { context: CONTEXT },
      );
      const fillingLevel = own.map(([value, at]) => ({
        type: 'Property',
        value,
        observedAt: new Date(at).toISOString(),
      }));
      await host.broker.client.upsertTemporal({ id, type: 'WasteContainer', fillingLevel }, { context: CONTEXT });
    }
    await host.broker.client.createEntity(
      {
        id: 'urn:ngsi-ld:WasteCollectionSchedule:thil-residual',
        type: 'WasteCollectionSchedule',
        scope: '/Thil',
        areaServed: { type: 'Property', value: 'Thil Centre' },
        storedWasteKind: { type: 'Property', value: 'residual' },
        schedule: { type: 'Property', value: [{ byDay: ALL_DAYS }] },
      },
      { context: CONTEXT },
    );
  });
  after(async () => {
    for (const end of ending) await end();
  });

  test('shows levels, forecasts with their error, and where there is too little history', async () => {
    const run = await host.ask('POST', '/ops/jobs/waste.forecast/run', {});
    assert.ok(run.status < 300, JSON.stringify(run.body));
    const containers = await eventually('the forecasts', async () => {
      const { body } = await host.ask('GET', '/waste/containers');
      return body.containers.some((one: { forecast?: object }) => one.forecast) ? body.containers : undefined;
    });
    assert.equal(containers.length, COUNT);
    const [first] = containers;
    assert.ok(first.forecast.perDay > 0);
    assert.ok(first.forecast.error.oneDay > 0);
    assert.ok(first.forecast.earliest <= (first.forecast.fullAt ?? '9'));
    const short = containers.find((one: { id: string }) => one.id.endsWith(':c5'));
    assert.equal(short.forecast, undefined);
    assert.deepEqual(Object.keys(short.tooLittle), ['days', 'needed']);
    const open = await host.ask('GET', '/citizen/v1/containers/forecasts');
    assert.equal(open.body.forecasts.length, 5);
    const [, again] = [open, await host.ask('GET', '/citizen/v1/containers/forecasts', undefined, etagOf(open))];
    assert.equal(again.status, 304);
  });

  test('plans a round, reports what it leaves out, and gives it to its driver, who needs no account', async () => {
    const { status, body } = await host.ask('POST', '/waste/rounds', { by: 'all', kind: 'glass', keep: true });
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual(
      body.left.map((each: { container: string; reason: string }) => `${each.container.slice(-2)} ${each.reason}`),
      ['c4 inaccessible'],
    );
    assert.equal(body.sum.stops, COUNT - 1);
    assert.ok(body.sum.km > 0 && body.sum.co2 > 0);
    const [{ id, driverPage }] = body.kept;
    const gpx = await host.ask('GET', `/waste/rounds/${id}/gpx`);
    assert.equal(String(gpx.body).match(/<rtept /g)?.length, COUNT - 1);
    const page = await host.ask('GET', driverPage);
    assert.equal(page.status, 200);
    const round = await host.ask('GET', `${driverPage}/round`);
    const [one, two] = round.body.tour.stops;
    const act = (stop: string, state: string, at: string) => ({ stop, state, note: '', at });
    const now = new Date().toISOString();
    const acts = [act(one.container, 'done', now), act(two.container, 'inaccessible', now)];
    for (let i = 0; i < 2; i += 1) {
      assert.equal((await host.ask('POST', `${driverPage}/acts`, { acts })).status, 200);
    }
    // An earlier act does not replace a later one.
    const late = { acts: [act(one.container, 'open', '2020-01-01T00:00:00Z')] };
    await host.ask('POST', `${driverPage}/acts`, late);
    const kept = (await host.ask('GET', '/waste/rounds')).body.rounds[0];
    assert.deepEqual([kept.done, kept.inaccessible], [1, 1]);
    const emptied = await host.broker.client.retrieveEntity<{ dateLastEmptying: string }>(one.container, {
      context: CONTEXT,
      format: 'simplified',
    });
    assert.equal(Date.parse(emptied?.dateLastEmptying ?? ''), Date.parse(now));
    const stray = await host.ask('POST', `${driverPage}/acts`, { acts: [act('urn:x', 'done', now)] });
    assert.match(stray.body.detail, /acts\.stop: got "urn:x", expected a container of the round/);
    const renewed = await host.ask('POST', `/waste/rounds/${id}/driver-page`, {});
    assert.equal((await host.ask('GET', driverPage)).status, 404);
    assert.equal((await host.ask('GET', renewed.body.driverPage)).status, 200);
  });

  test('compares policies on the past weeks', async () => {
    const { status, body } = await host.ask('POST', '/waste/simulations', { days: 28 });
    assert.equal(status, 200, JSON.stringify(body));
    const [fixed, threshold] = body.outcomes;
    assert.equal(fixed.policy.by, 'fixed');
    assert.ok(threshold.collections < fixed.collections, JSON.stringify(body.outcomes));
    assert.ok(threshold.meanLevel > fixed.meanLevel, JSON.stringify(body.outcomes));
    const refused = await host.ask('POST', '/waste/simulations', { policies: [{ by: 'fixed', days: 0 }] });
    assert.equal(refused.status, 400);
  });

  test('offers the same simulation to models of decisions, as sums of a year', async () => {
    const policies = [
      { by: 'fixed', days: 7 },
      { by: 'threshold', level: 0.6, least: 2 },
      { by: 'forecast', every: 2 },
    ];
    const { body } = await host.ask('POST', '/waste/simulations', { policies });
    const call = { tenant: '', client: host.broker.client };
    const given = await functions.get('waste.rounds')?.compute(call, [
      { method: 0, days: 0, level: 0.6, least: 2 }, // 0: the seven days that the settings name
      { method: 1, days: 0, level: 0.6, least: 2 },
      { method: 2, days: 2, level: 0.6, least: 2 },
    ]);
    const expected = body.outcomes.map((outcome: Record<string, number>) => ({
      rounds: ((outcome.rounds ?? 0) / 56) * 365,
      collections: ((outcome.collections ?? 0) / 56) * 365,
      distance: ((outcome.km ?? 0) / 56) * 365,
      hours: ((outcome.hours ?? 0) / 56) * 365,
      overflowDays: ((outcome.overflowDays ?? 0) / 56) * 365,
      containers: COUNT,
    }));
    const rounded = (sets: readonly Readonly<Record<string, number>>[] = []) =>
      sets.map((set) => Object.fromEntries(Object.entries(set).map(([name, value]) => [name, value.toFixed(6)])));
    assert.deepEqual(rounded(given), rounded(expected));
  });

  test('shows the calendar of a sector, and reminds its followers once on the evening before', async () => {
    const { body } = await host.ask('GET', '/citizen/v1/collections/sectors?commune=thil');
    assert.equal(body.sectors[0].topic, 'collections:thil-centre');
    const days = await host.ask(
      'GET',
      '/citizen/v1/collections?sector=thil-centre&from=2026-12-24&to=2026-12-27&language=en',
    );
    assert.equal(days.body.collections[0].title, 'Household waste');
    assert.ok(days.body.collections.some((each: { holiday?: string }) => each.holiday === 'Christmas Day'));
    const ics = await host.ask('GET', '/citizen/v1/collections.ics?sector=thil-centre');
    assert.match(String(ics.body), /BEGIN:VEVENT/);
    assert.equal((await host.ask('GET', '/citizen/v1/collections?sector=nowhere')).status, 404);
    assert.equal((await host.ask('GET', '/citizen/v1/collections/sectors?longitude=5')).status, 400);
    assert.equal((await host.ask('PUT', '/waste/settings', { remindAt: '00:00', shift: 'none' })).body.shift, 'none');
    await host.ask('POST', '/ops/jobs/waste.remind/run', {});
    const reminder = await eventually('the reminder', async () =>
      sent.find(({ topics }) => topics.includes('collections:thil-centre')),
    );
    assert.match(reminder.text.fr, /Ordures ménagères : à sortir ce soir/);
    assert.match(reminder.key, /^collections:thil-centre:\d{4}-/);
  });
});

const ALL_DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function etagOf({ headers }: { headers: Readonly<Record<string, unknown>> }) {
  return { 'if-none-match': String(headers.etag) };
}
