import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chosenBy, isOnCluster } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { ownDatabase } from '../support/own-database.ts';
import { startPlatformProcess } from '../support/platform-process.ts';
import { onEachDatabase, type Step } from './on-each-database.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LAMPS = 30;
const POWER = 60;
const CABINET = 'urn:ngsi-ld:StreetlightControlCabinet:1';
const { TEST_DATABASE_URL } = process.env;

/** The day of the last night that is certainly over. */
const NIGHT = new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10);
const NOON = Date.parse(`${NIGHT}T10:00:00Z`);
/** Longer ago than readings are kept. */
const LONG_AGO = Date.now() - 20 * DAY;

type Ask = (
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  payload?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<{ readonly statusCode: number; readonly body: string; json(): ReturnType<typeof JSON.parse> }>;

const lampId = (n: number) => `urn:ngsi-ld:Streetlight:${n}`;
const property = (value: unknown, at?: number) => ({
  type: 'Property',
  value,
  ...(at !== undefined && { observedAt: new Date(at).toISOString() }),
});

/** Reports of all lamps and the cabinet in a night, then one from just now. Two lamps differ: see below. */
async function reportNight(ask: Ask): Promise<void> {
  const report = async (entities: object[]) => {
    const answer = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', entities);
    assert.ok(answer.statusCode < 300, answer.body);
  };
  const times = Array.from({ length: 26 }, (_, hour) => NOON + hour * HOUR);
  for (const at of [LONG_AGO, ...times, Date.now() - 60_000]) {
    const lamps = Array.from({ length: LAMPS }, (_, n) => ({
      id: lampId(n),
      type: 'Streetlight',
      scope: '/Thil',
      powerRating: property(POWER),
      refStreetlightControlCabinet: { type: 'Relationship', object: CABINET },
      powerConsumption: property(POWER, at),
      illuminanceLevel: property(1, at),
    }));
    const cabinet = { id: CABINET, type: 'StreetlightControlCabinet', energyConsumed: property(at / HOUR, at) };
    await report([...lamps, cabinet]);
  }
  // One lamp does not say when it measured, and one has been silent for long.
  const lamp = { type: 'Streetlight', powerRating: property(POWER) };
  await report([
    { ...lamp, id: lampId(LAMPS), powerConsumption: property(POWER), illuminanceLevel: property(1) },
    { ...lamp, id: lampId(LAMPS + 1), powerConsumption: property(POWER, LONG_AGO) },
  ]);
}

async function ownSubscriptions(ask: Ask, headers = {}): Promise<string[]> {
  const listed = (await ask('GET', '/ngsi-ld/v1/subscriptions', undefined, headers)).json() as { id: string }[];
  return listed.map(({ id }) => id).filter((id) => id.includes('lighting'));
}

async function ended(ask: Ask, job: string, since = ''): Promise<void> {
  await eventually(`${job} has ended`, async () => {
    const { lastRun } = (await ask('GET', `/ops/jobs/${job}`)).json();
    assert.notEqual(lastRun?.state, 'failed', JSON.stringify(lastRun));
    return lastRun?.state === 'completed' && lastRun.startedAt >= since;
  });
}

/** The night is summed from readings that were reported before the first use. */
async function isNightKnown(ask: Ask): Promise<void> {
  const since = new Date().toISOString();
  assert.ok((await ask('POST', '/ops/jobs/lighting.nights/run')).statusCode < 300);
  await ended(ask, 'lighting.nights', since);
  for (const id of [lampId(0), lampId(LAMPS - 1)]) {
    const { nights } = (await ask('GET', `/lighting/lamps/${id}/nights?from=${NIGHT}&to=${NIGHT}`)).json();
    assert.equal(nights[0]?.covered, 1, id);
    // kWh; what is measured half an hour before and after counts, too.
    assert.ok(Math.abs(nights[0].measured - nights[0].reference - POWER / 1000) < 0.01, JSON.stringify(nights));
  }
  const from = new Date(Date.now() - 30 * DAY).toISOString().slice(0, 10);
  const { nights } = (await ask('GET', `/lighting/nights?from=${from}&to=${NIGHT}`)).json();
  const days = nights.map(({ night }: { night: string }) => night);
  assert.ok(days.includes(NIGHT), days.join());
  const isOld = (day: string) => Date.parse(day) < Date.now() - 9 * DAY;
  assert.ok(!days.some(isOld), `a night whose readings are gone: ${days}`);
}

const costsNothing: Step = {
  name: 'a tenant that never used lighting has no subscription',
  async run({ app, ask }) {
    await reportNight(ask);
    const other = { 'ngsild-tenant': 'other' };
    const lamp = { id: lampId(1), type: 'Streetlight', powerConsumption: property(POWER, Date.now()) };
    assert.equal((await ask('POST', '/ngsi-ld/v1/entities', lamp, other)).statusCode, 201);
    assert.equal((await ask('GET', '/lighting/cockpit', undefined, other)).statusCode, 200);
    assert.deepEqual((await ask('GET', '/ngsi-ld/v1/subscriptions', undefined, other)).json(), []);
    // Neither who may not use it, nor what is public, nor a stranger's notification is a use.
    assert.equal((await app.inject({ url: '/lighting/strategies', method: 'PUT' })).statusCode, 405);
    assert.equal((await app.inject('/lighting/overrides')).statusCode, 401);
    assert.equal((await app.inject('/public/lighting')).statusCode, 200);
    for (const headers of [{}, { 'ngsild-tenant': 'third' }]) {
      const told = await app.inject({ method: 'POST', url: '/lighting/notifications', headers, payload: { data: [] } });
      assert.equal(told.statusCode, 401);
    }
    assert.deepEqual(await ownSubscriptions(ask), []);
  },
};

const beginsWithALook: Step = {
  name: 'the first look finds all lamps as they are, and further readings are stored',
  async run({ ask }) {
    const looks = await Promise.all(
      ['cockpit', 'cockpit', 'strategies'].map((page) => ask('GET', `/lighting/${page}`)),
    );
    const { park } = looks[0]?.json() ?? {};
    assert.equal(park.lamps, LAMPS + 2);
    assert.equal(park.now.heard, LAMPS + 1, 'all but the one that is silent');
    assert.equal((await ownSubscriptions(ask)).length, 2);
    const before = park.now.power;
    const report = { powerConsumption: property(0, Date.now()), illuminanceLevel: property(0, Date.now()) };
    const entity = { id: lampId(0), type: 'Streetlight', ...report };
    assert.ok((await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', [entity])).statusCode < 300);
    await eventually('the lamp is off', async () => {
      return (await ask('GET', '/lighting/cockpit')).json().park.now.power < before;
    });
  },
};

const fillsThePast: Step = {
  name: 'nights before the first use are filled in from the history, those without readings are not',
  async run({ ask }) {
    await ended(ask, 'lighting.fill-readings');
    await isNightKnown(ask);
  },
};

const beginsWithAChange: Step = {
  name: 'another tenant begins with its first change',
  async run({ ask }) {
    const other = { 'ngsild-tenant': 'other' };
    assert.equal((await ask('PUT', '/lighting/settings', {}, other)).statusCode, 200);
    assert.equal((await ownSubscriptions(ask, other)).length, 2);
    const { park } = (await ask('GET', '/lighting/cockpit', undefined, other)).json();
    assert.deepEqual([park.lamps, park.now.heard], [1, 1]);
  },
};

onEachDatabase('the first use of lighting', [costsNothing, beginsWithALook, fillsThePast, beginsWithAChange]);

const DATABASES = [
  ...(TEST_DATABASE_URL ? [{ label: 'PostgreSQL', server: TEST_DATABASE_URL }] : []),
  ...(isOnCluster ? [] : [{ label: 'embedded' }]),
];
for (const { label, server } of chosenBy('first use after a kill', DATABASES)) {
  test(`what a kill interrupts is filled in after the next start (${label})`, { timeout: 240_000 }, async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    const database = server === undefined ? undefined : await ownDatabase(server, 'first_use');
    const environment = { DATA_DIR: dataDir, DEMO: 'off', ...(database && { DATABASE_URL: database.url }) };
    let product = await startPlatformProcess(environment);
    t.after(async () => {
      await product.stop();
      await database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    });
    const ask: Ask = async (method, url, payload) => {
      const context = `<${product.url}/contexts/territory/v3.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
      const answer = await fetch(product.url + url, {
        method,
        headers: {
          ...(payload !== undefined && { 'content-type': 'application/json' }),
          ...(url.startsWith('/ngsi-ld/') && { link: context }),
        },
        ...(payload !== undefined && { body: JSON.stringify(payload) }),
      });
      const body = await answer.text();
      return { statusCode: answer.status, body, json: () => JSON.parse(body) };
    };
    await reportNight(ask);
    assert.equal((await ask('GET', '/lighting/strategies')).statusCode, 200);
    await eventually('the job waits', async () => {
      return (await ask('GET', '/ops/jobs/lighting.fill-readings')).json().deferred === 1;
    });
    await product.kill();

    product = await startPlatformProcess(environment);
    await ended(ask, 'lighting.fill-readings');
    assert.equal((await ownSubscriptions(ask)).length, 2);
    await isNightKnown(ask);
    await product.stop();

    // Another start costs nothing: what is filled in is not read again.
    product = await startPlatformProcess(environment);
    const since = new Date().toISOString();
    assert.equal((await ask('GET', '/lighting/cockpit')).json().park.lamps, LAMPS + 2);
    assert.equal((await ownSubscriptions(ask)).length, 2);
    const { lastRun } = (await ask('GET', '/ops/jobs/lighting.fill-readings')).json();
    assert.ok(lastRun.startedAt < since, JSON.stringify(lastRun));
    await isNightKnown(ask);
  });
}
