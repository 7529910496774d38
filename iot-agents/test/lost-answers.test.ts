import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { pino } from 'pino';
import { LINK, startTerritory } from './support/territory.ts';
import { chirpStackUplink } from './support/uplinks.ts';

for (const database of chosenBy('lost-answers', testDatabases())) {
  test(`messages whose COMMIT succeeded and whose answer was lost are acknowledged, and delivered once (${database.kind})`, async (t) => {
    const db = await database.open();
    let isCut = false;
    let cuts = 0;
    const cutting: typeof db = {
      ...db,
      async query(statement) {
        const answer = await db.query<Record<string, never>>(statement);
        if (!isCut || statement.name !== 'iot-insert-frames') return answer as never;
        cuts += 1;
        // The error of the pool if the connection is lost between the commit and the answer.
        throw Object.assign(new Error('the connection was lost during a statement'), { inDoubt: true });
      },
    };
    const territory = await startTerritory(cutting);
    t.after(() => territory.close());
    const { app, agents, mqtt } = territory;
    const send = async (n: number): Promise<void> => {
      const { topic, body } = chirpStackUplink({
        devEui: randomBytes(8).toString('hex'),
        decoded: { n },
        fCnt: n,
        time: new Date().toISOString(),
      });
      await mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 });
    };
    await send(1);
    isCut = true;
    for (let n = 2; n <= 20; n += 1) await send(n);
    isCut = false;
    assert.ok(cuts > 0);
    await send(21);
    const counters = await eventually('the delivery of all', () => {
      const now = agents.counters();
      return now.delivered >= 21 ? now : undefined;
    });
    assert.deepEqual([counters.received, counters.delivered, counters.pending], [21, 21, 21]);
    await eventually('an empty inbox', async () =>
      (await app.inject('/iot/about')).json().inbox.waiting === 0 ? true : undefined,
    );
  });

  test(`messages that were committed without an answer, after their sender was refused, do not stay (${database.kind})`, async (t) => {
    const db = await database.open();
    let isCut = false;
    const cutting: typeof db = {
      ...db,
      async query(statement) {
        if (isCut && (statement.text.includes('WHERE batch = $1') || statement.name === 'iot-insert-frames')) {
          // The statement succeeds, but no answer arrives.
          if (statement.name === 'iot-insert-frames') await db.query(statement);
          throw Object.assign(new Error('the connection was lost during a statement'), { inDoubt: true });
        }
        return db.query(statement);
      },
    };
    const territory = await startTerritory(cutting);
    t.after(() => territory.close());
    const { app, agents } = territory;
    const { body } = chirpStackUplink({
      devEui: randomBytes(8).toString('hex'),
      decoded: { n: 1 },
      fCnt: 1,
      time: new Date().toISOString(),
    });
    const post = () => app.inject({ method: 'POST', url: '/iot/lns', payload: body });
    assert.equal((await post()).statusCode, 202);
    await eventually('the first', () => agents.counters().delivered === 1 || undefined);
    isCut = true;
    assert.equal((await post()).statusCode, 503);
    isCut = false;
    await eventually('the one that nobody was told of', () => agents.counters().delivered === 2 || undefined, 15_000);
  });

  test(`a measure without a time, committed without an answer before a longer outage, is in the history once (${database.kind})`, async (t) => {
    const db = await database.open();
    let isAway = false;
    let lookups = 0;
    const away = (inDoubt: boolean) =>
      Object.assign(new Error('the database was shut down'), { code: '57P01', inDoubt });
    const cutting: typeof db = {
      ...db,
      async query(statement) {
        if (isAway && statement.text.includes('WHERE batch = $1')) {
          lookups += 1;
          throw away(false);
        }
        if (!isAway || statement.name !== 'iot-insert-frames') return db.query(statement);
        // The statement succeeds, but no answer arrives.
        await db.query(statement);
        throw away(true);
      },
    };
    const told: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => void told.push(line) });
    // Without the shortcut past the inbox.
    const territory = await startTerritory(cutting, { isBrokerNear: false, logger });
    t.after(() => territory.close());
    const { app, mqtt } = territory;
    const tenant = freshTenant();
    const apikey = randomBytes(8).toString('hex');
    const headers = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
    const groups = [{ apikey, resource: '/iot/json', entity_type: 'Counter', autoprovision: true }];
    const made = await app.inject({ method: 'POST', url: '/iot/groups', headers, payload: { groups } });
    assert.equal(made.statusCode, 201, made.body);
    const measure = (n: number) => mqtt.publishAsync(`/json/${apikey}/d1/attrs`, JSON.stringify({ n }), { qos: 1 });
    await measure(1);
    isAway = true;
    const second = measure(2);
    await eventually('the sender to be asked again, or the message to be kept', () =>
      told.some((line) => /could not be stored|a message waits/.test(line)) ? true : undefined,
    );
    assert.ok(lookups > 1);
    isAway = false;
    await second;
    await measure(3);
    const values = await eventually('the last value', async () => {
      const url = '/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Counter:d1?options=temporalValues';
      const answer = await app.inject({ method: 'GET', url, headers: { 'ngsild-tenant': tenant, link: LINK } });
      const own: [number, string][] = answer.json().n?.values ?? [];
      return own.some(([n]) => n === 3) ? own.map(([n]) => n).sort() : undefined;
    });
    assert.deepEqual(values, [1, 2, 3]);
  });

  test(`a message that is read from the table before its own statement is answered is delivered once (${database.kind})`, async (t) => {
    const db = await database.open();
    let held: Promise<void> | undefined;
    let isStored = false;
    const slow: typeof db = {
      ...db,
      async query(statement) {
        const answer = await db.query<Record<string, never>>(statement);
        if (held !== undefined && statement.name === 'iot-insert-frames') {
          isStored = true;
          await held;
        }
        return answer as never;
      },
    };
    const territory = await startTerritory(slow);
    t.after(() => territory.close());
    const { agents, mqtt } = territory;
    const strangers = [0, 1].map(() => randomBytes(8).toString('hex'));
    const send = (devEui = '') => {
      const { topic, body } = chirpStackUplink({ devEui, decoded: { n: 1 }, fCnt: 1, time: new Date().toISOString() });
      return mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 });
    };
    await send(strangers[0]);
    await eventually('the first, set aside', () => agents.counters().pending === 1 || undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    const second = send(strangers[1]);
    await eventually('the second, committed', () => isStored || undefined);
    // Triggers a read of the table.
    const profile = { id: 'read-early', name: 'Read early', entities: [] };
    await agents.provision({ profiles: [profile], devices: [{ devEui: strangers[0] ?? '', profile: profile.id }] });
    await eventually('both, read from the table', () => agents.counters().delivered >= 3 || undefined);
    resolve();
    await second;
    held = undefined;
    await send(randomBytes(8).toString('hex'));
    await eventually('rest', () => {
      const { received, inFlight, pending } = agents.counters();
      return (received === 3 && inFlight === 0 && pending >= 3) || undefined;
    });
    // Each once, and the first once more after its device was registered.
    assert.equal(agents.counters().delivered, 4);
  });
}
