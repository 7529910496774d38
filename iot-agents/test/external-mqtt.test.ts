import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrate } from '@alzette/broker';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connect } from 'mqtt';
import { pino } from 'pino';
import { type Database, type DeviceProfile, migrationsFolder } from '../src/main.ts';
import { LINK, startTerritory } from './support/territory.ts';
import { chirpStackUplink } from './support/uplinks.ts';

const mqttUrl = process.env.TEST_MQTT_URL;
const [database] = testDatabases();

const PROFILE: DeviceProfile = {
  id: 'external',
  name: 'Counts',
  entities: [{ type: 'Thing', id: 'device.asset', attributes: [{ name: 'number', value: 'data.n' }] }],
};

type Territory = Awaited<ReturnType<typeof startTerritory>>;
type Statement = Parameters<Database['query']>[0];

const ofMosquitto = {
  skip: mqttUrl ? false : 'Mosquitto is missing (TEST_MQTT_URL is not set)',
  timeout: 60_000,
};

/** A database and a session at Mosquitto of its own. `meets` may delay or reject each statement. */
async function openLab(meets: (statement: Statement) => Promise<unknown> | undefined = () => undefined) {
  assert.ok(database !== undefined && mqttUrl !== undefined);
  const db = await database.open();
  await migrate(db, migrationsFolder, 'iot-agents');
  // Sessions of earlier tests, which the processes of this one would empty.
  await db.query({ text: 'DELETE FROM iot.mqtt_session' });
  const met: typeof db = {
    ...db,
    async query(statement) {
      await meets(statement);
      return db.query(statement);
    },
    async transaction(work) {
      await meets({ text: 'BEGIN' });
      return db.transaction(work);
    },
  };
  return { db, met, options: { mqttUrl, mqttClientId: `test-${randomBytes(4).toString('hex')}` } };
}

/** A device whose numbers are those of its uplinks. */
function createThing() {
  const devEui = randomBytes(8).toString('hex');
  const tenant = freshTenant();
  const asset = `urn:ngsi-ld:Thing:${devEui}`;
  const begun = Date.now() - 600_000;
  return {
    provision: ({ agents }: Territory) =>
      agents.provision({ profiles: [PROFILE], devices: [{ devEui, profile: PROFILE.id, asset, tenant }] }),
    uplink: (n: number) =>
      chirpStackUplink({ devEui, decoded: { n }, fCnt: n, time: new Date(begun + n).toISOString() }),
    hasNumber: (territory: Territory, n: number) =>
      eventually(`number ${n}`, async () => {
        const thing = (await territory.entity(asset, tenant)) as { number?: { value: number } } | undefined;
        return thing?.number?.value === n || undefined;
      }),
    async numbers({ app }: Territory): Promise<unknown> {
      const url = `/ngsi-ld/v1/temporal/entities/${asset}?options=temporalValues`;
      const headers = { 'ngsild-tenant': tenant, link: LINK };
      const { number } = (await app.inject({ url, headers })).json<{ number?: { values: [number, string][] } }>();
      return number?.values.map(([n]) => n).sort((one, other) => one - other);
    },
  };
}

test(
  'uplinks of an external MQTT broker are acknowledged when stored, and stay there while we are down',
  ofMosquitto,
  async (t) => {
    let isFull = false;
    const { met, ...lab } = await openLab(({ name }) =>
      isFull && name === 'iot-insert-frames' ? Promise.reject(new Error('disk full')) : undefined,
    );
    const log: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
    const options = { ...lab.options, logger };
    const { provision, uplink, hasNumber } = createThing();

    const first = await startTerritory(met, options);
    await provision(first);
    for (let n = 1; n <= 200; n++) await first.send(uplink(n));
    await hasNumber(first, 200);

    isFull = true;
    const apikey = randomBytes(8).toString('hex');
    const measure = { topic: `/json/${apikey}/d1/attrs`, body: { n: 1 } };
    await first.send(uplink(201), uplink(202), uplink(203), measure);
    const isTold = (line: string) => line.includes('"topic":"d1"') && line.includes('could not be stored');
    await eventually('word of the measure', () => log.some(isTold) || undefined);
    assert.ok(!log.join('').includes(apikey), 'the key of a device is in the log');
    isFull = false;
    await hasNumber(first, 203);
    await first.agents.close();

    await first.send(uplink(204));
    await first.close();
    const second = await startTerritory(met, options);
    t.after(() => second.close());
    await hasNumber(second, 204);
    assert.equal(second.agents.counters().duplicates, 0);
  },
);

test(
  'a stop among messages from an external MQTT broker loses none, and causes no duplicates',
  ofMosquitto,
  async (t) => {
    const storing = Promise.withResolvers<void>();
    const { db, met, options } = await openLab(({ name }) => {
      if (name !== 'iot-insert-frames') return undefined;
      storing.resolve();
      return sleep(300); // as a slow disk
    });
    const { provision, uplink, hasNumber, numbers } = createThing();
    const first = await startTerritory(met, options);
    await provision(first);
    const all = Array.from({ length: 30 }, (_, n) => n);
    const before = first.send(...all.slice(0, 15).map(uplink));
    await storing.promise;
    const closing = first.agents.close();
    await first.send(...all.slice(15).map(uplink));
    await Promise.all([before, closing]);
    await first.close();

    const second = await startTerritory(db, options);
    t.after(() => second.close());
    await hasNumber(second, 29);
    await eventually('all numbers', async () => ((await numbers(second)) as unknown[]).length >= 30 || undefined);
    assert.deepEqual(await numbers(second), all);
    assert.equal(first.agents.counters().duplicates + second.agents.counters().duplicates, 0);
  },
);

test(
  'a process that is believed dead leaves its session at an external MQTT broker to the one that took it',
  ofMosquitto,
  async (t) => {
    let isAway = false;
    const { db, met, options } = await openLab(() => (isAway ? Promise.reject(new Error('no network')) : undefined));
    const clientIdOf = async ({ app }: Territory) => {
      const about = (await app.inject('/iot/about')).json<{
        mqtt: { external: { state: string; clientId: string } };
      }>();
      return about.mqtt.external.state === 'connected' ? about.mqtt.external.clientId : undefined;
    };
    const first = await startTerritory(met, options);
    t.after(() => first.close());
    const { provision, uplink, hasNumber } = createThing();
    await provision(first);
    await eventually('the session of the first', () => clientIdOf(first));

    // The network parts the first process from the database alone, for longer than its lease.
    isAway = true;
    await db.query({ text: `UPDATE iot.agent_process SET lease_until = now() - interval '1 minute'` });
    const second = await startTerritory(db, options);
    t.after(() => second.close());
    const own = await eventually('the session of the second', () => clientIdOf(second));
    assert.equal(own, options.mqttClientId);

    isAway = false;
    assert.equal(
      await eventually('another session', () => clientIdOf(first).then((id) => (id === own ? undefined : id))),
      `${own}-2`,
    );
    for (let n = 1; n <= 20; n++) await second.send(uplink(n));
    await hasNumber(second, 20);
    assert.equal(await eventually('the session of the second', () => clientIdOf(second)), own);
  },
);

test(
  'measures without a time that two processes receive in one millisecond are all in the history',
  ofMosquitto,
  async (t) => {
    const { db, options } = await openLab();
    const [first, second] = [await startTerritory(db, options), await startTerritory(db, options)];
    t.after(() => Promise.all([first.close(), second.close()]));
    const apikey = randomBytes(8).toString('hex');
    const service = { 'fiware-service': freshTenant(), 'fiware-servicepath': '/' };
    const groups = [{ apikey, resource: '/iot/json', entity_type: 'Thing' }];
    await first.app.inject({ method: 'POST', url: '/iot/groups', headers: service, payload: { groups } });
    const all = Array.from({ length: 20 }, (_, n) => n);
    await first.send(...all.map((n) => ({ topic: `/json/${apikey}/d1/attrs`, body: { n } })));
    const url = '/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Thing:d1?options=temporalValues';
    const values = async () => {
      const answer = await first.app.inject({ url, headers: { 'ngsild-tenant': service['fiware-service'] } });
      const { n } = answer.json<{ n?: { values: [number, string][] } }>();
      return n?.values.map(([value]) => value).sort((one, other) => one - other) ?? [];
    };
    await eventually('all of them', async () => (await values()).length >= all.length || undefined, 20_000);
    assert.deepEqual(await values(), all);
  },
);

test(
  'a session under a former client identifier is emptied once, and then receives nothing more',
  ofMosquitto,
  async (t) => {
    const { db, options } = await openLab();
    const formerId = `test-${randomBytes(4).toString('hex')}`;
    const { provision, uplink, hasNumber, numbers } = createThing();
    const former = await startTerritory(db, { ...options, mqttClientId: formerId });
    await provision(former);
    await former.agents.close();
    await former.send(uplink(0));
    await former.close();
    const present = await startTerritory(db, options);
    t.after(() => present.close());
    const sessions = () => db.query<{ client_id: string }>({ text: 'SELECT client_id FROM iot.mqtt_session' });
    await eventually('the end of the former session', async () => (await sessions()).rows.length === 1 || undefined);
    await present.send(uplink(1));
    await hasNumber(present, 1);
    assert.deepEqual(await numbers(present), [0, 1]);

    const client = connect(options.mqttUrl, { clientId: formerId, clean: false });
    t.after(() => client.endAsync());
    const heard: string[] = [];
    client.on('message', (topic) => heard.push(topic));
    await client.subscribeAsync(formerId, { qos: 1 });
    await client.publishAsync(formerId, 'after what waits', { qos: 1 });
    await eventually('the last message', () => heard.includes(formerId) || undefined);
    assert.deepEqual(heard, [formerId]);
  },
);

test('processes that the database was away from take nothing from each other when it is back', async (t) => {
  assert.ok(database !== undefined);
  const db = await database.open();
  for (let n = 0; n < 2; n++) {
    const territory = await startTerritory(db);
    t.after(() => territory.close());
  }
  const rows = async (text: string) => (await db.query<{ process: string; n: number }>({ text })).rows;
  const shares = () =>
    rows(
      'SELECT process::text AS process, count(*)::int AS n FROM iot.inbox_partition WHERE process IS NOT NULL GROUP BY 1 ORDER BY 1',
    );
  const isShared = async () => {
    const found = await shares();
    return found.length === 2 && found[0]?.n === found[1]?.n ? found : undefined;
  };
  const before = await eventually('equal shares', isShared);

  await db.query({ text: `UPDATE iot.agent_process SET lease_until = now() - interval '1 minute'` });
  const valid = 'SELECT process::text AS process, 1 AS n FROM iot.agent_process WHERE lease_until > clock_timestamp()';
  await eventually('both leases', async () => (await rows(valid)).length === 2 || undefined);
  assert.deepEqual(await shares(), before);
});
