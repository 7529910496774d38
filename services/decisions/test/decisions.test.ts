import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { middleOfCell } from '../src/reach/grid-cells.ts';
import { decisions } from '../src/service.ts';
import { ALL, CONTEXT, CSV, file, importFile, seriesOf } from './statistics.ts';

test('files of statistics are imported in their real form, and feed indicators and scenarios', async (t) => {
  const db = await newDatabase();
  const host = await startServiceHost(t, db, [decisions], { jobs: true });
  t.after(() => db.close());
  const { ask, app } = host;

  await t.test('the fourteen kinds of files are read, and the same file twice changes nothing', async () => {
    for (const [flow, name, vintage, period] of ALL) {
      const { report } = await importFile(host, flow, file(name), { vintage, period });
      assert.ok(report.values > 0 || flow === 'statec-population', `${flow}: ${JSON.stringify(report)}`);
      assert.deepEqual(report.rejected, [], flow);
    }
    const { body: before } = await ask('GET', '/decisions/statistics/imports');
    await importFile(host, 'insee-housing', file('base-cc-logement-2021.CSV'), { vintage: 2024 });
    const { body: after } = await ask('GET', '/decisions/statistics/imports');
    assert.equal(after.imports.length, before.imports.length);
  });

  await t.test('a series has its history, and its sum over the communes', async () => {
    const { places, sums } = await seriesOf(host, 'insee-population', 'population');
    const villerupt = places.find(({ name }) => name === 'Villerupt');
    assert.deepEqual(villerupt?.values, [
      { period: '2017', value: 9562, status: 'observed' },
      { period: '2022', value: 9960, status: 'observed' },
    ]);
    assert.deepEqual(sums[1], { period: '2022', value: 28340, isUnbounded: false, known: 8 });
  });

  await t.test('what is withheld is no zero, and makes a sum unbounded', async () => {
    const { places, sums } = await seriesOf(host, 'ssmsi-crime', 'burglaries');
    const small = places.find(({ name }) => name === 'Rédange');
    assert.ok(small?.values.every((value) => !('value' in value) && value.status === 'withheld'));
    assert.ok(sums.every((sum) => !('value' in sum) && (sum as { isUnbounded: boolean }).isUnbounded));
    const poverty = await seriesOf(host, 'insee-income', 'povertyRate');
    assert.deepEqual(poverty.sums, [], 'rates are not added');
    const energy = await seriesOf(host, 'ore-energy', 'electricity');
    const unknown = energy.places.find(({ name }) => name === 'Russange');
    assert.equal(unknown?.values[0]?.status, 'withheld', 'a blank part');
  });

  await t.test('a sale on several rows counts once, and an imputed cell says so', async () => {
    const { places } = await seriesOf(host, 'dvf-sales', 'sales');
    assert.deepEqual(places.find(({ name }) => name === 'Thil')?.values[0], {
      period: '2023',
      value: 5,
      status: 'observed',
    });
    const cells = await seriesOf(host, 'insee-grid', 'cellPeople');
    assert.equal(cells.places[0]?.values[0]?.status, 'imputed');
  });

  await t.test('what is drawn on the map sets levers, and shows who walks less and who walks more', async () => {
    const [lon, lat] = middleOfCell('CRS3035RES200mN2936200E4025800') ?? [0, 0];
    const other = middleOfCell('CRS3035RES200mN2936200E4026600') ?? [0, 0];
    const put = (type: string, id: string, at: readonly number[], more: object = {}) =>
      host.broker.client.createEntity(
        {
          id: `urn:ngsi-ld:${type}:${id}`,
          type,
          location: { type: 'GeoProperty', value: { type: 'Point', coordinates: at } },
          ...more,
        },
        { context: CONTEXT },
      );
    await put('GtfsStop', 'far', other);
    const school = { category: { type: 'Property', value: ['school'] } };
    await put('Building', 'near', [lon, lat], school);
    await put('Building', 'other', other, school);
    for (const [n, power] of [40, 60].entries())
      await put('Streetlight', `drawn${n}`, [lon + n * 0.0001, lat], {
        powerRating: { type: 'Property', value: power },
      });
    const ring = [
      [lon - 0.002, lat - 0.001],
      [lon + 0.002, lat - 0.001],
      [lon + 0.002, lat + 0.001],
      [lon - 0.002, lat + 0.001],
    ];
    const simulation = { years: 20, discountRate: 0.032, seed: 1, draws: 100, goals: [], area: ring };
    const simulate = (model: string, changes: readonly object[]) =>
      ask('POST', '/decisions/simulations', {
        ...simulation,
        model,
        variants: [{ name: 'drawn', levers: {}, changes }],
      });
    const ringOf = (west: number, east: number) => ({
      type: 'Polygon',
      coordinates: [[west, east, east, west, west].map((x, n) => [x, lat + (n === 2 || n === 3 ? 0.01 : -0.01)])],
    });
    const zone = (id: string, category: string, west: number, east: number, more: object = {}, context = CONTEXT) =>
      host.broker.client.createEntity(
        {
          id: `urn:ngsi-ld:ExposureZone:${id}`,
          type: 'ExposureZone',
          category: { type: 'Property', value: category },
          location: { type: 'GeoProperty', value: ringOf(west, east) },
          ...more,
        },
        { context },
      );
    // The western half of the district, twice; and all of it.
    const since = { validFrom: { type: 'Property', value: '2019-05-01T00:00:00Z' } };
    await zone('flood1', 'flood', lon - 0.002, lon, since);
    await zone('flood2', 'flood', lon - 0.0015, lon);
    // With the names of its own model.
    const severity = { severity: { type: 'Property', value: '65 dB' } };
    const ofModel = new URL('/contexts/Decisions/v1.jsonld', CONTEXT).href;
    await zone('noise', 'noise', lon - 0.003, lon + 0.003, severity, ofModel);
    const { body: district } = await simulate('new-district', [
      { kind: 'district', area: ring, homes: 250 },
      { kind: 'stop', at: [lon, lat] },
      { kind: 'closing', place: 'school', at: [lon, lat] },
    ]);
    assert.ok(district.variants, JSON.stringify(district));
    const [variant] = district.variants;
    assert.equal(variant.levers.homes, 250);
    assert.ok(district.peopleInArea > 0);
    const of = (place: string) => variant.served.find((each: { place: string }) => each.place === place);
    assert.ok(of('stop').nearer > 0 && of('stop').farther === 0);
    assert.ok(of('stop').after.meanMetres < of('stop').before.meanMetres);
    assert.ok(of('stop').district.after < of('stop').district.before);
    const [flood, noise] = variant.exposure.toSorted((a: { category: string }, b: { category: string }) =>
      a.category.localeCompare(b.category),
    );
    assert.deepEqual([flood.category, flood.zones, flood.from], ['flood', 2, '2019-05-01']);
    assert.deepEqual([noise.category, noise.severity, noise.zones, noise.from], ['noise', '65 dB', 1, undefined]);
    assert.ok(Math.abs(flood.homes - 125) < 0.5 && noise.homes === 250, `${flood.homes}, ${noise.homes}`);
    const inBand = (west: number, east: number) =>
      file('carreaux_200m_met.csv')
        .toString()
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','))
        .reduce((sum, cells) => {
          const [x, y] = middleOfCell(cells[0] ?? '') ?? [0, 0];
          return sum + (x > west && x < east && Math.abs(y - lat) < 0.01 ? Number(cells[6]) : 0);
        }, 0);
    assert.ok(Math.abs(flood.people - inBand(lon - 0.002, lon)) < 0.01, `${flood.people}`);
    assert.ok(Math.abs(noise.people - inBand(lon - 0.003, lon + 0.003)) < 0.01);
    assert.ok(noise.people > 0);
    // 250 homes, 0.94 of them lived in by 2.25 people.
    assert.ok(Math.abs(noise.peopleAfter - noise.people - 250 * 0.94 * 2.25) < 0.01);
    // By income and age, the same people are counted once in each way of grouping.
    const sumOf = (groups: readonly Record<string, number | string>[], name: string, isAge: boolean) =>
      groups
        .filter(({ id }) => String(id).startsWith('income') !== isAge)
        .reduce((sum, group) => sum + Number(group[name]), 0);
    for (const isAge of [false, true]) {
      assert.ok(Math.abs(sumOf(of('stop').groups, 'nearer', isAge) - of('stop').nearer) < 1, String(isAge));
      assert.ok(Math.abs(sumOf(district.groups, 'inArea', isAge) - district.peopleInArea) < 1);
    }
    assert.equal(district.groups.length, 8);
    assert.ok(of('school').farther > 0 && of('school').after.longestMetres >= of('school').before.longestMetres);
    const { body: lit } = await simulate('lighting-switch-off', [{ kind: 'lamps', area: ring, level: 0 }]);
    assert.deepEqual([lit.variants[0].levers.lamps, lit.variants[0].levers.lampPower], [2, 50]);
    const { body: nothing } = await simulate('new-district', [{ kind: 'closing', place: 'stop', at: [0, 0] }]);
    assert.match(nothing.detail, /variants.0.changes: got .*expected a position within 150 m of a stop/);

    const { body: around } = await ask('POST', '/decisions/reach', { mode: 'walk', minutes: 15, from: [lon, lat] });
    assert.ok(around.people > 0 && around.bands.length === 3);
    assert.ok(around.places.find(({ kind }: { kind: string }) => kind === 'school').count >= 1);
    const asked = { mode: 'walk', minutes: 15, kinds: ['school', 'stop'] };
    const { body: people } = await ask('POST', '/decisions/reach/people', asked);
    assert.equal(people.cells, 235);
    assert.ok(people.kinds[0].share > 0 && people.all.share <= people.kinds[1].share);
    const bus = await ask('POST', '/decisions/reach', { mode: 'bus', minutes: 15, from: [lon, lat] });
    assert.deepEqual([bus.status, bus.body.title], [409, 'No timetable is known']);
  });

  await t.test(
    'a commune that was merged twice is joined to its successor, and one that was founded again is itself',
    async () => {
      const moves = await app.inject({
        method: 'PUT',
        url: '/decisions/statistics/communes',
        headers: CSV,
        payload: file('v_mvt_commune_2026.csv').toString().replaceAll('55003', '54521'),
      });
      assert.deepEqual(moves.json(), { moves: 5 });
      const old = 'CODGEO;P12_LOG\n55001;10.5\n55010;20\n54521;700\n55020;5\n';
      const { report } = await importFile(host, 'insee-housing', old, { vintage: 2015 });
      assert.deepEqual([report.moved, report.outside], [2, 1]);
      const { places } = await seriesOf(host, 'insee-housing', 'homes');
      const thil = places.find(({ name }) => name === 'Thil')?.values[0];
      assert.deepEqual(thil, { period: '2012', value: 730.5, status: 'observed' });
    },
  );

  await t.test('a wrong file is refused with what was expected', async () => {
    const refusedBy = async (url: string, payload: string) =>
      (await app.inject({ method: 'POST', url, headers: CSV, payload })).json().detail;
    const url = '/decisions/statistics/imports?vintage=2024&flow=';
    assert.match(
      await refusedBy(`${url}insee-housing`, 'A;B\n1;2\n'),
      /got the columns A, B, expected some of P\{yy\}_LOG/,
    );
    assert.match(await refusedBy(`${url}insee-population`, 'COM;PMUN\n57038;5\n'), /expected `period`/);
    assert.match(await refusedBy(`${url}other`, 'COM;PMUN\n57038;5\n'), /flow: got "other", expected one of/);
  });

  await t.test('indicators are computed with numerators, denominators and the interval of chance', async () => {
    const found = await eventually('the indicators', async () => {
      await ask('POST', '/decisions/indicators/computation');
      const { body } = await ask('GET', '/decisions/indicators/new-homes');
      // A job writes the years one after the other.
      const latest = body.territory?.at(-1);
      return latest?.period === '2024' && latest.value !== undefined ? body : undefined;
    });
    const last = found.territory.at(-1);
    assert.ok(Math.abs(last.value - (last.numerator / last.denominator) * 1000) < 1e-9);
    assert.ok(last.low < last.value && last.value < last.high);
    const { body } = await ask('GET', '/decisions/indicators');
    assert.equal(body.indicators.length, 30);
    const income = body.indicators.find(({ id }: { id: string }) => id === 'median-income');
    assert.deepEqual(income.territory, [], 'medians are not averaged');
    const burglaries = body.indicators.find(({ id }: { id: string }) => id === 'burglaries');
    assert.equal(burglaries.territory.at(-1).status, 'withheld');
  });

  await t.test(
    'a scenario is simulated, saved with its results, versioned, commented, shared and printed',
    async () => {
      const simulation = {
        model: 'trees',
        variants: [
          { name: 'Peu', levers: { trees: 100 } },
          { name: 'Beaucoup', levers: { trees: 2000 } },
        ],
        years: 20,
        discountRate: 0.032,
        seed: 7,
        draws: 1000,
        goals: [{ output: 'cooling', atLeast: 0.1 }],
      };
      const { body: result } = await ask('POST', '/decisions/simulations', simulation);
      assert.equal(result.people, 28340);
      assert.equal(result.today.outputs.find(({ id }: { id: string }) => id === 'cooling').value, 0);
      const [few, many] = result.variants;
      assert.equal(few.goals[0].chance, 0);
      assert.ok(many.goals[0].chance > 0.7);
      const shares = result.communes.reduce((sum: number, { share }: { share: number }) => sum + share, 0);
      assert.ok(Math.abs(shares - 1) < 1e-9);
      assert.deepEqual((await ask('POST', '/decisions/simulations', simulation)).body, result, 'the same seed');

      const scenario = { title: 'Des arbres au centre', question: 'Combien ?', ...simulation };
      const made = await ask('PUT', '/decisions/scenarios/trees', scenario);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.equal((await ask('PUT', '/decisions/scenarios/trees', scenario)).status, 409);
      const measured = [{ output: 'points', value: 0.4, on: '2027-05-01', source: 'Drone' }];
      const chosen = { variant: 0, on: '2026-12-01', measured };
      const changed = await ask('PUT', '/decisions/scenarios/trees?version=1', { ...scenario, chosen });
      assert.deepEqual([changed.status, changed.body.version, changed.body.scenario.chosen], [200, 2, chosen]);
      const commented = await ask('POST', '/decisions/scenarios/trees/comments', { text: 'Et le sud ?' });
      assert.equal(commented.body.comments[0].text, 'Et le sud ?');
      const { body: past } = await ask('GET', '/decisions/scenarios/trees/versions');
      assert.equal(past.versions.length, 1);
      const { body: shared } = await ask('POST', '/decisions/scenarios/trees/link');
      const { body: seen } = await ask('GET', `/decisions/shared/${shared.link}`);
      assert.equal(seen.result.variants.length, 2);
      const sheet = await app.inject(`/decisions/shared/${shared.link}/pdf?language=en`);
      assert.equal(sheet.headers['content-type'], 'application/pdf');
      await ask('DELETE', '/decisions/scenarios/trees/link');
      assert.equal((await app.inject(`/decisions/shared/${shared.link}/pdf`)).statusCode, 404);
      assert.equal((await ask('GET', `/decisions/shared/${shared.link}`)).status, 404);
      const pdf = await app.inject('/decisions/scenarios/trees/pdf?language=fr');
      assert.equal(pdf.headers['content-type'], 'application/pdf');
      assert.equal(pdf.rawPayload.toString('latin1').match(/\/Type \/Page\b/g)?.length, 1, 'one page');
      const { body: why } = await ask('POST', '/decisions/explanations?name=cooling', simulation);
      assert.equal(why.parts[0].formula, 'points * coolingPerPoint');
    },
  );

  await t.test('wrong scenarios are refused with the field, what was got and what was expected', async () => {
    const simulation = {
      model: 'trees',
      variants: [{ name: 'a', levers: {} }],
      years: 20,
      discountRate: 0,
      seed: 1,
      draws: 100,
    };
    const detailOf = async (changes: object) =>
      (await ask('POST', '/decisions/simulations', { ...simulation, goals: [], ...changes })).body.detail;
    assert.match(await detailOf({ model: 'none' }), /There is no model "none"/);
    assert.match(await detailOf({ communes: ['paris'] }), /communes: got "paris", expected one of audun-le-tiche/);
    assert.match(
      await detailOf({ variants: [{ name: 'a', levers: { trees: -1 } }] }),
      /levers.trees: got -1, expected a number from 0/,
    );
    assert.match(await detailOf({ factors: { x: 1 } }), /factors: got "x", expected one of crown/);
    assert.match(await detailOf({ goals: [{ output: 'x', atLeast: 1 }] }), /goals.0.output: got "x", expected one of/);
  });

  await t.test('a person makes a model without code: it is saved only if its golden example is met', async () => {
    const { body: ready } = await ask('GET', '/decisions/models/trees');
    const [golden] = ready.model.golden;
    const wrong = { ...ready.model, golden: [{ ...golden, expected: { points: 99 } }] };
    const refused = await ask('PUT', '/decisions/models/our-trees', wrong);
    assert.equal(refused.status, 400);
    assert.match(refused.body.detail, /golden.0.expected.points: .* the model gives 2.125, expected 99/);
    assert.equal((await ask('PUT', '/decisions/models/our-trees', ready.model)).status, 201);
    assert.equal((await ask('PUT', '/decisions/models/trees', ready.model)).status, 400);
    const { body: check } = await ask('POST', '/decisions/models/check', wrong);
    assert.equal(check.faults[0].field, 'golden.0.expected.points');
    // A division by zero is no number of JSON.
    const divided = { ...ready.model, golden: [{ ...golden, expected: { watering: 1687.5 } }] };
    divided.equations = divided.equations.map((each: { id: string; is: string }) =>
      each.id === 'points' ? { ...each, is: '1 / (trees - trees) * trees' } : each,
    );
    assert.equal((await ask('PUT', '/decisions/models/divided', divided)).status, 201);
    const simulation = {
      variants: [{ name: 'a', levers: {} }],
      years: 5,
      discountRate: 0,
      seed: 1,
      draws: 100,
      goals: [],
    };
    const infinite = await ask('POST', '/decisions/simulations', { model: 'divided', ...simulation });
    assert.equal(infinite.status, 422, JSON.stringify(infinite.body));
    const { body: all } = await ask('GET', '/decisions/models');
    assert.equal(all.models.length, 12);
  });
});

test('scenarios and statistics are for those who have the right to them', async (t) => {
  const db = await newDatabase();
  const { ask, authorizationOf, app } = await startServiceHost(t, db, [decisions], { access: 'enforced' });
  t.after(() => db.close());
  const as = async (sub: string, roles: readonly string[]) => ({
    authorization: await authorizationOf({ sub, roles }),
  });
  const [admin, operator] = [await as('boss', ['administrator']), await as('anna', ['operator'])];
  const policy = (id: string, actions: readonly string[], resources: object) => ({
    id,
    subjects: [{ role: 'operator' }],
    actions,
    resources,
  });
  await ask('POST', '/ops/access/policies', policy('lamps', ['read', 'write'], { types: ['Streetlight'] }), admin);
  const simulation = {
    model: 'trees',
    variants: [{ name: 'a', levers: {} }],
    years: 5,
    discountRate: 0,
    seed: 1,
    draws: 100,
    goals: [],
  };
  const scenario = { title: 'Secret', question: '', ...simulation };
  assert.equal((await ask('PUT', '/decisions/scenarios/secret', scenario, admin)).status, 201);
  const read = await ask('GET', '/decisions/scenarios/secret', undefined, operator);
  assert.ok([403, 404].includes(read.status), `who may read no statistics: ${read.status}`);
  assert.ok([401, 403].includes((await ask('GET', '/decisions/scenarios/secret')).status), 'a stranger');
  const url = '/decisions/statistics/imports?flow=insee-housing&vintage=2024';
  const taken = await app.inject({
    method: 'POST',
    url,
    headers: { ...CSV, ...operator },
    payload: 'CODGEO;P21_LOG\n57038;1\n',
  });
  assert.ok([403, 404].includes(taken.statusCode), taken.body);
  assert.ok([401, 403].includes((await ask('PUT', '/decisions/indicators/x', {}, operator)).status));
});
