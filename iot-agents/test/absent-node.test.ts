import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { absentNode } from './support/absent-node.ts';
import { attributeValue, startTerritory, type Territory } from './support/territory.ts';
import { chirpStackUplink } from './support/uplinks.ts';

const AT_ONCE = 500;
const START = Date.now() - 7_200_000;

/** A device in a tenant of its own that sends numbers. */
async function numberedDevice({ agents, send }: Territory) {
  const devEui = randomBytes(8).toString('hex');
  const tenant = freshTenant();
  const asset = `urn:ngsi-ld:Thing:${devEui}`;
  const attributes = [{ name: 'n', value: 'data.n' }];
  await agents.provision({
    profiles: [{ id: 'numbered', name: 'Numbered', entities: [{ type: 'Thing', id: 'device.asset', attributes }] }],
    devices: [{ devEui, profile: 'numbered', asset, tenant }],
  });
  return { tenant, asset, sender: sender(send, devEui) };
}

function sender(send: Territory['send'], devEui: string) {
  let sent = 0;
  return async (count: number, through = send): Promise<void> => {
    for (const until = sent + count; sent < until; ) {
      const from = sent;
      sent = Math.min(until, from + AT_ONCE);
      await through(
        ...Array.from({ length: sent - from }, (_, i) => {
          const n = from + i;
          return chirpStackUplink({ devEui, fCnt: n, decoded: { n }, time: new Date(START + n * 1000).toISOString() });
        }),
      );
    }
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

async function putOff({ db }: Territory, tenant: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    text: 'SELECT count(*)::int AS count FROM iot.inbox WHERE waits_for = $1',
    values: [tenant],
  });
  return rows[0]?.count ?? 0;
}

for (const database of chosenBy('absent-node', testDatabases())) {
  describe(`while the node of a tenant is away (${database.kind})`, () => {
    test('uplinks of others are delivered, and its own when it is back, all and in order', {
      timeout: 300_000,
    }, async (t) => {
      const { away, acceptedOf, around } = absentNode();
      const territory = await startTerritory(await database.open(), { around });
      t.after(territory.close);
      const absent = await numberedDevice(territory);
      const other = await numberedDevice(territory);
      const ofOther = () => acceptedOf(other.tenant, other.asset, 'n');
      const ofAbsent = () => acceptedOf(absent.tenant, absent.asset, 'n');
      away.add(absent.tenant);
      // More than are kept in memory.
      for (let round = 0; round < 16; round++) {
        await absent.sender(AT_ONCE);
        await other.sender(10);
      }
      await eventually('those of the other', () => (ofOther().length === 160 ? true : undefined), 30_000);
      await eventually('frames put off', async () => ((await putOff(territory, absent.tenant)) > 0 ? true : undefined));
      const { inFlight } = territory.agents.counters();
      assert.ok(inFlight <= 6_000, `${inFlight} in memory`);
      await other.sender(1);
      await eventually('one more of the other', () => (ofOther().length === 161 ? true : undefined), 5_000);
      assert.deepEqual(ofAbsent(), []);
      away.clear();
      await absent.sender(10);
      await eventually('all of its own', () => (ofAbsent().length >= 8_010 ? true : undefined), 120_000);
      assert.deepEqual(ofAbsent(), upTo(8_010));
      assert.deepEqual(ofOther(), upTo(161));
      await eventually('settled', () => (territory.agents.counters().inFlight === 0 ? true : undefined));
      assert.equal(await putOff(territory, absent.tenant), 0);
      const { duplicates, counterConflicts, counterResets } = territory.agents.counters();
      assert.deepEqual(
        { duplicates, counterConflicts, counterResets },
        { duplicates: 0, counterConflicts: 0, counterResets: 0 },
      );
    });

    test('another process takes over what waits for it, in order', { timeout: 300_000 }, async (t) => {
      const { away, acceptedOf, around } = absentNode();
      const db = await database.open();
      const first = await startTerritory(db, { around });
      const { tenant, asset, sender } = await numberedDevice(first);
      away.add(tenant);
      await sender(8_000);
      await eventually('frames put off', async () => ((await putOff(first, tenant)) > 0 ? true : undefined));
      await first.close();
      const next = await startTerritory(db, { around });
      t.after(next.close);
      await sender(500, next.send);
      away.clear();
      await sender(10, next.send);
      const accepted = () => acceptedOf(tenant, asset, 'n');
      await eventually('all of them', () => (accepted().length >= 8_510 ? true : undefined), 120_000);
      assert.deepEqual(accepted(), upTo(8_510));
    });

    test('measures and results of commands of FIWARE devices wait for it, also over a restart', {
      timeout: 120_000,
    }, async (t) => {
      const { away, acceptedOf, around } = absentNode();
      const db = await database.open();
      const first = await startTerritory(db, { around });
      const tenant = freshTenant();
      const apikey = `k${randomBytes(8).toString('hex')}`;
      const id = 'urn:ngsi-ld:Pump:p1';
      const commands = [{ name: 'ping', type: 'command' }];
      const groups = [{ apikey, resource: '/iot/json', entity_type: 'Pump', transport: 'MQTT', commands }];
      const headers = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
      const post = async (url: string, payload: object) => {
        const answer = await first.app.inject({
          method: 'POST',
          url,
          headers: { ...headers, 'ngsild-tenant': tenant },
          payload,
        });
        assert.ok(answer.statusCode < 300, answer.body);
      };
      await post('/iot/groups', { groups });
      await post('/iot/devices', { devices: [{ device_id: 'p1' }] });
      await post('/iot/commands', { entityId: id, command: 'ping', value: 1 });
      const publish = ({ mqtt }: Territory, channel: string, body: object) =>
        mqtt.publishAsync(`/json/${apikey}/p1/${channel}`, JSON.stringify(body), { qos: 1 });
      const status = (wanted: string) =>
        eventually(`${wanted}`, async () => {
          const { rows } = await db.query<{ state: string; info: string | null }>({
            text: 'SELECT state, info FROM iot.command WHERE tenant = $1',
            values: [tenant],
          });
          return rows[0]?.state === wanted ? rows[0] : undefined;
        });
      await status('SENT');

      away.add(tenant);
      await publish(first, 'cmdexe', { ping: 'pong' });
      await publish(first, 'attrs', { n: 1 });
      await publish(first, 'attrs', { n: 2 });
      await eventually('messages put off', async () => ((await putOff(first, tenant)) > 0 ? true : undefined));
      await first.close();
      const next = await startTerritory(db, { around });
      t.after(next.close);
      await publish(next, 'attrs', { n: 3 });
      away.clear();
      assert.equal((await status('OK')).info, '"pong"');
      await eventually('the last measure', () => (acceptedOf(tenant, id, 'n').at(-1) === 3 ? true : undefined));
      await publish(next, 'attrs', { n: 4 });
      await eventually('a measure of now', () => (acceptedOf(tenant, id, 'n').at(-1) === 4 ? true : undefined));
      assert.deepEqual(acceptedOf(tenant, id, 'n'), [1, 2, 3, 4]);
      assert.equal(attributeValue(await next.entity(id, tenant), 'n'), 4);
    });
  });
}
