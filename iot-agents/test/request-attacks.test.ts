import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Territory } from './support/territory.ts';
import { startTerritory } from './support/territory.ts';

const [database] = testDatabases();

/** Routes with other error formats: measurements use the devices' protocols, TALQ has its own errors. */
const OTHER_ANSWERS = /^\/iot\/(json|d|talq|lns)\b/;

describe('attacks on the requests under /iot', () => {
  let territory: Territory;
  before(async () => {
    assert.ok(database !== undefined);
    territory = await startTerritory(await database.open());
  });
  after(() => territory.close());

  const random = (prefix: string): string => `${prefix}${randomBytes(6).toString('hex')}`;
  const group = async (headers: Record<string, string>, apikey = random('k')): Promise<string> => {
    const payload = { groups: [{ apikey, resource: '/iot/json', entity_type: 'Thing' }] };
    const answer = await territory.app.inject({ method: 'POST', url: '/iot/groups', headers, payload });
    assert.equal(answer.statusCode, 201, answer.body);
    return apikey;
  };

  test('a body that is not JSON, that the database can’t store or that is too deep: 400 with a problem, on every route', async () => {
    const { app } = territory;
    const { paths } = (await app.inject({ url: '/openapi' })).json() as { paths: Record<string, object> };
    const routes = Object.entries(paths)
      .filter(([path]) => path.startsWith('/iot/'))
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })))
      .filter(({ method }) => method === 'POST' || method === 'PUT' || method === 'PATCH');
    assert.ok(routes.length > 20, `${routes.length} routes`);
    const bodies = [
      '{"id":',
      '{"id":"a\\u0000b","name":"x\\u0000"}',
      '{"id":"\\ud800","devices":[{"device_id":"\\udfff"}]}',
      `${'['.repeat(200)}${']'.repeat(200)}`,
      Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    ];
    for (const { path, method } of routes) {
      for (const payload of bodies) {
        const url = path.replaceAll(/\{\w+\}/g, 'none');
        const headers = { 'content-type': 'application/json', 'ngsild-tenant': 'fuzz', 'fiware-servicepath': '/' };
        const answer = await app.inject({ method: method as 'POST', url, headers, payload });
        const what = `${method} ${url} ${payload}: ${answer.statusCode} ${answer.body}`;
        if (OTHER_ANSWERS.test(path)) assert.ok(answer.statusCode < 500, what);
        else {
          assert.equal(answer.statusCode, 400, what);
          assert.match(String(answer.headers['content-type']), /^application\/problem\+json/, what);
          const { status, detail, title } = answer.json();
          assert.deepEqual([status, typeof detail, typeof title], [400, 'string', 'string'], what);
        }
      }
    }
  });

  test('U+0000 in the path or in the query: 400 with a problem, on every route', async () => {
    const { app } = territory;
    const { paths } = (await app.inject({ url: '/openapi' })).json() as { paths: Record<string, object> };
    for (const [path, methods] of Object.entries(paths)) {
      if (!path.startsWith('/iot/') || path.startsWith('/iot/talq')) continue;
      const urls = [`${path.replaceAll(/\{\w+\}/g, 'none')}?k=a%00&i=b%00&limit=%00&apikey=%00`];
      if (path.includes('{')) urls.push(path.replaceAll(/\{\w+\}/g, 'a%00b'));
      for (const url of urls) {
        for (const method of Object.keys(methods)) {
          const headers = { 'ngsild-tenant': 'fuzz', 'fiware-servicepath': '/' };
          const answer = await app.inject({ method: method.toUpperCase() as 'GET', url, headers });
          assert.equal(answer.statusCode, 400, `${method} ${url}: ${answer.statusCode} ${answer.body}`);
        }
      }
    }
  });

  test('a device identifier with a question mark: authorised and delivered as the same device', async (t) => {
    const { app, entity } = territory;
    const tenant = freshTenant();
    const apikey = await group({ 'fiware-service': tenant, 'fiware-servicepath': '/' });
    const credential = `/iot/registry/mqtt-credentials/${random('u')}`;
    const payload = { apikey, device: 'd1', http: true, password: random('password-') };
    assert.equal((await app.inject({ method: 'PUT', url: credential, payload })).statusCode, 204);
    t.after(() => app.inject({ method: 'DELETE', url: credential }));
    const measure = (url: string) => app.inject({ method: 'POST', url, payload: { n: 1 } });
    assert.equal((await measure(`/iot/json?k=${apikey}&i=d1`)).statusCode, 401);
    for (const id of ['d1?z', 'd1%3Fz']) assert.equal((await measure(`/iot/json?k=${apikey}&i=${id}`)).statusCode, 200);
    for (const ids of ['i=d2&i=d1', 'i=d1%2Fx', 'i=d1%0A', 'i=%2B', 'i=d1%23']) {
      const answer = await measure(`/iot/json?k=${apikey}&${ids}`);
      assert.equal(answer.statusCode, 400, `${ids}: ${answer.body}`);
    }
    await eventually('the measure of the other device', () => entity('urn:ngsi-ld:Thing:d1?z', tenant));
    assert.equal(await entity('urn:ngsi-ld:Thing:d1', tenant), undefined);
  });

  test('a connection spelled with escapes: delivered by the connection that accepted it', async (t) => {
    const { app } = territory;
    const id = random('c');
    const secret = random('secret-');
    const url = `/iot/registry/connections/${id}`;
    const payload = { name: id, secret, pointers: { devEui: '/device' } };
    assert.equal((await app.inject({ method: 'PUT', url, payload })).statusCode, 204);
    t.after(() => app.inject({ method: 'DELETE', url }));
    const devEui = randomBytes(8).toString('hex');
    const answer = await app.inject({
      method: 'POST',
      url: `/iot/lns/%${id.charCodeAt(0).toString(16)}${id.slice(1)}`,
      headers: { authorization: `Bearer ${secret}` },
      payload: { device: devEui },
    });
    assert.equal(answer.statusCode, 202, answer.body);
    // The device is not registered: the frame is parsed by the pointers of the connection, and waits.
    await eventually('the frame', async () => {
      const pending = (await app.inject(`/iot/pending?limit=1000`)).body;
      return pending.includes(devEui) ? true : undefined;
    });
  });

  test('a tenant in another spelling: another tenant, also for services and devices', async () => {
    const { app } = territory;
    const name = `T${randomBytes(4).toString('hex')}x`;
    const path = { 'fiware-servicepath': '/' };
    const apikey = await group({ 'ngsild-tenant': name, ...path });
    const keys = async (headers: Record<string, string>): Promise<string[]> => {
      const answer = await app.inject({ url: '/iot/services', headers });
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.json().services.map((service: { apikey: string }) => service.apikey);
    };
    assert.deepEqual(await keys({ 'ngsild-tenant': name, ...path }), [apikey]);
    assert.deepEqual(await keys({ 'ngsild-tenant': name.toLowerCase(), ...path }), []);
    assert.deepEqual(await keys({ 'fiware-service': name, ...path }), []);
    for (const headers of [
      { 'ngsild-tenant': '', 'fiware-service': 'victim' },
      { 'ngsild-tenant': 'one', 'fiware-service': 'two' },
    ]) {
      assert.equal((await app.inject({ url: '/iot/devices', headers: { ...headers, ...path } })).statusCode, 400);
    }
  });
});
