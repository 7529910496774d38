import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { anotherPostgres, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { freePort } from '../../../scripts/programs.ts';
import { startMailServer } from '../../channels/test/support/mail-server.ts';
import { openData } from '../src/service.ts';
import { LAMP_DATASET, publish, startOpenDataHost, writeLamps } from './support/open-data-host.ts';

const run = promisify(execFile);
const database = anotherPostgres() ?? testDatabases()[0];
const RECEIVER = 'https://receiver.example.org/told';

const PATIENCE_MS = 60_000;

test('the examples of the page for developers run as shown, and signed messages are told from forged ones', async (t) => {
  assert.ok(database);
  const folder = await mkdtemp(join(tmpdir(), 'examples-'));
  t.after(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const host = await startOpenDataHost(t, await database.open(), { publicUrl });
  await host.app.listen({ port, host: 'localhost' });
  await writeLamps(host);
  await publish(host, 'lamps', LAMP_DATASET);
  const context = `${publicUrl}/contexts/territory/v1.jsonld`;
  const air = async (pm10: number) => {
    const property = { type: 'Property', value: pm10, unitCode: 'GQ', observedAt: new Date().toISOString() };
    const entity = { id: 'urn:ngsi-ld:AirQualityObserved:1', type: 'AirQualityObserved', pm10: property };
    const { errors = [] } = await host.broker.client.batchUpsert([entity], { context });
    assert.deepEqual(errors, []);
  };
  await air(21);
  const page = await (await fetch(`${publicUrl}/developers?lang=en`)).text();
  assert.match(page, /<html lang="en">/);
  assert.match(await (await fetch(`${publicUrl}/developers`)).text(), /Pour les développeurs/);
  const examples = examplesOf(page);
  const shell = async (code: string) =>
    (await run('bash', ['-c', code], { cwd: folder, env: { ...process.env, ALZETTE_KEY: 'none' } })).stdout;
  const script = async (program: string, file: string, code: string) => {
    await writeFile(join(folder, file), code);
    const env = { ...process.env, ALZETTE_KEY: 'none' };
    return (await run(program, [join(folder, file)], { env })).stdout;
  };

  await t.test('reading', async () => {
    assert.match(await shell(examples.of('types')), /AirQualityObserved/);
    assert.match(await shell(examples.of('curl')), /Rue de la République/);
    assert.match(await script(process.execPath, 'dataset.mjs', examples.of('JavaScript')), /Lampadaire 001/);
    assert.match(await shell(examples.of('curl', 1)), /"pm10": ?21/);
    assert.match(await script(process.execPath, 'history.mjs', examples.of('JavaScript', 1)), /pm10/);
    // The first one of Python needs pandas, which is no part of our tests.
    assert.match(await script('python3', 'history.py', examples.of('Python', 1)), /'pm10'.*21/);
  });

  await t.test('being told', async (t) => {
    const { url, next } = await receiver(t);
    assert.match(examples.of('curl', 2), new RegExp(RECEIVER));
    await shell(examples.of('curl', 2).replace(RECEIVER, url));
    await air(48);
    const { headers, body } = await next();
    assert.match(body, /48/);
    const file = join(folder, 'is-genuine.mjs');
    await writeFile(file, examples.of('JavaScript', 2));
    const { isGenuine } = await import(pathToFileURL(file).href);
    assert.equal(isGenuine(headers, body, 'a secret of your own'), true);
    assert.equal(isGenuine(headers, body.replace('48', '47'), 'a secret of your own'), false);
    assert.equal(isGenuine(headers, body, 'another secret'), false);
    assert.equal(isGenuine({}, body, 'a secret of your own'), false);
  });

  await t.test('being told, by the form, with a secret that is shown once, and checked in two languages', async (t) => {
    const { url, next } = await receiver(t);
    const sent = await fetch(`${publicUrl}/developers?lang=en`, {
      method: 'POST',
      body: new URLSearchParams({ form: 'webhook', type: 'AirQualityObserved', uri: url }),
    });
    const answer = await sent.text();
    assert.equal(sent.status, 200, answer);
    const [, secret = ''] = /data-secret="webhook">(whsec_[^<]+)</.exec(answer) ?? [];
    const [, id = ''] = /subscriptions\/(urn:[^"&]+)/.exec(answer) ?? [];
    const shown = await host.ask('GET', `/ngsi-ld/v1/subscriptions/${id}`);
    assert.deepEqual(shown.body.notification.endpoint.notifierInfo, [{ key: 'HMAC-SHA256-Key', value: '***' }]);
    await air(52);
    const { headers, body } = await next();
    const { isGenuine } = await import(pathToFileURL(join(folder, 'is-genuine.mjs')).href);
    assert.deepEqual([isGenuine(headers, body, secret), isGenuine(headers, body, `${secret}BBBB`)], [true, false]);
    const asked = [body, body.replace('52', '51')].map((text) => ({ headers, text, secret }));
    const judge = `import json, sys\nfor each in json.load(open(sys.argv[1])):\n    print(is_genuine(each["headers"], each["text"].encode(), each["secret"]))`;
    await writeFile(join(folder, 'told.json'), JSON.stringify(asked));
    await writeFile(join(folder, 'is_genuine.py'), `${examples.of('Python', 2)}\n${judge}\n`);
    const { stdout } = await run('python3', [join(folder, 'is_genuine.py'), join(folder, 'told.json')]);
    assert.deepEqual(stdout.trim().split('\n'), ['True', 'False']);
    const wrong = await fetch(`${publicUrl}/developers?lang=en`, {
      method: 'POST',
      body: new URLSearchParams({ form: 'webhook', type: 'AirQualityObserved', uri: 'nowhere' }),
    });
    assert.deepEqual([wrong.status, /endpoint\.uri: got/.test(await wrong.text())], [400, true]);
  });
});

test('a company asks for a key on the page, an administrator grants it, and it comes by mail with its rights and limits', async (t) => {
  assert.ok(database);
  const { letters, settings } = await startMailServer(t);
  const sandbox = `sandbox-${randomUUID().slice(0, 8)}`;
  const host = await startServiceHost(t, await database.open(), [openData], {
    access: 'enforced',
    jobs: true,
    settings: { ...settings, SANDBOX: sandbox, OUTGOING: '127.0.0.0/8' },
  });
  const send = (fields: Record<string, string>) =>
    host.app.inject({
      method: 'POST',
      url: '/developers?lang=en',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    });
  const company = `Société ${randomUUID()}`;
  const form = { name: company, email: 'dev@example.org', purpose: 'Air quality in our app' };
  assert.match((await host.app.inject('/developers?lang=en')).body, /Ask for a key/);
  const incomplete = await send({ ...form, email: 'dev' });
  assert.deepEqual([incomplete.statusCode, /a valid e-mail address/.test(incomplete.body)], [400, true]);
  assert.equal((await send({ ...form, website: 'https://spam.example' })).statusCode, 400);
  const asked = await send(form);
  assert.deepEqual([asked.statusCode, /The answer comes by mail/.test(asked.body)], [200, true]);

  const root = { authorization: await host.authorizationOf({ sub: 'root', roles: ['administrator'] }) };
  const as = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) =>
    host.ask(method, path, body, root);
  const mine = async () => {
    const { requests } = (await as('GET', '/opendata/key-requests')).body;
    return requests.find(({ name }: { name: string }) => name === company);
  };
  const { id, state } = await mine();
  assert.equal(state, 'open');
  const reader = { authorization: await host.authorizationOf({ sub: 'rita', roles: ['reader'] }) };
  assert.equal((await host.ask('GET', '/opendata/key-requests', undefined, reader)).status, 403);
  const path = `/opendata/key-requests/${id}`;
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const grant = { decision: 'grant', types: ['AirQualityObserved'], perMinute: 3, expiresAt };
  assert.match((await as('PUT', path, { ...grant, types: [] })).body.detail, /types/);
  const granted = await as('PUT', path, grant);
  assert.deepEqual([granted.status, granted.body], [200, { isMailed: true }]);
  assert.equal((await as('PUT', path, grant)).status, 409, 'it was granted');

  const letter = letters.find(({ to }) => to === 'dev@example.org');
  assert.match(letter?.subject ?? '', /^Your key/);
  const [, key = ''] = /keep it secret:\s+(\S+)/.exec(letter?.text ?? '') ?? [];
  const withKey = { 'x-api-key': key };
  const query = (type: string) => host.ask('GET', `/ngsi-ld/v1/entities?type=${type}`, undefined, withKey);
  assert.equal((await query('AirQualityObserved')).status, 200);
  assert.equal(
    (await host.ask('POST', '/ngsi-ld/v1/entities', { id: 'urn:a:1', type: 'AirQualityObserved' }, withKey)).status,
    403,
  );
  await query('AirQualityObserved');
  assert.equal((await query('AirQualityObserved')).status, 429, 'three a minute');
  const { policy } = await mine();
  const usage = (await as('GET', '/ops/access/keys')).body.find(({ client }: { client: string }) => client === policy);
  assert.equal(usage.title, company);
  await as('PUT', `/ops/access/policies/${policy}`, { who: { clients: ['nobody'] }, may: ['read'] });

  await t.test(
    'anybody makes a key of the sandbox, whose data are restored, and which is nothing elsewhere',
    async (t) => {
      const [, own = ''] = /data-secret="sandbox">(alz_[^<]+)</.exec((await send({ form: 'sandbox' })).body) ?? [];
      const link = '<http://localhost:1026/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"';
      const there = { 'x-api-key': own, 'ngsild-tenant': sandbox, link };
      // Asked often, which would use up the limits of the key.
      const asRoot = { ...root, 'ngsild-tenant': sandbox, link };
      const query = async (type: string) =>
        (await host.ask('GET', `/ngsi-ld/v1/entities?type=${type}&options=keyValues`, undefined, asRoot)).body;
      // The sandbox takes 20 requests a second.
      const soon = (what: string, ask: () => Promise<boolean>) => eventually(what, ask, PATIENCE_MS, 250);
      await eventually('the sandbox is filled', async () => {
        const { body: job } = await as('GET', '/ops/jobs/opendata.restore-sandbox');
        return job.lastRun?.state === 'completed';
      });
      const [lamp, ...others] = await query('Streetlight');
      assert.ok(others.length > 0);
      assert.equal((await host.ask('GET', `/ngsi-ld/v1/entities/${lamp.id}`, undefined, there)).status, 200);

      // Rights that anybody with a key has in the collectivity are not those of a key of the sandbox.
      const policyOfAll = `all-${randomUUID()}`;
      await as('PUT', `/ops/access/policies/${policyOfAll}`, { who: { signedIn: true }, may: ['read', 'write'] });
      t.after(() => as('DELETE', `/ops/access/policies/${policyOfAll}`));
      assert.equal((await host.ask('GET', '/ngsi-ld/v1/entities?type=Streetlight', undefined, withKey)).status, 429);
      const bench = { id: 'urn:a:2', type: 'Streetlight' };
      for (const [method, path, body] of [
        ['GET', '/ngsi-ld/v1/entities?type=Streetlight'],
        ['POST', '/ngsi-ld/v1/entities', bench],
        ['GET', '/ops/access/me'],
        ['GET', '/opendata/datasets'],
      ] as const) {
        const { status, body: refusal } = await host.ask(method, path, body, { 'x-api-key': own });
        assert.deepEqual([status, /only for the tenant sandbox-/.test(refusal.detail)], [403, true], path);
      }

      const { url, next } = await receiver(t);
      const subscribed = await send({ form: 'webhook', where: 'sandbox', key: own, type: 'Streetlight', uri: url });
      assert.match(subscribed.body, /data-secret="webhook">whsec_/);
      const change = { name: { type: 'Property', value: 'Changed' } };
      const write = (path: string, headers: Record<string, string>) =>
        host.ask('PATCH', `/ngsi-ld/v1/entities/${path}/attrs`, change, headers);
      assert.equal((await as('POST', '/ngsi-ld/v1/entities', { ...bench, ...change })).status, 201);
      assert.equal((await write(lamp.id, there)).status, 204);
      const { body } = await next();
      assert.deepEqual([body.includes(lamp.id), body.includes(bench.id)], [true, false], 'only of the sandbox');
      await soon('the message is counted', async () => {
        const { body: subscriptions } = await host.ask('GET', '/ngsi-ld/v1/subscriptions', undefined, asRoot);
        return subscriptions[0].notification.timesSent > 0;
      });
      const used = (await send({ form: 'use', where: 'sandbox', key: own })).body;
      for (const part of ['Sandbox', 'read, write', '120 a minute', `${url}: `, ' messages, last success'])
        assert.ok(used.includes(part), part);
      assert.equal((await send({ form: 'use', key: own })).statusCode, 400, 'it is no key of the collectivity');

      const restored = await as('POST', '/ops/jobs/opendata.restore-sandbox/run', {});
      assert.ok(restored.status < 300, JSON.stringify(restored.body));
      await soon('it is as before', async () => {
        const lamps = await query('Streetlight');
        return lamps.length === others.length + 1 && lamps.every(({ name }: { name: string }) => name !== 'Changed');
      });
      const { body: left } = await host.ask('GET', '/ngsi-ld/v1/subscriptions', undefined, there);
      assert.deepEqual(left, []);
      const inReal = await as('GET', `/ngsi-ld/v1/entities/${bench.id}`);
      assert.equal(inReal.status, 200, 'the data of the collectivity stay');
    },
  );
});

/** The code on a page by its label, as a person copies it. */
function examplesOf(page: string) {
  const found = [...page.matchAll(/<code data-example="([^"]+)">([\s\S]*?)<\/code>/g)].map(
    ([, name = '', code = '']) => ({
      name,
      code: code
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&'),
    }),
  );
  return {
    of(name: string, number = 0): string {
      const own = found.filter((each) => each.name === name)[number];
      assert.ok(own, `example ${number} of ${name}: there are ${found.map((each) => each.name).join(', ')}`);
      return own.code;
    },
  };
}

async function receiver(t: { after(fn: () => void): void }) {
  const told = Promise.withResolvers<{ headers: Record<string, unknown>; body: string }>();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    response.end();
    told.resolve({ headers: request.headers, body });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/told`, next: () => told.promise };
}
