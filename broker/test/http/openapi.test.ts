import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startNotifyingBroker } from '../subscriptions/notifying-broker.ts';
import { eachDatabase } from '../support/index.ts';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly requestBody?: { readonly content: { readonly [type: string]: { readonly example?: unknown } } };
  readonly responses: object;
}
type Operations = { readonly [method: string]: Operation };
interface OpenApi {
  readonly openapi: string;
  readonly paths: { readonly [path: string]: Operations };
}

/** `GET /a/{id}` for each registered route of the broker. */
function registered(printed: string): Set<string> {
  const found = new Set<string>();
  const path: string[] = [];
  for (const line of printed.split('\n')) {
    const [, indent = '', segment = '', methods] = /^([│ ]*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (segment === '' && methods === undefined) continue;
    const depth = indent.length / 4;
    path.length = depth;
    path[depth] = segment;
    for (const method of methods?.split(', ') ?? []) {
      const whole = path.join('').replace(/:(\w+)/g, '{$1}');
      if (!['HEAD', 'OPTIONS'].includes(method) && !whole.includes('*')) found.add(`${method} ${whole}`);
    }
  }
  return found;
}

eachDatabase('/openapi', (test) => {
  test('is a valid OpenAPI 3.1 document of every route, and of no other', async (t, db) => {
    const broker = await startNotifyingBroker(db);
    t.after(() => broker.close());
    const answer = await broker.app.inject('/openapi');
    assert.equal(answer.statusCode, 200);
    const document = answer.json() as OpenApi;

    const validated = await new Validator().validate(structuredClone(document) as never);
    assert.equal(validated.valid, true, JSON.stringify(validated));
    assert.equal(document.openapi, '3.1.0');

    const documented = new Map<string, string>();
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { operationId }] of Object.entries(operations)) {
        documented.set(`${method.toUpperCase()} ${path}`, operationId);
      }
    }
    assert.equal(new Set(documented.values()).size, documented.size, 'each has an operationId of its own');
    const routes = registered(broker.app.printRoutes({ commonPrefix: false }));
    assert.ok(routes.size > 50, `${routes.size} routes`);
    for (const route of documented.keys()) assert.ok(routes.has(route), `${route} is no route`);
    for (const route of routes) {
      if (documented.has(route)) continue;
      const [method = '', path = ''] = route.split(' ');
      const refused = await broker.app.inject({ method: method as 'GET', url: path.replaceAll(/\{\w+\}/g, 'urn:a:b') });
      assert.equal(refused.statusCode, 405, `${route} is not told of`);
    }
    for (const route of [
      'POST /ngsi-ld/v1/subscriptions',
      'GET /ngsi-ld/v1/temporal/entities/{id}',
      'POST /ops/notifications/dead-letters/replay',
      'GET /events',
    ]) {
      assert.ok(documented.has(route), route);
    }
  });

  test('has a summary of each operation, and examples that the broker accepts', async (t, db) => {
    const broker = await startNotifyingBroker(db);
    t.after(() => broker.close());
    const { paths } = (await broker.app.inject('/openapi.json')).json() as OpenApi;
    const faults: string[] = [];
    let tried = 0;
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { summary, requestBody }] of Object.entries(operations)) {
        const name = `${method.toUpperCase()} ${path}`;
        if (summary === undefined) faults.push(`${name} has no summary`);
        const example = requestBody?.content['application/json']?.example;
        if (requestBody === undefined || UNTRIED.has(path)) continue;
        tried += 1;
        const url = filled(path, example);
        const headers = { 'content-type': 'application/json' };
        const payload = JSON.stringify(example);
        const answer = await broker.app.inject({ method: method.toUpperCase() as 'POST', url, headers, payload });
        const { statusCode, body } = answer;
        // The resource of an example need not exist, or may exist already.
        if (statusCode >= 300 && statusCode !== 404 && statusCode !== 409)
          faults.push(`${name}: ${statusCode} ${body}`);
      }
    }
    assert.deepEqual(faults, []);
    assert.ok(tried > 30, `${tried} examples`);
  });
});

/** Routes for other brokers, and routes that require a user's token. */
const UNTRIED = new Set(['/ngsi-ld/ex/remote-notify', '/ops/access/me/keys', '/ops/access/me/keys/{id}/rotate']);

/** A path with the id of the body. */
function filled(path: string, example: unknown): string {
  if (path.startsWith('/ops/access/limits/')) return '/ops/access/limits/anonymous';
  const { id = 'urn:ngsi-ld:Streetlight:42' } = (example ?? {}) as { id?: string };
  const values: { readonly [parameter: string]: string } = { id, attr: 'power', instanceId: 'urn:ngsi-ld:1' };
  return path.replaceAll(/\{(\w+)\}/g, (_all, parameter: string) => values[parameter] ?? parameter);
}
