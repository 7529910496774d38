import assert from 'node:assert/strict';
import { quietestRun } from '../../../services/kit/test/support/busiest-turn.ts';
import { type LightingProduct, onEachDatabase, type Step } from './on-each-database.ts';

const BLOCK_MS = 50;
const BODY = {
  place: { type: 'Point', coordinates: [5.93, 49.47] },
  timeZone: 'Europe/Paris',
  from: '2025-01-01',
  to: '2025-12-31',
  luminaires: { count: 4146, power: 51 },
  driverLosses: 0.08,
  on: 'sunset',
  off: 'sunrise',
  programme: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] },
  tariff: { energy: 0.25 },
};

const simulates: Step = {
  name: 'a simulation tells energy, money and CO₂ against a named reference',
  async run({ ask }: LightingProduct) {
    const answer = await ask('POST', '/lighting/simulations', BODY);
    assert.equal(answer.statusCode, 200, answer.body);
    const result = answer.json();
    assert.ok(Math.abs(result.saving - 0.328) < 0.005, `saving ${result.saving}`);
    assert.ok(Math.abs(result.burningHours - 4286) < 10);
    assert.ok(Math.abs(result.equivalentHours - 2759) < 10);
    assert.ok(Math.abs(result.reference - 4146 * 0.051 * result.burningHours) < 1);
    assert.ok(Math.abs(result.cost - result.energy * 0.25) < 0.01);
    assert.ok(Math.abs(result.savedCost - (result.reference - result.energy) * 0.25) < 0.01);
    assert.ok(result.co2 > 0 && result.co2Factors[0].source.length > 0);
    assert.equal(result.referenceName, 'full power all night');

    const two = await ask('POST', '/lighting/simulations', {
      ...BODY,
      scenarios: [
        { name: 'as it is' },
        { name: 'off', programme: { level: 1, slots: [{ from: '23:00', to: '05:00', level: 0 }] } },
      ],
    });
    const [first, second] = two.json().scenarios;
    assert.equal(first.saving, result.saving);
    assert.equal(second.name, 'off');
    assert.ok(second.saving > first.saving);

    for (const [change, detail] of [
      [{ programme: { level: 7 } }, /^programme\.level: got 7, expected a number from 0 to 1/],
      [{ scenarios: [{}, { tariff: { energy: -1 } }] }, /^scenarios\.1\.tariff\.energy: got -1/],
      [{ scenarios: [{}, {}, {}, {}, {}] }, /^scenarios: got .*expected a list of 1 to 4 items/],
      [{ luminaires: { query: { q: '((' } } }, /./],
      [{ luminaires: { query: {} } }, /^luminaires\.query: got \{\}, expected a query that finds lamps/],
      [{ place: { type: 'Point', coordinates: [18.96, 69.65] }, timeZone: 'Europe/Oslo' }, /^place: got .*polar night/],
    ] as const) {
      const refused = await ask('POST', '/lighting/simulations', { ...BODY, ...change });
      assert.equal(refused.statusCode, 400, refused.body);
      assert.match(refused.json().detail, detail);
    }
  },
};

const leavesTheLoop: Step = {
  name: 'four scenarios of ten years and a PDF leave the event loop free',
  async run({ ask }: LightingProduct) {
    const scenarios = ['one', 'two', 'three', 'four'].map((name) => ({ name }));
    const years = { ...BODY, from: '2016-01-01', to: '2025-12-31', scenarios };
    const { result, busiestMs } = await quietestRun(BLOCK_MS, () => ask('POST', '/lighting/simulations', years));
    assert.equal(result.json().scenarios.length, 4);
    assert.ok(busiestMs < BLOCK_MS, `a turn of ${busiestMs} ms`);
    const saved = await ask('POST', '/lighting/scenarios', { name: 'for ten years', simulation: years });
    const { id } = saved.json();
    const pdf = await quietestRun(BLOCK_MS, () => ask('GET', `/lighting/scenarios/${encodeURIComponent(id)}/pdf`));
    assert.equal(pdf.result.rawPayload.subarray(0, 5).toString(), '%PDF-');
    assert.ok(pdf.busiestMs < BLOCK_MS, `a turn of ${pdf.busiestMs} ms`);
  },
};

const findsLamps: Step = {
  name: 'real lamps are simulated by a query, with the rights of who asks',
  async run({ ask }: LightingProduct) {
    const lamp = (n: number, more: object) => ({
      id: `urn:ngsi-ld:Streetlight:${n}`,
      type: 'Streetlight',
      scope: '/Thil',
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.91, 49.47] } },
      status: { type: 'Property', value: 'ok' },
      ...more,
    });
    const model = {
      id: 'urn:ngsi-ld:StreetlightModel:led',
      type: 'StreetlightModel',
      name: { type: 'Property', value: 'LED' },
      maxPowerConsumption: { type: 'Property', value: 40 },
      colorTemperature: { type: 'Property', value: 4000 },
    };
    const made = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert', [
      model,
      lamp(1, { powerRating: { type: 'Property', value: 60 } }),
      lamp(2, { refStreetlightModel: { type: 'Relationship', object: model.id } }),
      lamp(3, {}),
    ]);
    assert.ok(made.statusCode < 300, made.body);
    const result = (
      await ask('POST', '/lighting/simulations', { ...BODY, luminaires: { query: { scopeQ: '/Thil' } } })
    ).json();
    assert.equal(result.installedPower, 0.1);
    assert.deepEqual([result.assumptions.found, result.assumptions.withoutPower], [3, 1]);
    assert.ok(Math.abs(result.saving - 0.328) < 0.005);
    assert.deepEqual(
      result.legal.map(({ rule }: { rule: string }) => rule),
      ['colourTemperature'],
    );
  },
};

const keepsScenario: Step = {
  name: 'a scenario is kept as an entity and told as an accessible PDF',
  async run({ ask }: LightingProduct) {
    const made = await ask('POST', '/lighting/scenarios', { name: 'Réduction de 21 h à 5 h 30', simulation: BODY });
    assert.equal(made.statusCode, 201, made.body);
    const { id, result } = made.json();
    const entity = (await ask('GET', `/ngsi-ld/v1/entities/${id}?options=keyValues`)).json();
    assert.equal(entity.type, 'LightingScenario');
    assert.equal(entity.energySaving, result.saving);
    assert.deepEqual(entity.simulationRequest, BODY);
    const kept = (await ask('GET', `/lighting/scenarios/${id}`)).json();
    assert.deepEqual(kept.result, result);
    assert.equal((await ask('GET', '/lighting/scenarios')).json().scenarios.length, 1);

    const pdf = await ask('GET', `/lighting/scenarios/${id}/pdf`);
    assert.equal(pdf.headers['content-type'], 'application/pdf');
    const text = pdf.rawPayload.toString('latin1');
    assert.match(text, /^%PDF-1\.7/);
    for (const part of ['/StructTreeRoot', '/Marked true', '/Lang', '/S /H1', '/S /Table', '/S /TH', 'pdfuaid']) {
      assert.ok(text.includes(part), part);
    }
    assert.equal((await ask('GET', '/lighting/scenarios/urn:ngsi-ld:LightingScenario:none')).statusCode, 404);
    assert.equal((await ask('DELETE', `/lighting/scenarios/${id}`)).statusCode, 204);
    assert.equal((await ask('GET', `/lighting/scenarios/${id}`)).statusCode, 404);
  },
};

onEachDatabase('the simulator', [simulates, findsLamps, keepsScenario, leavesTheLoop]);
