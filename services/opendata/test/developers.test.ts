import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
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
import { freePort } from '../../../scripts/programs.ts';
import { LAMP_DATASET, publish, startOpenDataHost, writeLamps } from './support/open-data-host.ts';

const run = promisify(execFile);
const database = anotherPostgres() ?? testDatabases()[0];
const RECEIVER = 'https://receiver.example.org/told';

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
