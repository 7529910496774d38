import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { freshTenant, type testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { freePort } from '../../../scripts/programs.ts';
import type { Device, DeviceProfile } from '../../src/main.ts';
import type { Territory } from '../support/territory.ts';
import { heardOn, LINK, startTerritory } from '../support/territory.ts';

export type Way = 'MQTT' | 'HTTP';
type TestDatabase = ReturnType<typeof testDatabases>[number];

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * The external interfaces of the product for network servers, devices and operators: an MQTT broker and an HTTP port.
 */
export interface World {
  readonly territory: Territory;
  /** Sends a message of a network server: published on the topic, or posted to the webhook with the query. */
  say(way: Way, topic: string, body: object, query?: string): Promise<void>;
  publish(topic: string, payload: string): Promise<void>;
  /** Collects the messages on the topic from now on. */
  listen(topic: string): Promise<string[]>;
  request(method: string, path: string, body?: string | object, headers?: Record<string, string>): Promise<Answer>;
  /** Registers a new device in its own tenant. */
  device(profile: DeviceProfile, members?: Partial<Device>): Promise<Device & { asset: string; tenant: string }>;
  /** The values of an entity, when they satisfy `holds`. */
  values(
    id: string,
    tenant: string,
    holds: (values: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown>>;
  entity(id: string, tenant: string): Promise<Entity | undefined>;
  /** The history of an attribute, by `observedAt`. */
  history(id: string, tenant: string, attribute: string): Promise<(readonly [string, unknown])[]>;
  quarantined(devEui: string): Promise<{ reason: string; message: string }>;
  query<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function openWorld(database: TestDatabase): Promise<World> {
  const db = await database.open();
  const port = await freePort();
  const territory = await startTerritory(db, { notifyUrl: `http://127.0.0.1:${port}/iot/notify` });
  await territory.app.listen({ port, host: '127.0.0.1' });
  const { mqtt, agents } = territory;
  const base = `http://127.0.0.1:${port}`;

  const request: World['request'] = async (method, path, body, headers = {}) => {
    const isText = typeof body === 'string';
    const answer = await fetch(base + path, {
      method,
      headers: { ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  };

  return {
    territory,
    request,
    async say(way, topic, body, query = '') {
      if (way === 'MQTT') await mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 });
      else assert.equal((await request('POST', `/iot/lns${query}`, body)).status, 202);
    },
    publish: async (topic, payload) => void (await mqtt.publishAsync(topic, payload, { qos: 1 })),
    listen: (topic) => heardOn(mqtt, topic),
    async device(profile, members = {}) {
      const devEui = members.devEui ?? randomBytes(8).toString('hex');
      const asset = `urn:ngsi-ld:Thing:${devEui}`;
      const device = { devEui, profile: profile.id, asset, tenant: freshTenant(), ...members };
      await agents.provision({ profiles: [profile], devices: [device] });
      return device;
    },
    values: (id, tenant, holds) =>
      eventually(
        `values of ${id}`,
        async () => {
          const entity = await territory.entity(id, tenant);
          const values = entity === undefined ? undefined : valuesOf(entity);
          return values !== undefined && holds(values) ? values : undefined;
        },
        30_000,
      ),
    entity: (id, tenant) => territory.entity(id, tenant),
    async history(id, tenant, attribute) {
      const { status, text } = await request(
        'GET',
        `/ngsi-ld/v1/temporal/entities/${encodeURIComponent(id)}?attrs=${attribute}&lastN=100`,
        undefined,
        { 'ngsild-tenant': tenant, link: LINK },
      );
      assert.ok(status === 200 || status === 206, text);
      const found: unknown = JSON.parse(text)[attribute] ?? [];
      const instances = (Array.isArray(found) ? found : [found]) as { observedAt: string; value: unknown }[];
      return instances
        .map(({ observedAt, value }) => [observedAt, value] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1));
    },
    quarantined: (devEui) =>
      eventually(
        `quarantine of ${devEui}`,
        async () => {
          const { text } = await request('GET', `/iot/quarantine?devEui=${devEui}`);
          return (JSON.parse(text) as { frames: { reason: string; message: string }[] }).frames[0];
        },
        30_000,
      ),
    query: async <Row>(text: string, values: readonly unknown[]) => (await db.query<Row>({ text, values })).rows,
    close: () => territory.close(),
  };
}

function valuesOf(entity: Entity): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(entity)) {
    if (typeof attribute !== 'object' || attribute === null || !('value' in attribute)) continue;
    values[name] = attribute.value;
    if ('observedAt' in attribute) values.observedAt = attribute.observedAt;
  }
  return values;
}

/** Checks that every expected member exists. */
export function assertHolds(got: unknown, expected: unknown, path = ''): void {
  if (Array.isArray(expected)) {
    assert.ok(Array.isArray(got) && got.length >= expected.length, `${path} is ${JSON.stringify(got)}`);
    for (const [index, item] of expected.entries()) assertHolds(got[index], item, `${path}[${index}]`);
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [name, value] of Object.entries(expected)) {
      assertHolds((got as Record<string, unknown> | undefined)?.[name], value, `${path}.${name}`);
    }
  } else assert.equal(got, expected, path);
}
