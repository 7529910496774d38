import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { attributeValue, startTerritory } from './support/territory.ts';

const HOUR_MS = 3_600_000;

for (const database of chosenBy('clock-set-back', testDatabases())) {
  for (const isBrokerNear of [true, false]) {
    const way = isBrokerNear ? 'beside the broker' : 'through the inbox';
    test(`measurements without a time are never late, even if the clock is set back: ${way}, on ${database.kind}`, async (t) => {
      const territory = await startTerritory(await database.open(), { isBrokerNear });
      t.after(() => territory.close());
      const { app, mqtt, agents, entity } = territory;
      const tenant = freshTenant();
      const apikey = `k${randomBytes(6).toString('hex')}`;
      await app.inject({
        method: 'POST',
        url: '/iot/groups',
        headers: { 'fiware-service': tenant, 'fiware-servicepath': '/' },
        payload: { groups: [{ apikey, resource: '/iot/json', entity_type: 'Thing' }] },
      });
      const send = (measure: object) =>
        mqtt.publishAsync(`/json/${apikey}/d1/attrs`, JSON.stringify(measure), { qos: 1 });
      const number = async (n: number): Promise<void> => {
        await eventually(`n is ${n}`, async () => {
          const thing = await entity('urn:ngsi-ld:Thing:d1', tenant);
          return attributeValue(thing, 'n') === n ? true : undefined;
        });
      };
      await send({ n: 1 });
      await number(1);
      const now = Date.now();
      t.mock.timers.enable({ apis: ['Date'], now: now - HOUR_MS });
      for (const n of [2, 3, 4]) {
        await send({ n });
        await number(n);
        t.mock.timers.setTime(now - HOUR_MS + n * 1000);
      }
      assert.equal(agents.counters().late, 0);
      // A measurement with a time of its own is late as usual.
      await send({ n: 5, TimeInstant: new Date(now - 2 * HOUR_MS).toISOString() });
      await eventually('the late one', () => (agents.counters().late > 0 ? true : undefined));
      await number(4);
      const { body } = await app.inject({
        url: '/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:Thing:d1?options=temporalValues&attrs=n',
        headers: { 'ngsild-tenant': tenant },
      });
      assert.deepEqual(
        [1, 2, 3, 4, 5].filter((n) => !body.includes(`[${n},`)),
        [],
        body,
      );
    });
  }
}
