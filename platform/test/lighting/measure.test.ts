import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { noaaEvent } from '../../../services/lighting/test/noaa-sun.ts';
import { type LightingProduct, onEachDatabase, type Step } from './on-each-database.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 24 * 3_600_000;
const POWER = 60;
const LAMPS = 8;
const STRATEGY = {
  name: 'Half from nine',
  programme: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] },
  driverLosses: 0.08,
};

const MIDDLE = { longitude: 5.97, latitude: 49.434 };
const dayBefore = (days: number) => new Date(Date.now() - days * DAY).toISOString().slice(0, 10);
/** From 45 minutes after sunrise, the night of yesterday is the last one that has been summed. */
const IS_SETTLED = Date.now() >= (noaaEvent(dayBefore(0), MIDDLE, -0.833, 'rise') as number) + 45 * MINUTE;
/** The day of the last night that is over. */
const NIGHT = dayBefore(IS_SETTLED ? 1 : 2);
const NEXT = dayBefore(IS_SETTLED ? 0 : 1);
/** The readings of the night are from noon to noon, without those of the future. */
const NOON = Date.parse(`${NIGHT}T11:00:00Z`);
const LAST = Math.min(NOON + DAY, Date.now());
const SUNSET = noaaEvent(NIGHT, MIDDLE, -0.833, 'set') as number;
const SUNRISE = noaaEvent(NEXT, MIDDLE, -0.833, 'rise') as number;

/** The watts of a lamp that follows the strategy. */
function powerAt(at: number): { level: number; power: number } {
  if (at < SUNSET || at >= SUNRISE) return { level: 0, power: 0 };
  const [hour, minute] = new Intl.DateTimeFormat('fr', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' })
    .format(at)
    .split(':')
    .map(Number) as [number, number];
  const minutes = hour * 60 + minute;
  const level = minutes >= 21 * 60 || minutes < 5 * 60 + 30 ? 0.5 : 1;
  return { level, power: POWER * (0.08 + 0.92 * level) };
}

const id = (n: number) => `urn:ngsi-ld:Streetlight:${n}`;
const property = (value: unknown, at?: number) => ({
  type: 'Property',
  value,
  ...(at !== undefined && { observedAt: new Date(at).toISOString() }),
});

async function tellNight({ ask }: LightingProduct, lamps: readonly number[]): Promise<void> {
  for (let at = NOON; at <= LAST; at += QUARTER) {
    const { level, power } = powerAt(at);
    const entities = lamps.map((n) => ({
      id: id(n),
      type: 'Streetlight',
      powerConsumption: property(power, at),
      illuminanceLevel: property(level, at),
    }));
    const answer = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', entities);
    assert.ok(answer.statusCode < 300, answer.body);
  }
}

async function sumNights({ ask }: LightingProduct): Promise<void> {
  const started = new Date().toISOString();
  const run = await ask('POST', '/ops/jobs/lighting.nights/run');
  assert.ok(run.statusCode < 300, run.body);
  await eventually('the nights are summed', async () => {
    const { lastRun } = (await ask('GET', '/ops/jobs/lighting.nights')).json();
    assert.notEqual(lastRun?.state, 'failed', JSON.stringify(lastRun));
    return lastRun?.state === 'completed' && lastRun.startedAt >= started;
  });
}

const takesReadings: Step = {
  name: 'what lamps measure is held against what their strategy promised',
  async run(product) {
    const { ask } = product;
    const lamps = Array.from({ length: LAMPS }, (_, n) => ({
      id: id(n),
      type: 'Streetlight',
      scope: '/Thil',
      name: property(`THI-${n}`),
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.91 + n / 1000, 49.47] } },
      address: property({ streetAddress: n < 4 ? 'Rue du Moulin' : 'Rue Pasteur', addressLocality: 'Thil' }),
      status: property('ok'),
      powerRating: property(POWER),
      refStreetlightControlCabinet: { type: 'Relationship', object: 'urn:ngsi-ld:StreetlightControlCabinet:1' },
    }));
    assert.ok((await ask('POST', '/ngsi-ld/v1/entityOperations/upsert', lamps)).statusCode < 300);
    const kept = await ask('PUT', '/lighting/strategies/half', STRATEGY);
    assert.equal(kept.statusCode, 201, kept.body);
    assert.equal((await ask('PUT', '/lighting/strategies/half', STRATEGY)).json().version, 1, 'it says the same');
    const assigned = await ask('POST', '/lighting/assignments', {
      kind: 'commune',
      zone: 'Thil',
      from: NIGHT,
      strategy: 'half',
    });
    assert.equal(assigned.statusCode, 201, assigned.body);
    await tellNight(product, [0, 1, 2, 3, 4, 5, 6]);
  },
};

const tellsSavings: Step = {
  name: 'the measured saving is within a point of the promise, and the same everywhere',
  async run(product) {
    const { ask } = product;
    const of = async (by: string) => (await ask('GET', `/lighting/savings?by=${by}&from=${NIGHT}&to=${NIGHT}`)).json();
    const byCommune = await eventually('the night has been summed', async () => {
      await sumNights(product);
      const answer = await of('commune');
      return answer.rows.length === 1 && answer.rows[0].measuredShare > 0.87 && answer;
    });
    const [thil] = byCommune.rows;
    assert.equal(thil.zone, 'Thil');
    assert.equal(thil.lamps, LAMPS);
    assert.ok(Math.abs(thil.saving - thil.promisedSaving) < 0.01, `${thil.saving}, promised ${thil.promisedSaving}`);
    const hours = (SUNRISE - SUNSET) / 3_600_000;
    assert.ok(Math.abs(thil.reference - (7 * POWER * hours) / 1000) < 0.05, `${thil.reference} of seven lamps`);
    const dimmed = 8.5;
    assert.ok(Math.abs(thil.saving - (0.46 * dimmed) / hours) < 0.01);
    assert.ok(Math.abs(thil.measuredShare - 7 / 8) < 0.001, 'one lamp told nothing');
    assert.ok(Math.abs(thil.savedCost - thil.savedEnergy * 0.25) < 1e-9);
    assert.match(byCommune.formula, /measured kWh/);
    assert.ok(byCommune.sources.some((source: string) => source.includes('kg CO₂/kWh')));

    const streets = (await of('street')).rows;
    assert.deepEqual(
      streets.map(({ zone }: { zone: string }) => zone),
      ['Thil/Rue Pasteur', 'Thil/Rue du Moulin'],
    );
    const [all] = (await of('all')).rows;
    assert.ok(Math.abs(all.energy - streets[0].energy - streets[1].energy) < 1e-9);

    const lamp = (await ask('GET', `/lighting/lamps/${id(0)}/nights?from=${NIGHT}&to=${NIGHT}`)).json();
    assert.equal(lamp.nights[0].covered, 1);
    assert.equal((await ask('GET', `/lighting/lamps/${id(99)}/nights`)).statusCode, 404);
    const wrong = await ask('GET', '/lighting/savings?by=planet');
    assert.equal(wrong.json().detail, 'by: got "planet", expected one of all, commune, cabinet, street, zone');
    assert.match((await ask('GET', '/lighting/savings?from=2025-13-01')).json().detail, /^from: got "2025-13-01"/);
  },
};

const takesLateReadings: Step = {
  name: 'readings that come late, or twice, make the night right',
  async run(product) {
    const { ask } = product;
    await tellNight(product, [6, 7]);
    await eventually('the lamp that was silent is counted', async () => {
      await sumNights(product);
      const { rows } = (await ask('GET', `/lighting/savings?by=commune&from=${NIGHT}&to=${NIGHT}`)).json();
      return rows[0].measuredShare > 0.999;
    });
  },
};

/** Euros per kWh: during the night, and between ten and six. */
const [DEAR, CHEAP] = [0.3, 0.1];

const countsHours: Step = {
  name: 'hours with a price of their own count in the measured euros',
  async run({ ask }) {
    const slots = [{ name: 'heures creuses', from: '22:00', to: '06:00', energy: CHEAP }];
    const prices = [{ from: '2020-01-01', price: DEAR, slots, source: 'contract' }];
    const set = await ask('PUT', '/lighting/settings', { prices, inhabitants: { Thil: 100 } });
    assert.equal(set.statusCode, 200, set.body);
    assert.deepEqual(set.json().prices, prices);
    const { rows, sources } = (await ask('GET', `/lighting/savings?by=commune&from=${NIGHT}&to=${NIGHT}`)).json();
    let [cost, saved] = [0, 0];
    for (let at = SUNSET; at < SUNRISE; at += MINUTE) {
      const hour = Number(
        new Intl.DateTimeFormat('en', { timeZone: 'Europe/Paris', hour: 'numeric', hourCycle: 'h23' }).format(at),
      );
      const price = hour >= 22 || hour < 6 ? CHEAP : DEAR;
      cost += ((LAMPS * powerAt(at).power) / 60_000) * price;
      saved += ((LAMPS * (POWER - powerAt(at).power)) / 60_000) * price;
    }
    const quarter = ((LAMPS * POWER) / 1000 / 4) * DEAR; // the maximum delay of a reported change
    assert.ok(Math.abs(rows[0].cost - cost) < quarter, `${rows[0].cost} €, by hand ${cost}`);
    assert.ok(Math.abs(rows[0].savedCost - saved) < quarter, `${rows[0].savedCost} € saved, by hand ${saved}`);
    assert.ok(Math.abs(rows[0].energyPerInhabitant - rows[0].energy / 100) < 1e-9);
    assert.ok(sources.includes('0.3 €/kWh, heures creuses 0.1 €/kWh: contract'), sources.join());
    const wrong = await ask('PUT', '/lighting/settings', {
      prices: [{ ...prices[0], slots: [{ ...slots[0], from: 22 }] }],
    });
    assert.match(wrong.json().detail, /^prices\.0\.slots\.0\.from: got 22, expected string: a time such as 22:00/);
    assert.equal((await ask('PUT', '/lighting/settings', {})).statusCode, 200);
  },
};

const findsTheft: Step = {
  name: 'energy by day, energy that lamps do not take, and phases apart are found at cabinets',
  async run(product) {
    const { ask } = product;
    const cabinet = (n: number) => `urn:ngsi-ld:StreetlightControlCabinet:${n}`;
    const meters = [0, 0];
    for (let at = NOON; at <= LAST; at += QUARTER) {
      const lamps = (LAMPS * powerAt(at).power) / 1000;
      // The first cabinet uses 0.4 kW day and night. The second has none of our lamps, and unbalanced phases.
      const loads = [lamps * 1.02 + 0.4, lamps];
      const entities = loads.map((load, i) => {
        meters[i] = (meters[i] ?? 0) + load / 4;
        const phases = i === 0 ? [1, 1, 1] : [2, 0.5, 0.5];
        return {
          id: cabinet(i + 1),
          type: 'StreetlightControlCabinet',
          name: property(`Armoire ${i + 1}`),
          energyConsumed: property(meters[i], at),
          ...Object.fromEntries(
            ['R', 'S', 'T'].map((phase, p) => [`activePower${phase}`, property((load * (phases[p] ?? 1)) / 3, at)]),
          ),
        };
      });
      const upsertAnswer = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', entities);
      assert.ok(upsertAnswer.statusCode < 300, upsertAnswer.body);
    }
    const patched = await ask('PATCH', `/ngsi-ld/v1/entities/${id(7)}/attrs`, {
      refStreetlightControlCabinet: { type: 'Relationship', object: cabinet(2) },
    });
    assert.equal(patched.statusCode, 204, patched.body);
    const hoursByDay = (LAST - NOON - (SUNRISE - SUNSET)) / 3_600_000;
    const byDayOf = (cabinets: readonly { kind: string; byDay: number }[]) =>
      cabinets.find(({ kind }) => kind === 'energyByDay')?.byDay ?? 0;
    // Until all their readings have arrived.
    const found = await eventually(
      `the cabinets are found, with ${0.4 * hoursByDay} kWh by day`,
      async () => {
        await tellNight(product, [7]); // a report of a lamp makes the night due again
        await sumNights(product);
        const { cabinets } = (await ask('GET', '/lighting/anomalies')).json();
        const isWhole = cabinets.length >= 3 && Math.abs(byDayOf(cabinets) - 0.4 * hoursByDay) < 0.6;
        return isWhole && (cabinets as { cabinet: string; kind: string; byDay: number }[]);
      },
      60_000,
    );
    const kinds = found.map((each) => `${each.cabinet.at(-1)} ${each.kind}`);
    assert.ok(kinds.includes('1 energyByDay') && kinds.includes('1 lostEnergy'), kinds.join());
    assert.ok(kinds.includes('2 phaseImbalance') && !kinds.includes('1 phaseImbalance'), kinds.join());
  },
};

const isPublic: Step = {
  name: 'everybody sees the same figures, and how bright a street is tonight',
  async run({ app, ask }) {
    const seen = (await app.inject('/public/lighting')).json();
    const cockpit = (await ask('GET', '/lighting/cockpit')).json();
    assert.deepEqual(seen.lastNight, cockpit.lastNight);
    assert.deepEqual(seen.thisYear, cockpit.thisYear);
    assert.equal(cockpit.park.lamps, LAMPS);
    assert.equal(cockpit.park.installedPower, (LAMPS * POWER) / 1000);
    const street = (await app.inject('/public/lighting/tonight?commune=Thil&street=Rue%20Pasteur')).json();
    assert.deepEqual(
      street.levels.map(({ level }: { level: number }) => level),
      [1, 0.5, 1],
    );
    const near = (await app.inject('/public/lighting/tonight?longitude=5.9101&latitude=49.4701')).json();
    assert.equal(near.street, 'Rue du Moulin');
    assert.equal((await app.inject('/public/lighting/tonight?commune=Thil&street=Nowhere')).statusCode, 404);
    assert.match((await app.inject('/public/lighting/tonight?longitude=5&latitude=x')).json().detail, /^latitude: got/);
  },
};

const countsReports: Step = {
  name: 'reports of citizens are counted before and after a day, with what chance makes of few',
  async run({ ask, publicUrl }) {
    const context = `<${publicUrl}/contexts/Reports/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
    const now = Date.now();
    const change = new Date(now - 20 * DAY).toISOString().slice(0, 10);
    let number = 0;
    const reports = (count: number, daysAgo: number, more: object = {}) =>
      Array.from({ length: count }, () => ({
        id: `urn:ngsi-ld:ServiceRequest:${number++}`,
        type: 'ServiceRequest',
        scope: ['/Thil', '/contractor'],
        service_code: property('street-light'),
        requested_datetime: property(new Date(now - daysAgo * DAY).toISOString()),
        reportStatus: property('submitted'),
        moderation: property('accepted'),
        ...more,
      }));
    const put = async (entities: object[]) => {
      const put = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert', entities, { link: context });
      assert.ok(put.statusCode < 300, put.body);
    };
    const rows = async () => (await ask('GET', `/lighting/reports?change=${change}&days=30`)).json().rows;
    await put([
      ...reports(25, 30),
      ...reports(2, 5),
      ...reports(1, 5, { service_code: property('pothole') }),
      ...reports(1, 5, { reportStatus: property('duplicate') }),
      ...reports(1, 5, { moderation: property('hidden') }),
      ...reports(1, 90),
    ]);
    const [all, thil] = await rows();
    assert.deepEqual([all.zone, thil.zone, thil.before.reports, thil.after.reports], ['', 'Thil', 25, 2]);
    assert.ok(Math.abs(thil.before.per100 - (25 / LAMPS) * 100) < 1e-9, `${thil.before.per100}`);
    assert.ok(thil.before.low < thil.before.per100 && thil.before.per100 < thil.before.high);
    assert.equal(thil.isInconclusive, true, 'two reports say nothing');
    await put(reports(60, 6));
    assert.equal((await rows())[1].isInconclusive, false);
    assert.match(
      (await ask('GET', '/lighting/reports?days=0')).json().detail,
      /^days: got "0", expected a whole number from 1 to 1098/,
    );
  },
};

/** Fully lit lamps of a commune without a strategy, of which three have meters. */
const METERED = ['jumps', 'restarts', 'counts'].map((name) => `urn:ngsi-ld:Streetlight:metered-${name}`);
const [JUMPS, RESTARTS] = METERED as [string, string];
const SILENT = 17;
const AT_MIDNIGHT = Date.parse(`${NIGHT}T23:00:00Z`);

const setsJumpsAside: Step = {
  name: 'a jump of a meter counts nowhere, is listed, and few measured lamps make no public figure',
  async run(product) {
    const { ask, app } = product;
    const silent = Array.from({ length: SILENT }, (_, n) => `urn:ngsi-ld:Streetlight:unmetered-${n}`);
    const lamps = [...METERED, ...silent].map((lamp) => ({
      id: lamp,
      type: 'Streetlight',
      scope: '/Ottange',
      name: property(lamp.split(':').at(-1)),
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [6.02, 49.44] } },
      powerRating: property(POWER),
    }));
    assert.ok((await ask('POST', '/ngsi-ld/v1/entityOperations/upsert', lamps)).statusCode < 300);
    // What a lamp has used since noon, kWh.
    const usedAt = (at: number) => (POWER / 1000) * (Math.max(0, Math.min(at, SUNRISE) - SUNSET) / 3_600_000);
    const meterAt = (lamp: string, at: number) => {
      if (lamp === JUMPS) return 100.1 + usedAt(at) + (at >= AT_MIDNIGHT ? 4_900 : 0);
      if (lamp === RESTARTS && at >= AT_MIDNIGHT) return usedAt(at) - usedAt(AT_MIDNIGHT);
      return 800 + usedAt(at);
    };
    for (let at = NOON; at <= LAST; at += QUARTER) {
      const entities = METERED.map((lamp) => ({
        id: lamp,
        type: 'Streetlight',
        energyConsumed: property(meterAt(lamp, at), at),
      }));
      const told = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', entities);
      assert.ok(told.statusCode < 300, told.body);
    }
    const read = async (path: string) => (await ask('GET', `${path}from=${NIGHT}&to=${NIGHT}`)).json();
    const truth = METERED.length * usedAt(SUNRISE);
    const quarter = (POWER / 1000) * 0.25; // of the two exchanged meters nothing is known for a quarter of an hour
    const ottange = await eventually('the night of the meters has been summed', async () => {
      await sumNights(product);
      const { rows } = await read('/lighting/savings?by=commune&');
      const row = rows.find(({ zone }: { zone: string }) => zone === 'Ottange');
      // The last readings may arrive after each lamp has some.
      return row?.measuredLamps === METERED.length && truth - row.energy <= 2 * quarter + 1e-6 && row;
    });
    assert.ok(truth - ottange.energy >= -1e-6, `${ottange.energy} of ${truth} kWh`);
    assert.ok(Math.abs(ottange.saving) < 0.02, `fully lit lamps save nothing: ${ottange.saving}`);
    assert.ok(Math.abs(ottange.measuredShare - METERED.length / (METERED.length + SILENT)) < 1e-6);
    assert.ok(Math.abs(ottange.energyPerLamp - ottange.energy / METERED.length) < 1e-9);

    const { outliers } = await read('/lighting/outliers?');
    assert.deepEqual(
      outliers.map(({ entity, kind, readings, at }: Record<string, unknown>) => [entity, kind, readings, at]),
      [
        [JUMPS, 'meterJump', 1, new Date(AT_MIDNIGHT).toISOString()],
        [RESTARTS, 'meterReset', 1, new Date(AT_MIDNIGHT).toISOString()],
      ],
    );
    assert.ok(Math.abs(outliers[0].value - outliers[0].before - 4_900 - quarter) < 1e-6, JSON.stringify(outliers[0]));
    assert.ok(outliers[0].most < 1.1 && outliers[0].of === 'lamp' && outliers[0].commune === 'Ottange');

    const share = (METERED.length + LAMPS) / (METERED.length + SILENT + LAMPS);
    const published = async () => (await app.inject('/public/lighting')).json();
    const few = await published();
    assert.deepEqual([few.lastNight, few.thisYear, few.leastMeasured], [null, null, 0.5]);
    assert.deepEqual(
      few.communes.map(({ zone }: { zone: string }) => zone),
      ['Thil'],
    );
    assert.deepEqual(
      few.withheld.map(({ figure, zone }: { figure: string; zone: string }) => `${figure} ${zone}`),
      ['lastNight ', 'thisYear ', 'communes Ottange'],
    );
    assert.ok(Math.abs(few.withheld[0].measuredShare - share) < 1e-6);
    assert.ok(Math.abs((await ask('GET', '/lighting/cockpit')).json().lastNight.rows[0].measuredShare - share) < 1e-6);
    assert.equal((await ask('PUT', '/lighting/settings', { leastMeasured: 0.1 })).statusCode, 200);
    assert.deepEqual([(await published()).withheld, (await published()).communes.length], [[], 2]);
    const wrong = await ask('PUT', '/lighting/settings', { leastMeasured: 2 });
    assert.match(wrong.json().detail, /^leastMeasured: got 2, expected/);
  },
};

const refusesStrangers: Step = {
  name: 'nobody else may tell readings',
  async run({ app }) {
    const { statusCode } = await app.inject({ method: 'POST', url: '/lighting/notifications', payload: { data: [] } });
    assert.equal(statusCode, 401);
  },
};

onEachDatabase('the measured nights', [
  takesReadings,
  tellsSavings,
  takesLateReadings,
  isPublic,
  countsHours,
  findsTheft,
  countsReports,
  setsJumpsAside,
  refusesStrangers,
]);
