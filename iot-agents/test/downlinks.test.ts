import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { attributeValue, heardOn } from './support/territory.ts';
import { thingsStackUplink } from './support/uplinks.ts';
import type { Answer, ReceivedRequest } from './support/web-server.ts';
import { startWebServer } from './support/web-server.ts';

const CODEC = `function decodeUplink(input) { return { data: { level: input.bytes[0] } }; }
function encodeDownlink(input) { return { bytes: [1, 0xfe, input.data.level], fPort: 60 }; }`;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4/;

/** A network server's uplink of one byte, and the expected request of a downlink of 70 %. */
interface Server {
  readonly name: string;
  readonly connection: object;
  uplink(devEui: string): object;
  check(asked: ReceivedRequest, devEui: string): void;
  /** The server's events about the downlink, and the resulting state of the command. */
  readonly events: readonly {
    readonly body: (devEui: string, asked: ReceivedRequest) => object;
    readonly state: string;
  }[];
  /** The state after the server has accepted it. */
  readonly taken: string;
}

const SERVERS: readonly Server[] = [
  {
    name: 'The Things Stack, by its webhook',
    connection: {
      downlink: { url: 'BASE/api/v3/as/applications/app1/webhooks/wh1/devices/{deviceId}/down/push' },
      downlinkHeaders: { Authorization: 'Bearer NNSXS.key' },
    },
    uplink: (devEui) => thingsStackUplink({ devEui, bytes: [10], fPort: 24 }).body,
    check({ method, url, headers, body }, devEui) {
      const path = `/api/v3/as/applications/app1/webhooks/wh1/devices/d-${devEui}/down/push`;
      assert.deepEqual([method, url.pathname, headers.authorization], ['POST', path, 'Bearer NNSXS.key']);
      const { correlation_ids, ...downlink } = JSON.parse(body).downlinks[0];
      assert.deepEqual(downlink, { f_port: 60, frm_payload: 'Af5G', confirmed: false, priority: 'NORMAL' });
      assert.match(correlation_ids[0].replace('cmd:', ''), UUID);
    },
    taken: 'QUEUED',
    events: [
      {
        body: (devEui, { body }) => ({
          end_device_ids: { device_id: `d-${devEui}`, dev_eui: devEui },
          downlink_sent: { correlation_ids: JSON.parse(body).downlinks[0].correlation_ids },
        }),
        state: 'DELIVERED',
      },
    ],
  },
  {
    name: 'ThingPark, with its token',
    connection: {
      asKey: 'f3203a20a2e8dfaf6686b621f56d05e3',
      downlink: { url: 'BASE/thingpark/lrc/rest/downlink', asId: 'TWA_1.AS' },
    },
    uplink: (devEui) => ({
      DevEUI_uplink: { DevEUI: devEui.toUpperCase(), FPort: 24, FCntUp: 1, payload_hex: '0a', CustomerID: '1' },
    }),
    check({ url, body }, devEui) {
      const { Token, Time, CorrelationID, ...asked } = Object.fromEntries(url.searchParams);
      assert.deepEqual(asked, { DevEUI: devEui.toUpperCase(), FPort: '60', Payload: '01FE46', AS_ID: 'TWA_1.AS' });
      assert.match(CorrelationID ?? '', /^[0-9A-F]{16}$/);
      assert.ok(Math.abs(Date.parse(Time ?? '') - Date.now()) < 60_000);
      const query = decodeURIComponent(url.search.slice(1).replace(/&Token=.*$/, ''));
      const expected = createHash('sha256').update(`${query}f3203a20a2e8dfaf6686b621f56d05e3`).digest('hex');
      assert.equal(Token, expected);
      assert.equal(body, '');
    },
    taken: 'QUEUED',
    events: [
      {
        body: (devEui, { url }) => ({
          DevEUI_downlink_Sent: {
            DevEUI: devEui.toUpperCase(),
            DeliveryStatus: 0,
            DeliveryFailedCause1: 'B0',
            CorrelationID: url.searchParams.get('CorrelationID'),
          },
        }),
        state: 'ERROR',
      },
    ],
  },
  {
    name: 'Live Objects, which tells no more',
    connection: {
      downlink: { url: 'BASE/api/v0/vendors/lora/devices/{DEVEUI}/commands' },
      downlinkHeaders: { 'X-API-KEY': 'k3y-of-live-objects' },
    },
    uplink: (devEui) => ({
      metadata: { network: { lora: { devEUI: devEui, port: 24, fcnt: 1 } } },
      value: { payload: '0a' },
    }),
    check({ url, headers, body }, devEui) {
      assert.equal(url.pathname, `/api/v0/vendors/lora/devices/${devEui.toUpperCase()}/commands`);
      assert.equal(headers['x-api-key'], 'k3y-of-live-objects');
      assert.deepEqual(JSON.parse(body), { data: '01FE46', port: 60, confirmed: false });
    },
    taken: 'DELIVERED',
    events: [],
  },
  {
    name: 'LORIOT',
    connection: { downlink: { url: 'BASE/1/rest' }, downlinkHeaders: { Authorization: 'Bearer l' } },
    uplink: (devEui) => ({ cmd: 'rx', EUI: devEui, ts: Date.now(), fcnt: 1, port: 24, data: '0a' }),
    check({ body }, devEui) {
      assert.deepEqual(JSON.parse(body), {
        cmd: 'tx',
        EUI: devEui.toUpperCase(),
        port: 60,
        confirmed: false,
        data: '01FE46',
      });
    },
    taken: 'QUEUED',
    events: [{ body: (devEui) => ({ cmd: 'txd', EUI: devEui, seqdn: 1 }), state: 'DELIVERED' }],
  },
  {
    name: 'Kerlink, as its connection says',
    connection: {
      downlink: {
        url: 'BASE/application/dataDown',
        body: '{ endDevice: { devEui: DEVEUI }, fPort: fPort, payload: hex, confirmed: confirmed }',
      },
    },
    uplink: (devEui) => ({
      endDevice: { devEui: devEui.toUpperCase() },
      fPort: 24,
      fCntUp: 1,
      payload: '0a',
      encodingType: 'HEXA',
    }),
    check({ body }, devEui) {
      assert.deepEqual(JSON.parse(body), {
        endDevice: { devEui: devEui.toUpperCase() },
        fPort: 60,
        payload: '01FE46',
        confirmed: false,
      });
    },
    taken: 'DELIVERED',
    events: [],
  },
  {
    name: 'another one, by pointers',
    connection: {
      pointers: { devEui: '/id', payload: '/hex', fPort: '/port', fCnt: '/n' },
      downlink: { url: 'BASE/queue/{devEui}', body: '{ bytes: bytes, port: fPort, ref: id }' },
    },
    uplink: (devEui) => ({ id: devEui, hex: '0a', port: 24, n: 1 }),
    check({ url, body }, devEui) {
      assert.equal(url.pathname, `/queue/${devEui}`);
      const { ref, ...rest } = JSON.parse(body);
      assert.deepEqual(rest, { bytes: [1, 254, 70], port: 60 });
      assert.match(ref, UUID);
    },
    taken: 'DELIVERED',
    events: [],
  },
];

for (const database of chosenBy('downlinks', testDatabases())) {
  describe(`a downlink on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    after(close);

    const stateOf = async (id: string) => (await ask('GET', `/commands/${id}`)).body.state as string;
    const reaches = (id: string, state: string) =>
      eventually(`the command is ${state}`, async () => ((await stateOf(id)) === state ? true : undefined), 20_000);

    /** A lamp with an uplink through its own connection. */
    const heardBy = async (base: string, { connection, uplink }: Pick<Server, 'connection' | 'uplink'>) => {
      const { agents, app, entity } = await territory();
      const devEui = randomBytes(8).toString('hex');
      const id = `c-${devEui}`;
      const declared = JSON.parse(JSON.stringify({ name: id, ...connection }).replace('BASE', base));
      // Authentication of posts is tested elsewhere; here it would require a token for each.
      const { asKey, ...open } = declared;
      const put = (members: object) => ask('PUT', `/registry/connections/${id}`, members);
      assert.equal((await put(open)).status, 204);
      await agents.provision({
        profiles: [
          {
            id: 'downlink-lamp',
            name: 'Lamp',
            codec: CODEC,
            entities: [
              {
                type: 'Streetlight',
                id: 'device.asset',
                attributes: [{ name: 'illuminanceLevel', value: 'data.level / 100' }],
              },
            ],
            commands: [{ name: 'dim', payload: '{ level: value * 100 }' }],
          },
        ],
      });
      const tenant = freshTenant();
      const asset = `urn:ngsi-ld:Streetlight:${devEui}`;
      await agents.provision({ devices: [{ devEui, profile: 'downlink-lamp', asset, tenant }] });
      const post = async (body: object) => {
        const answer = await app.inject({ method: 'POST', url: `/iot/lns/${id}`, payload: body });
        assert.equal(answer.statusCode, 202);
      };
      await post(uplink(devEui));
      await eventually('the level', async () => attributeValue(await entity(asset, tenant), 'illuminanceLevel'));
      if (asKey !== undefined) assert.equal((await put({ ...open, asKey })).status, 204);
      const dim = async (value: number) => {
        const answer = await app.inject({
          method: 'POST',
          url: '/iot/commands',
          headers: { 'ngsild-tenant': tenant },
          payload: { entityId: asset, command: 'dim', value },
        });
        return { status: answer.statusCode, body: answer.json() };
      };
      return { devEui, id, put, open, dim };
    };

    for (const server of SERVERS) {
      test(`goes to ${server.name}`, async (t) => {
        const web = await startWebServer(() => ({ body: {} }));
        t.after(() => web.close());
        const { devEui, dim } = await heardBy(web.url, server);
        const { status, body } = await dim(0.7);
        assert.equal(status, 202, JSON.stringify(body));
        await reaches(body.id, server.taken);
        const [asked] = web.asked;
        assert.ok(asked !== undefined && web.asked.length === 1);
        server.check(asked, devEui);
        const { app } = await territory();
        for (const event of server.events) {
          await app.inject({ method: 'POST', url: '/iot/lns', payload: event.body(devEui, asked) });
          await reaches(body.id, event.state);
        }
        const { body: listed } = await ask('GET', '/registry/connections?limit=1000');
        assert.doesNotMatch(JSON.stringify(listed), /NNSXS|k3y-of-live-objects|f3203a20|Bearer l/);
        const { rows } = await (await database.open()).query({ text: 'SELECT document::text FROM iot.connection' });
        assert.doesNotMatch(JSON.stringify(rows), /NNSXS|k3y-of-live-objects|f3203a20|Bearer l/);
      });
    }

    test('is repeated to an unavailable server, and is an error if it is refused', async (t) => {
      let answers: Answer[] = [{ status: 503 }, { status: 400, body: { error: 'no such device' } }];
      const web = await startWebServer(() => answers.shift() ?? {});
      t.after(() => web.close());
      const { dim } = await heardBy(web.url, SERVERS[3] as Server);
      const { body } = await dim(0.5);
      await eventually('a first try', () => (web.asked.length === 1 ? true : undefined));
      assert.equal(await stateOf(body.id), 'PENDING');
      // Its lease has expired.
      const db = await database.open();
      await eventually('the refusal', async () => {
        await db.query({ text: 'UPDATE iot.command SET not_before = now() WHERE id = $1', values: [body.id] });
        return (await stateOf(body.id)) === 'ERROR' ? true : undefined;
      });
      const { info } = (await ask('GET', `/commands/${body.id}`)).body;
      assert.match(info, /answered 400: .*no such device/);
      answers = [];
    });

    test('is published to ThingPark if its uplinks come over MQTT', async () => {
      const { agents, mqtt, entity } = await territory();
      const devEui = randomBytes(8).toString('hex');
      const device = { devEui, profile: 'downlink-lamp', asset: `urn:ngsi-ld:Streetlight:${devEui}` };
      await agents.provision({ devices: [device] });
      const messages = await heardOn(mqtt, `mqtt/things/${devEui}/downlink`);
      const uplink = { DevEUI_uplink: { DevEUI: devEui.toUpperCase(), FPort: 24, FCntUp: 1, payload_hex: '0a' } };
      await mqtt.publishAsync(`mqtt/things/${devEui}/uplink`, JSON.stringify(uplink), { qos: 1 });
      // The lamp exists first: its commands are offered when it is provisioned.
      await eventually('the level', async () => attributeValue(await entity(device.asset), 'illuminanceLevel'));
      assert.equal((await ask('POST', '/commands', { entityId: device.asset, command: 'dim', value: 1 })).status, 202);
      const { DevEUI_downlink: downlink } = JSON.parse(await eventually('a downlink', () => messages[0]));
      assert.deepEqual([downlink.DevEUI, downlink.FPort, downlink.payload_hex], [devEui.toUpperCase(), 60, '01FE64']);
    });

    test('fails if no address is known, or no longer', async (t) => {
      const web = await startWebServer(() => ({}));
      t.after(() => web.close());
      const kerlink = SERVERS[4] as Server;
      const mute = await heardBy(web.url, { ...kerlink, connection: { downlink: { url: `${web.url}/x` } } });
      const without = await mute.dim(1);
      assert.deepEqual([without.status, without.body.name], [409, 'NO_DOWNLINK_ROUTE']);
      assert.match(without.body.message, /how kerlink takes downlinks is not known/);
      await mute.put({ name: 'x' });
      assert.match((await mute.dim(1)).body.message, /no longer has a downlink target/);
      for (const [members, message] of [
        [{ downlink: { url: 'ftp://x' } }, /downlink\.url must match/],
        [{ downlink: { url: 'http://[' } }, /downlink\.url is "http:\/\/\[", expected an address/],
        [{ downlink: { url: 'http://x', body: '{ a: ' } }, /downlink\.body: .* is not a JEXL/],
        [{ downlinkHeaders: { 'a b': 'c' } }, /downlinkHeaders/],
        [{ downlinkHeaders: { a: 'c\nd' } }, /downlinkHeaders\.a must match/],
      ] as const) {
        const { status, body } = await mute.put({ name: 'x', ...members });
        assert.equal(status, 400);
        assert.match(body.message, message);
      }
    });

    test('does not send a key to another host', async (t) => {
      const [first, second] = [await startWebServer(() => ({})), await startWebServer(() => ({}))];
      t.after(async () => void (await Promise.all([first.close(), second.close()])));
      const { open, put, dim } = await heardBy(first.url, SERVERS[3] as Server);
      const { downlinkHeaders: _given, ...rest } = open;
      await put({ ...rest, downlink: { url: `${first.url}/other` } });
      await dim(0.1);
      const again = await eventually('at the same host', () => first.asked[0]);
      assert.equal(again.headers.authorization, 'Bearer l');
      await put({ ...rest, downlink: { url: `${second.url}/1/rest` } });
      await dim(0.2);
      const elsewhere = await eventually('at another', () => second.asked[0]);
      assert.equal(elsewhere.headers.authorization, undefined);
    });
  });
}
