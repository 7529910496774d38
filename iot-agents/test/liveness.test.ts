import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { EffectiveConfig } from '../src/fiware/agent-config.ts';
import { createReceptions } from '../src/liveness/receptions.ts';
import { askAgents } from './support/ask.ts';
import { CONTEXT } from './support/territory.ts';
import { chirpStackUplink, thingsStackUplink } from './support/uplinks.ts';

const LEVEL = { type: 'WasteContainer', id: 'device.asset', attributes: [{ name: 'level', value: 'data.level' }] };

const byTime = ([, one]: [unknown, string], [, other]: [unknown, string]) => (one < other ? -1 : 1);

for (const database of chosenBy('liveness', testDatabases())) {
  describe(`liveness on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);
    const fresh = () => randomBytes(8).toString('hex');
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const readValue = async (id: string, name: string, tenant: string) => {
      const attribute = (await (await territory()).entity(id, tenant))?.[name] as { value?: unknown } | undefined;
      return attribute?.value;
    };
    /** The alerts of an outage, newest last. */
    const alertsOf = async (tenant: string) => {
      const { app } = await territory();
      const answer = await app.inject({
        url: '/ngsi-ld/v1/entities?type=Alert&format=simplified',
        headers: { 'ngsild-tenant': tenant, link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"` },
      });
      if (answer.statusCode === 404) return [];
      const alerts: {
        id: string;
        severity: string;
        description: string;
        data?: { text: { fr: string } };
        validTo?: string;
      }[] = answer.json();
      return alerts.sort((one, other) => (one.id < other.id ? -1 : 1));
    };
    const start = async (count: number, gateway: 'own' | 'shared') => {
      const tenant = `t${fresh()}`;
      const profile = `p-${fresh()}`;
      const devEuis = Array.from({ length: count }, fresh);
      // A service for this test only, because messages of others would count.
      const shared = fresh();
      await ask('POST', '/registry/profiles', {
        id: profile,
        name: 'Container',
        silentAfterS: 1_800,
        entities: [LEVEL],
      });
      const devices = devEuis.map((devEui) => ({
        devEui,
        profile,
        tenant,
        asset: `urn:ngsi-ld:WasteContainer:${devEui}`,
      }));
      await ask('POST', '/registry/devices', { devices });
      let fCnt = 0;
      const hear = async (...heard: readonly string[]) => {
        fCnt += 1;
        const { send } = await territory();
        const uplink = gateway === 'shared' ? chirpStackUplink : thingsStackUplink;
        await send(
          ...heard.map((devEui) => uplink({ devEui, fCnt, bytes: [1], decoded: { level: fCnt }, gateway: shared })),
        );
        const level = fCnt;
        for (const devEui of heard) {
          await eventually('the level', async () =>
            (await readValue(`urn:ngsi-ld:WasteContainer:${devEui}`, 'level', tenant)) === level ? true : undefined,
          );
        }
      };
      await hear(...devEuis);
      return { tenant, devEuis, hear, shared };
    };
    const settled = () =>
      eventually('all are settled', async () => {
        const { body } = await ask('GET', '/about');
        return body.inbox.waiting === 0 && body.counters.inFlight === 0 ? true : undefined;
      });
    /** Sets the last reports of devices back in time, because the clock can't be advanced. Resolves to the times. */
    const age = async (devEuis: readonly string[], ago: number | readonly string[]) => {
      const db = await database.open();
      await settled();
      const since = typeof ago === 'number' ? devEuis.map(() => minutesAgo(ago)) : ago;
      await db.query({
        text: `UPDATE iot.device_progress SET last_seen_at = heard.since
          FROM unnest($1::text[], $2::timestamptz[]) AS heard (dev_eui, since) WHERE heard.dev_eui = device_progress.dev_eui`,
        values: [devEuis, since],
      });
      await (await territory()).agents.checkLiveness();
      return since[0] ?? '';
    };

    test('reports a silent device once, and its return', async () => {
      const { tenant, devEuis, hear } = await start(2, 'own');
      const [silent = '', alive = ''] = devEuis;
      await age([silent], 29);
      assert.deepEqual(await alertsOf(tenant), []);
      await age([silent], 31);
      await age([silent], 32);
      const [alert, ...others] = await alertsOf(tenant);
      assert.deepEqual(others, []);
      assert.equal(alert?.severity, 'medium');
      assert.match(alert?.description ?? '', new RegExp(`Device ${silent} has not been heard since`));
      assert.equal(alert?.data?.text.fr, `Le capteur ${silent} ne transmet plus`);
      assert.equal(alert?.validTo, undefined);
      assert.equal(await readValue(`urn:ngsi-ld:Device:${silent}`, 'deviceState', tenant), 'silent');
      assert.equal(await readValue(`urn:ngsi-ld:Device:${alive}`, 'deviceState', tenant), undefined);

      await hear(silent);
      await age([], 0);
      assert.equal(await readValue(`urn:ngsi-ld:Device:${silent}`, 'deviceState', tenant), 'ok');
      assert.notEqual((await alertsOf(tenant))[0]?.validTo, undefined);
    });

    test('ends the silence of a device that moves to another tenant, where it is silent separately', async () => {
      const { tenant, devEuis } = await start(1, 'own');
      const [devEui = ''] = devEuis;
      await age([devEui], 31);
      assert.equal((await alertsOf(tenant))[0]?.validTo, undefined);
      const { body: device } = await ask('GET', `/registry/devices/${devEui}`);
      const next = `t${fresh()}`;
      const { status } = await ask('PUT', `/registry/devices/${devEui}`, { ...device, tenant: next });
      assert.ok(status < 300, `${status}`);
      await age([devEui], 32);
      assert.notEqual((await alertsOf(tenant))[0]?.validTo, undefined);
      const [alert, ...others] = await alertsOf(next);
      assert.deepEqual([others, alert?.validTo], [[], undefined]);
      assert.equal(await readValue(`urn:ngsi-ld:Device:${devEui}`, 'deviceState', next), 'silent');
    });

    test('sets the attributes of a silent device as its profile says, until it reports again', async () => {
      const { send, entity, agents, app } = await territory();
      const [tenant, profile, devEui] = [`t${fresh()}`, `p-${fresh()}`, fresh()];
      const asset = `urn:ngsi-ld:ParkingSpot:${devEui}`;
      const status = { name: 'status', value: "data.occupied ? 'occupied' : 'free'", silent: 'unknown' };
      const place = { name: 'name', value: "'Place ' + device.settings.number" };
      const made = await ask('POST', '/registry/profiles', {
        id: profile,
        name: 'Parking sensor',
        silentAfterS: 1_800,
        entities: [{ type: 'ParkingSpot', id: 'device.asset', attributes: [status, place] }],
      });
      assert.equal(made.status, 201, made.body?.message);
      await ask('POST', '/registry/devices', { devEui, profile, tenant, asset, settings: { number: 7 } });
      let fCnt = 0;
      const measured = async (occupied: boolean, minutes: number) => {
        const before = agents.counters().delivered;
        const time = minutesAgo(minutes);
        await send(thingsStackUplink({ devEui, fCnt: ++fCnt, bytes: [1], decoded: { occupied }, time }));
        await eventually('delivery', () => (agents.counters().delivered > before ? true : undefined));
        return time;
      };
      const shown = async () => {
        const { value, observedAt } = ((await entity(asset, tenant))?.status ?? {}) as Record<string, unknown>;
        return [value, observedAt];
      };

      const first = await measured(false, 40);
      await age([devEui], 29);
      assert.deepEqual(await shown(), ['free', first]);
      const silentAt = new Date(Date.parse(await age([devEui], 39)) + 1_800_000).toISOString();
      assert.deepEqual(await shown(), ['unknown', silentAt]);
      assert.equal(await readValue(asset, 'name', tenant), 'Place 7');
      // A message that arrives very late says nothing about the present.
      const late = await measured(true, 35);
      assert.deepEqual(await shown(), ['unknown', silentAt]);
      const last = await measured(true, 1);
      await age([], 0);
      assert.deepEqual(await shown(), ['occupied', last]);
      assert.equal(await readValue(`urn:ngsi-ld:Device:${devEui}`, 'deviceState', tenant), 'ok');

      const history = await app.inject({
        url: `/ngsi-ld/v1/temporal/entities/${asset}?attrs=status&options=temporalValues`,
        headers: { 'ngsild-tenant': tenant, link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"` },
      });
      assert.deepEqual(history.json().status.values.sort(byTime), [
        ['free', first],
        ['occupied', late],
        ['unknown', silentAt],
        ['occupied', last],
      ]);
    });

    test('is refused in a profile if it is invalid', async () => {
      const refusal = async (attribute: object, id = 'device.asset') => {
        const entities = [{ type: 'ParkingSpot', id, attributes: [{ name: 'status', value: 'data.s', ...attribute }] }];
        const { status, body } = await ask('POST', '/registry/profiles', { id: `p-${fresh()}`, name: 'x', entities });
        return [status, body.message];
      };
      assert.deepEqual(await refusal({ silent: 'unknown' }, "'urn:' + data.id"), [
        400,
        `entities[0].id is "'urn:' + data.id", expected an expression on device alone, because there is no frame during silence`,
      ]);
      assert.deepEqual(await refusal({ silent: 'unknown', value: 'device.asset' }), [
        400,
        'entities[0].attributes[0].value is "device.asset", expected one from frames, because status has a value for silence',
      ]);
      assert.deepEqual(await refusal({ silent: 'nobody', type: 'Relationship' }), [
        400,
        'entities[0].attributes[0].silent: status: "nobody" is not a URI',
      ]);
      assert.equal((await refusal({ silent: null }))[0], 400);
    });

    test('raises one alert for a gateway that is down with its 300 devices, until the last is back', async () => {
      const { tenant, devEuis, hear, shared } = await start(300, 'shared');
      // Their last reports differ, so they fall silent one after the other.
      const lastHeard = devEuis.map((_, index) => minutesAgo(16 + index / 20));
      await age(devEuis, lastHeard);
      const shownAlerts = async () =>
        (await alertsOf(tenant)).map(({ id, severity, validTo }) => [id.replace(/\d+$/, ''), severity, validTo ?? '']);
      const alert = [`urn:ngsi-ld:Alert:silent-gateway:${shared}:`, 'high'];
      assert.deepEqual(await shownAlerts(), [[...alert, '']]);
      await age(devEuis, 60);
      assert.deepEqual(await shownAlerts(), [[...alert, '']]);
      for (const devEui of devEuis) {
        assert.equal(await readValue(`urn:ngsi-ld:Device:${devEui}`, 'deviceState', tenant), 'silent');
      }
      const last = devEuis.slice(-1);
      await hear(...devEuis.slice(0, -1));
      await age([], 0);
      assert.deepEqual(await shownAlerts(), [[...alert, '']]);
      await hear(...last);
      await age([], 0);
      const [[, , validTo] = [], ...others] = await shownAlerts();
      assert.notEqual(validTo, '');
      assert.deepEqual(others, []);
      assert.equal(await readValue(`urn:ngsi-ld:Device:${devEuis[0]}`, 'deviceState', tenant), 'ok');
    });

    test('ends with a deleted device', async () => {
      const { tenant, devEuis } = await start(1, 'own');
      await age(devEuis, 31);
      assert.equal((await alertsOf(tenant))[0]?.validTo, undefined);
      assert.equal((await ask('DELETE', `/registry/devices/${devEuis[0]}`)).status, 204);
      await age([], 0);
      assert.notEqual((await alertsOf(tenant))[0]?.validTo, undefined);
    });

    for (const { protocol, resource, body, type } of [
      { protocol: 'IoTA-JSON', resource: '/iot/json', body: '{"n":1}', type: 'application/json' },
      { protocol: 'UltraLight', resource: '/iot/d', body: 'n|1', type: 'text/plain' },
    ]) {
      test(`applies to a ${protocol} device, by the interval of its kind or of its group`, async () => {
        const { app, agents } = await territory();
        const db = await database.open();
        const tenant = `t${fresh()}`;
        const headers = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
        const apikey = `k${fresh()}`;
        const provision = async (path: string, payload: object) => {
          const answer = await app.inject({ method: 'POST', url: `/iot/${path}`, headers, payload });
          assert.equal(answer.statusCode, 201, answer.body);
        };
        await provision('groups', { groups: [{ apikey, resource, entity_type: 'Meter' }] });
        await provision('devices', { devices: [{ device_id: 'quick', silentAfterS: 120 }] });
        const measure = async (device: string) => {
          const url = `${resource}?k=${apikey}&i=${device}`;
          const answer = await app.inject({ method: 'POST', url, payload: body, headers: { 'content-type': type } });
          assert.equal(answer.statusCode, 200, answer.body);
        };
        /** Sets the last report and the interval of a device. */
        const heard = async (device: string, minutes: number, everyS: number | null) => {
          await settled();
          await agents.checkLiveness();
          await db.query({
            text: 'UPDATE iot.reception SET last_seen_at = $2, every_s = $3 WHERE dev_eui = $1',
            values: [`${apikey}/${device}`, minutesAgo(minutes), everyS],
          });
          await agents.checkLiveness();
        };
        const silent = async () =>
          (await alertsOf(tenant))
            .filter(({ validTo }) => validTo === undefined)
            .map(({ description }) => description.split(' ')[1]);
        const state = (device: string) => readValue(`urn:ngsi-ld:Device:${device}`, 'deviceState', tenant);

        for (const device of ['quick', 'hourly', 'other']) await measure(device);
        await heard('hourly', 1_000, null);
        assert.deepEqual(await silent(), [], 'nobody knows how often it reports');
        await heard('hourly', 179, null);
        await heard('other', 1, 3_600);
        assert.deepEqual(await silent(), []);
        await heard('hourly', 181, null);
        await heard('quick', 3, null);
        assert.deepEqual((await silent()).sort(), ['hourly', 'quick']);
        assert.deepEqual(
          [await state('hourly'), await state('quick'), await state('other')],
          ['silent', 'silent', undefined],
        );
        const [alert] = await alertsOf(tenant);
        assert.ok(!JSON.stringify(alert).includes(apikey));
        const device = await (await territory()).entity('urn:ngsi-ld:Device:hourly', tenant);
        assert.deepEqual(device?.controlledAsset, { type: 'Relationship', object: 'urn:ngsi-ld:Meter:hourly' });

        await measure('hourly');
        await settled();
        await agents.checkLiveness();
        assert.deepEqual(await silent(), ['quick']);
        assert.equal(await state('hourly'), 'ok');
        const gone = await app.inject({ method: 'DELETE', url: '/iot/devices/quick', headers });
        assert.equal(gone.statusCode, 204, gone.body);
        await agents.checkLiveness();
        assert.deepEqual(await silent(), []);

        const groups = [{ apikey: `k${fresh()}`, resource, entity_type: 'Meter', silentAfterS: 5 }];
        const refused = await app.inject({ method: 'POST', url: '/iot/groups', headers, payload: { groups } });
        assert.equal(refused.statusCode, 400);
        assert.match(refused.body, /silentAfterS/);
      });
    }

    test('is measured by reports, not by messages, and not by the pause of an outage', async () => {
      const db = await database.open();
      await territory();
      const receptions = createReceptions();
      const begun = Date.now() - 86_400_000;
      const key = `k/${fresh()}`;
      const every = async () => {
        await receptions.write(db);
        const { rows } = await db.query<{ every_s: number | null; last_seen_at: Date }>({
          text: 'SELECT every_s, last_seen_at FROM iot.reception WHERE dev_eui = $1',
          values: [key],
        });
        return [rows[0]?.every_s ?? null, new Date(rows[0]?.last_seen_at ?? 0).getTime() - begun];
      };
      const config = {
        key,
        tenant: fresh(),
        subservice: '/',
        deviceId: 'd',
        entityType: 'Thing',
        entityName: 'urn:ngsi-ld:Thing:d',
      };
      const hear = (s: number) =>
        receptions.record(config as EffectiveConfig, new Date(begun + s * 1000).toISOString());
      // Four values every quarter of an hour, each in a separate message.
      for (let report = 0; report < 8; report++) for (let value = 0; value < 4; value++) hear(report * 900 + value);
      assert.deepEqual(await every(), [900, (7 * 900 + 3) * 1000]);
      hear(50_000);
      assert.deepEqual(await every(), [1_440, 50_000_000]);
      // A repeated delivery does not set the time back.
      hear(1_000);
      assert.deepEqual(await every(), [1_440, 50_000_000]);
    });
  });
}
