import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { freshTenant, type testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { InjectOptions } from 'fastify';
import type { Territory } from './territory.ts';
import { attributeValue, startTerritory } from './territory.ts';

export const WEATHER = {
  resource: '/iot/json',
  entity_type: 'WeatherObserved',
  transport: 'MQTT',
  attributes: [
    { object_id: 't', name: 'temperature', type: 'Number', metadata: { unitCode: { type: 'Text', value: 'CEL' } } },
    { object_id: 'h', name: 'relativeHumidity', type: 'Number', expression: 'h / 100' },
  ],
  commands: [{ name: 'ping', type: 'command' }],
  static_attributes: [{ name: 'source', type: 'Text', value: 'town-hall' }],
};

/** A territory that starts with the first request, with services of FIWARE's IoT agents. */
export function fiwareServices(database: ReturnType<typeof testDatabases>[number]) {
  let started: Promise<Territory> | undefined;
  const territory = async (): Promise<Territory> => {
    started ??= database.open().then((db) => startTerritory(db));
    return started;
  };
  const ask = async (options: InjectOptions) => {
    const answer = await (await territory()).app.inject(options);
    const isJson = answer.headers['content-type']?.toString().includes('json') && answer.body !== '';
    return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
  };
  /** A new service with one group. */
  const freshService = async (group: object = WEATHER) => {
    const service = freshTenant();
    const apikey = `k${randomBytes(8).toString('hex')}`;
    const headers = { 'fiware-service': service, 'fiware-servicepath': '/' };
    const provision = (method: InjectOptions['method'], path: string, payload?: object) =>
      ask({ method, url: `/iot${path}`, headers, ...(payload === undefined ? {} : { payload }) });
    assert.deepEqual(await provision('POST', '/groups', { groups: [{ ...group, apikey }] }), {
      status: 201,
      body: {},
    });
    const measure = (path: string, payload: string, type = 'application/json') =>
      ask({ method: 'POST', url: `/iot${path}`, payload, headers: { 'content-type': type } });
    const publish = async (topic: string, payload: string) =>
      (await territory()).mqtt.publishAsync(topic.replace('KEY', apikey), payload, { qos: 1 });
    const entity = (id: string, has: Record<string, unknown>) =>
      eventually(`${id} with ${JSON.stringify(has)}`, async () => {
        const found = await (await territory()).entity(id, service);
        return found !== undefined &&
          Object.entries(has).every(([name, value]) => same(attributeValue(found, name), value))
          ? found
          : undefined;
      });
    return { service, apikey, headers, provision, measure, publish, entity };
  };
  const quarantined = (apikey: string) =>
    eventually(`quarantine of ${apikey}`, async () => {
      const { body } = await ask({ method: 'GET', url: '/iot/quarantine?limit=1000' });
      return (body.frames as { topic: string; reason: string; message: string }[]).find(({ topic }) =>
        topic.includes(apikey),
      );
    });
  return { territory, ask, freshService, quarantined, close: async () => (await started)?.close() };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
