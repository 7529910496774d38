import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { CONTEXT } from '../support/territory.ts';
import { startWebServer } from '../support/web-server.ts';
import type { Way, World } from './world.ts';

const LINK = `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"`;

/** A separate service, whose key replaces ABCDEF of the corpus. */
async function service(world: World, group: object) {
  const tenant = freshTenant();
  const key = `k${randomBytes(8).toString('hex')}`;
  const fiware = { 'fiware-service': tenant, 'fiware-servicepath': '/' };
  const own = JSON.parse(JSON.stringify({ groups: [group] }).replaceAll('ABCDEF', key));
  const made = await world.request('POST', '/iot/groups', own, fiware);
  assert.equal(made.status, 201, made.text);
  const keyed = (text: string): string => text.replaceAll('ABCDEF', key);
  return { tenant, key, fiware, keyed };
}

type Service = Awaited<ReturnType<typeof service>>;

async function shows(world: World, id: string, tenant: string, expected: Readonly<Record<string, unknown>>) {
  const isSo = (values: Record<string, unknown>): boolean =>
    Object.entries(expected).every(([name, value]) => JSON.stringify(values[name]) === JSON.stringify(value));
  return world.values(id, tenant, isSo);
}

async function kept(world: World, key: string): Promise<{ reason: string }> {
  return eventually(`quarantine of ${key}`, async () => {
    const { text } = await world.request('GET', '/iot/quarantine?limit=1000');
    const { frames } = JSON.parse(text) as { frames: { topic: string; reason: string }[] };
    return frames.find(({ topic }) => topic.includes(key));
  });
}

interface Measure {
  readonly topic: string;
  readonly payload: string;
  readonly expectAttrs?: Readonly<Record<string, unknown>>;
  readonly expectEntityId?: string;
  readonly expectHistory?: readonly (readonly [string, unknown])[];
  readonly expectCurrent?: unknown;
  readonly expect?: string;
}

interface JsonFile {
  readonly provisioning: { readonly body: { readonly groups: readonly object[] } };
  readonly cases: readonly Measure[];
  readonly command: {
    readonly patch: { readonly path: string; readonly body: object };
    readonly publishes: { readonly topic: string; readonly payload: string };
    readonly deviceReplies: { readonly topic: string; readonly payload: string };
    readonly expectAttrs: Readonly<Record<string, unknown>>;
  };
}

const TOPIC = /^\/?(json|ul)\/([^/]+)\/([^/]+)\/attrs(?:\/([^/]+))?$/;

/** Sends the same measurements by topic, or by the equivalent HTTP requests. */
async function measure(world: World, way: Way, topic: string, payload: string): Promise<void> {
  if (way === 'MQTT') return world.publish(topic, payload);
  const [, protocol, key, device, attribute] = TOPIC.exec(topic) ?? [];
  const isText = protocol === 'ul' || !/^[[{"\d]/.test(payload);
  const type = isText ? (protocol === 'ul' ? 'text/plain' : 'application/octet-stream') : 'application/json';
  // UltraLight has no HTTP request for one attribute.
  const path = protocol === 'ul' ? '/iot/d' : `/iot/json${attribute === undefined ? '' : `/attrs/${attribute}`}`;
  const body = protocol === 'ul' && attribute !== undefined ? `${attribute}|${payload}` : payload;
  const { status, text } = await world.request('POST', `${path}?k=${key}&i=${device}`, body, { 'content-type': type });
  assert.equal(status, String(key).startsWith('WRONG') ? 404 : 200, text);
}

export async function iotaJson(world: World, way: Way, file: JsonFile): Promise<void> {
  const { provisioning, cases, command } = file;
  const { tenant, keyed } = await service(world, provisioning.body.groups[0] ?? {});
  const [{ expectEntityId: id = '' } = {}] = cases;
  for (const { topic, payload, expectAttrs, expectHistory, expectCurrent, expect } of cases) {
    if (topic.includes('WRONGKEY')) {
      const wrong = `WRONG${randomBytes(4).toString('hex')}`;
      await measure(world, way, topic.replace('WRONGKEY', wrong), payload);
      // By HTTP the device gets an error; by MQTT the message is quarantined.
      if (way === 'MQTT') assert.equal((await kept(world, wrong)).reason, 'unknown_key');
      continue;
    }
    if (expectHistory !== undefined) {
      const past = await service(world, provisioning.body.groups[0] ?? {});
      await measure(world, way, past.keyed(topic), payload);
      await shows(world, id, past.tenant, { temperature: expectCurrent });
      assert.deepEqual(await world.history(id, past.tenant, 'temperature'), expectHistory);
      continue;
    }
    await measure(world, way, keyed(topic), payload);
    if (expectAttrs !== undefined) await shows(world, id, tenant, expectAttrs);
    if (expect?.includes('TimeInstant')) {
      const { observedAt } = await shows(world, id, tenant, { temperature: 20 });
      assert.ok(Math.abs(Date.parse(String(observedAt)) - Date.now()) < 60_000);
      const about = JSON.parse((await world.request('GET', '/iot/about')).text);
      assert.ok(about.warnings.some(({ message }: { message: string }) => message.includes('yesterday')));
    }
    if (expect?.includes('measure_id')) {
      await shows(world, id, tenant, { measure_id: 'x', measure_type: 'y', temperature: 1 });
    }
  }
  await commanded(world, way, { tenant, keyed }, command);
}

async function commanded(
  world: World,
  way: Way,
  { tenant, keyed }: Pick<Service, 'tenant' | 'keyed'>,
  { patch, publishes, deviceReplies, expectAttrs }: JsonFile['command'],
): Promise<void> {
  const messages = await world.listen(keyed(publishes.topic));
  const id = /entities\/([^/]+)\//.exec(patch.path)?.[1] ?? '';
  const headers = { 'ngsild-tenant': tenant, link: LINK };
  // An attribute must exist to be written; a device with commands gets it when it is created.
  await eventually('the command is taken', async () => {
    const { status } = await world.request('PATCH', patch.path, patch.body, headers);
    return status === 204 || undefined;
  });
  assert.equal(await eventually('the command', () => messages[0], 30_000), publishes.payload);
  if (way === 'MQTT') await world.publish(keyed(deviceReplies.topic), deviceReplies.payload);
  else {
    const [, , key, device] = keyed(deviceReplies.topic).split('/');
    const reply = await world.request('POST', `/iot/json/commands?k=${key}&i=${device}`, deviceReplies.payload, {
      'content-type': 'application/json',
    });
    assert.equal(reply.status, 200, reply.text);
  }
  await shows(world, id, tenant, expectAttrs);
}

interface HttpCase {
  readonly request: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly expectStatus?: number;
  readonly expectBody?: string;
  readonly expectObservedAt?: string;
  readonly expectAttrs?: Readonly<Record<string, unknown>>;
}

export async function iotaJsonHttp(world: World, _way: Way, file: { readonly cases: readonly HttpCase[] }) {
  const id = 'urn:ngsi-ld:Motion:motion001';
  const group = {
    apikey: 'ABCDEF',
    resource: '/iot/json',
    entity_type: 'Motion',
    transport: 'HTTP',
    commands: [
      { name: 'turn', type: 'command' },
      { name: 'move', type: 'command' },
    ],
  };
  const { tenant, keyed } = await service(world, group);
  for (const { request, contentType, body, expectStatus, expectBody, expectObservedAt, expectAttrs } of file.cases) {
    if (request.includes('getCmd')) {
      for (const [command, value] of Object.entries(JSON.parse(expectBody ?? '{}'))) {
        const asked = { entityId: id, command, value };
        const { status, text } = await world.request('POST', '/iot/commands', asked, { 'ngsild-tenant': tenant });
        assert.equal(status, 202, text);
      }
    }
    const apart = expectObservedAt === undefined ? undefined : await service(world, group);
    const [method = '', path = ''] = (apart?.keyed ?? keyed)(request).split(' ');
    const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
    const answer = await world.request(method, path, body, headers);
    assert.equal(answer.status, expectStatus ?? 200, `${request}: ${answer.text}`);
    if (expectBody !== undefined) assert.equal(answer.text, expectBody);
    if (apart !== undefined) {
      const { observedAt } = await world.values(id, apart.tenant, () => true);
      assert.equal(observedAt, expectObservedAt);
    }
    if (expectAttrs !== undefined) await shows(world, id, tenant, expectAttrs);
    if (request.includes('getCmd'))
      await shows(world, id, tenant, { turn_status: 'DELIVERED', move_status: 'DELIVERED' });
  }
}

interface UltraLightFile {
  readonly measures: readonly {
    readonly payload: string;
    readonly expectGroups?: readonly Readonly<Record<string, unknown>>[];
    readonly expectError?: boolean;
  }[];
  readonly mqtt: readonly { readonly topic: string; readonly payload: string }[];
  readonly http: readonly HttpCase[];
  readonly commands: readonly {
    readonly attr: string;
    readonly value: unknown;
    readonly publishes?: { readonly topic: string; readonly payload: string };
    readonly reply?: { readonly topic: string; readonly payload: string };
    readonly expectAttrs?: Readonly<Record<string, unknown>>;
    readonly push?: { readonly contentType: string; readonly body: string; readonly deviceAnswers: string };
  }[];
}

const UL_GROUP = { apikey: 'ABCDEF', resource: '/iot/d', entity_type: 'Thing', explicitAttrs: false };

export async function ultraLight(world: World, way: Way, file: UltraLightFile): Promise<void> {
  for (const { payload, expectGroups = [], expectError } of file.measures) {
    const { tenant, key } = await service(world, UL_GROUP);
    const id = 'urn:ngsi-ld:Thing:d';
    if (expectError === true) {
      if (way === 'MQTT') {
        await world.publish(`/ul/${key}/d/attrs`, payload);
        assert.equal((await kept(world, key)).reason, 'bad_syntax', payload);
      } else {
        const answer = await world.request('POST', `/iot/d?k=${key}&i=d`, payload, { 'content-type': 'text/plain' });
        assert.equal(answer.status, 400, payload);
      }
      assert.equal(await world.entity(id, tenant), undefined);
      continue;
    }
    await measure(world, way, `/ul/${key}/d/attrs`, payload);
    for (const { TimeInstant, ...values } of expectGroups) {
      for (const [name, value] of Object.entries(values)) {
        if (value === null) continue;
        if (TimeInstant === undefined) await shows(world, id, tenant, { [name]: value });
        else {
          await world.values(id, tenant, (found) => name in found);
          const at = new Date(String(TimeInstant)).toISOString();
          const history = await world.history(id, tenant, name);
          assert.ok(
            history.some(([time, got]) => time === at && got === value),
            `${name} at ${at}`,
          );
        }
      }
    }
  }
  const { tenant, keyed } = await service(world, UL_GROUP);
  for (const { topic, payload } of file.mqtt) await measure(world, way, keyed(topic), payload);
  await shows(world, 'urn:ngsi-ld:Thing:id_sen1', tenant, { h: 70, t: 15 });
  if (way === 'HTTP') {
    for (const { request, contentType, body, expectStatus, expectBody } of file.http) {
      const [method = '', path = ''] = keyed(request).split(' ');
      const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
      const answer = await world.request(method, path, body, headers);
      assert.equal(answer.status, expectStatus, answer.text);
      if (expectBody !== undefined) assert.equal(answer.text, expectBody);
    }
  }
  for (const command of file.commands) await ultraLightCommand(world, command);
}

async function ultraLightCommand(world: World, command: UltraLightFile['commands'][number]): Promise<void> {
  const { attr, value, publishes, reply, expectAttrs, push } = command;
  const { tenant, keyed, fiware } = await service(world, UL_GROUP);
  const device = publishes?.topic.split('/')[2] ?? push?.body.split('@')[0] ?? '';
  const web =
    push && (await startWebServer(() => ({ body: push.deviceAnswers, headers: { 'content-type': 'text/plain' } })));
  try {
    const made = {
      device_id: device,
      commands: [{ name: attr, type: 'command' }],
      ...(web === undefined ? {} : { transport: 'HTTP', endpoint: `${web.url}/device` }),
    };
    assert.equal((await world.request('POST', '/iot/devices', { devices: [made] }, fiware)).status, 201);
    const messages = publishes === undefined ? [] : await world.listen(keyed(publishes.topic));
    const id = `urn:ngsi-ld:Thing:${device}`;
    const asked = { entityId: id, command: attr, value };
    const taken = await world.request('POST', '/iot/commands', asked, { 'ngsild-tenant': tenant });
    assert.equal(taken.status, 202, taken.text);
    if (publishes !== undefined)
      assert.equal(await eventually('the command', () => messages[0], 30_000), publishes.payload);
    if (reply !== undefined) {
      await world.publish(keyed(reply.topic), reply.payload);
      await shows(world, id, tenant, expectAttrs ?? {});
    }
    if (push === undefined || web === undefined) return;
    const asking = await eventually('the push', () => web.asked[0], 30_000);
    assert.deepEqual([asking.body, asking.headers['content-type']], [push.body, push.contentType]);
    await shows(world, id, tenant, { [`${attr}_status`]: 'OK', [`${attr}_info`]: push.deviceAnswers.split('|')[1] });
  } finally {
    await web?.close();
  }
}
