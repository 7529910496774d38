import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import { connectAsync } from 'mqtt';
import { type PlatformProcess, startPlatformProcess } from './support/platform-process.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

/** The members that the test reads. */
interface Traces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

const ENTITY = 'urn:ngsi-ld:WeatherObserved:d1';
const JSON_TYPE = { 'content-type': 'application/json', 'ngsild-tenant': 'town' };
const LD_TYPE = { ...JSON_TYPE, 'content-type': 'application/ld+json' };

describe('one request id', () => {
  /** Received notifications and commands. */
  const heard: Heard[] = [];
  const spans: Span[] = [];
  let dataDir: string;
  let receiver: ReturnType<typeof createServer>;
  let receiverUrl: string;
  let platform: PlatformProcess;
  let context: string;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-traces-'));
    receiver = createServer((request, response) => void take(request, response)).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const address = receiver.address();
    assert.ok(typeof address === 'object' && address !== null);
    receiverUrl = `http://127.0.0.1:${address.port}`;
    platform = await startPlatformProcess({
      DATA_DIR: dataDir,
      DEMO: 'off',
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiverUrl}/otlp`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=town%201',
    });
    const fiware = { ...JSON_TYPE, 'fiware-service': 'town', 'fiware-servicepath': '/' };
    const commands = [{ name: 'ping', type: 'command' }];
    const groups = [{ apikey: 'key', resource: '/iot/json', entity_type: 'WeatherObserved', commands }];
    await post('/iot/groups', { groups }, fiware);
    await post('/iot/devices', { devices: [{ device_id: 'd1', endpoint: `${receiverUrl}/device` }] }, fiware);
    context = `${platform.url.replace('127.0.0.1', 'localhost')}${TERRITORY_CONTEXT_PATH}`;
    const subscription = {
      '@context': context,
      type: 'Subscription',
      entities: [{ type: 'WeatherObserved' }],
      watchedAttributes: ['temperature'],
      notification: { endpoint: { uri: `${receiverUrl}/notify`, accept: 'application/json' } },
    };
    await post('/ngsi-ld/v1/subscriptions', subscription, LD_TYPE);
  });
  after(async () => {
    await platform?.stop();
    receiver.closeAllConnections();
    receiver.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await json(request);
    const { url: path = '', headers } = request;
    if (path === '/otlp/v1/traces') {
      assert.equal(headers['x-tenant'], 'town 1');
      for (const { scopeSpans } of (body as Traces).resourceSpans)
        for (const scope of scopeSpans) spans.push(...scope.spans);
    } else heard.push({ path, headers, body });
    response.writeHead(200, JSON_TYPE).end('{}');
  }

  async function post(path: string, body: object, headers: Record<string, string> = JSON_TYPE) {
    const answer = await fetch(platform.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
  }

  /** Waits for the notification of a temperature. */
  const notified = (temperature: number) =>
    eventually(`a notification of ${temperature}`, () =>
      heard.find(({ path, body }) => path === '/notify' && JSON.stringify(body).includes(`"value":${temperature}`)),
    );
  const spanOf = (traceId: string, name: RegExp) =>
    eventually(`a span ${name} of ${traceId}`, () =>
      spans.find((span) => span.traceId === traceId && name.test(span.name)),
    );

  test('is created for a request, returned with each answer, and taken from a client that sends one', async () => {
    const idOf = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(platform.url + path, { headers })).headers.get('x-request-id') ?? '';
    const [one, other] = [await idOf('/ngsi-ld/v1/types'), await idOf('/ngsi-ld/v1/types')];
    assert.match(one, /^[0-9a-f]{32}$/);
    assert.notEqual(one, other);
    assert.equal(await idOf('/nowhere', { 'x-request-id': 'proxy-1:42' }), 'proxy-1:42');
    assert.match(await idOf('/version', { 'x-request-id': 'with spaces' }), /^[0-9a-f]{32}$/);
    const trace = 'c'.repeat(32);
    assert.equal(await idOf('/version', { traceparent: `00-${trace}-00f067aa0ba902b7-01` }), trace);
  });

  test('is passed from a request to the log, to notifications and to spans', async () => {
    const [id, parent] = ['a'.repeat(32), 'b'.repeat(16)];
    const headers = { ...LD_TYPE, traceparent: `00-${id}-${parent}-01` };
    const temperature = { type: 'Property', value: 17.25 };
    const entity = {
      '@context': context,
      id: 'urn:ngsi-ld:WeatherObserved:town',
      type: 'WeatherObserved',
      temperature,
    };
    await post('/ngsi-ld/v1/entities', entity, headers);
    const notification = await notified(17.25);
    assert.equal(notification.headers['x-request-id'], id);

    const server = await spanOf(id, /^POST \/ngsi-ld\/v1\/entities$/);
    assert.equal(server.parentSpanId, parent);
    const notify = await spanOf(id, /^notify$/);
    assert.equal(notify.parentSpanId, server.spanId);
    assert.equal(notification.headers.traceparent, `00-${id}-${notify.spanId}-01`);
    const logged = await eventually('a line of the log', () =>
      platform
        .output()
        .split('\n')
        .find((line) => line.includes(id) && line.includes('a request was answered')),
    );
    const { requestId, route, status } = JSON.parse(logged);
    assert.deepEqual([requestId, route, status], [id, '/ngsi-ld/v1/entities', 201]);
  });

  test('is passed from the message of a device to the notification of its measurement', async () => {
    const byHttp = 'd'.repeat(32);
    const sent = { ...JSON_TYPE, 'x-request-id': byHttp };
    await post('/iot/json?k=key&i=d1', { temperature: 18.5 }, sent);
    assert.equal((await notified(18.5)).headers['x-request-id'], byHttp);

    const mqtt = await connectAsync(platform.mqttUrl);
    await mqtt.publishAsync('/json/key/d1/attrs', '{"temperature":19.5}', { qos: 1 });
    await mqtt.endAsync();
    const id = String((await notified(19.5)).headers['x-request-id']);
    assert.match(id, /^[0-9a-f]{32}$/);
    const message = await spanOf(id, /^device message$/);
    assert.equal((await spanOf(id, /^notify$/)).parentSpanId, message.spanId);
  });

  test('is passed from a request to the device that gets a command', async () => {
    const id = 'e'.repeat(32);
    const command = { entityId: ENTITY, command: 'ping', value: 1 };
    const answer = await post('/iot/commands', command, { ...JSON_TYPE, 'x-request-id': id });
    const got = await eventually('the command', () => heard.find(({ path }) => path.startsWith('/device')));
    assert.equal(got.headers['x-request-id'], id);
    const { id: commandId } = (await answer.json()) as { id: string };
    const shown = (await (await fetch(`${platform.url}/iot/commands/${commandId}`)).json()) as { requestId: string };
    assert.equal(shown.requestId, id);
    await spanOf(id, /^command ping$/);
  });

  test('is passed from a request to the job that it enqueues', async () => {
    const id = 'f'.repeat(32);
    await post('/ops/jobs/identity.forget-expired/run', {}, { ...JSON_TYPE, 'x-request-id': id });
    const runs = async () => {
      const answer = await fetch(`${platform.url}/ops/jobs/identity.forget-expired`);
      return ((await answer.json()) as { runs: { requestId?: string; state: string }[] }).runs;
    };
    await eventually('the run', async () =>
      (await runs()).some(({ requestId, state }) => requestId === id && state === 'completed'),
    );
    const request = await spanOf(id, /^POST \/ops\/jobs/);
    assert.equal((await spanOf(id, /^job identity\.forget-expired$/)).parentSpanId, request.spanId);
  });
});
