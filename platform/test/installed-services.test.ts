import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openDatabase } from '@alzette/broker/database';
import { eventually } from '@alzette/kit/testing';
import { readService } from '../src/installed-services/read-service.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';
import { ownDatabase } from './support/own-database.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/drinking-fountains');
const FOUNTAIN = 'urn:ngsi-ld:DrinkingFountain:1';

interface Fault {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly why: RegExp;
}
/** What is wrong in copies of the example, which must not stop the product. */
const FAULTS: { readonly [name: string]: Fault } = {
  newer: {
    ...{ file: 'package.json', from: '^0.1.0', to: '^7.0.0' },
    why: /^it runs with @alzette\/kit \^7\.0\.0, and this product has \d/,
  },
  unversioned: {
    ...{ file: 'package.json', from: '"^0.1.0"', to: '7' },
    why: /^package\.json, alzette\.kit: got null, expected the versions of @alzette\/kit/,
  },
  renamed: {
    ...{ file: 'src/service.js', from: "name: 'x_renamed'", to: "name: 'alarms'" },
    why: /^its name: got "alarms", expected x_ and a lower-case word/,
  },
  hidden: {
    ...{ file: 'src/service.js', from: 'export default', to: 'export const service =' },
    why: /^src\/service\.js: its default export is no service/,
  },
  dry: {
    ...{ file: 'src/service.js', from: 'return {};', to: "throw new Error('no water');" },
    why: /^no water$/,
  },
  elsewhere: {
    ...{ file: 'src/contract.js', from: "'GET /x/elsewhere", to: "'GET /alarms" },
    why: /^GET \/alarms\/:entity\/checks is not below \/x\/elsewhere$/,
  },
  misspelt: {
    ...{ file: 'migrations/001-checks.sql', from: 'CREATE TABLE', to: 'CREATE TABEL' },
    why: /syntax error at or near "TABEL"/,
  },
};

test('services of others run from their packages, with rights of their own; those that fail are told and left out', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'services-'));
  t.after(() => rm(folder, { recursive: true }));
  const [installed, lines, display] = await Promise.all(
    ['drinking-fountains', 'line-network-server', 'display-channel'].map((name) =>
      install(join(ROOT, 'examples', name), folder),
    ),
  );
  assert.ok(installed && lines && display);
  const made = await createService(folder);
  for (const [name, fault] of Object.entries(FAULTS)) await copyWith(fault, name, join(folder, name));
  const { TEST_DATABASE_URL } = process.env;
  const own = TEST_DATABASE_URL === undefined ? undefined : await ownDatabase(TEST_DATABASE_URL, 'installed');
  const opening = openDatabase(own === undefined ? {} : { url: own.url });
  const folders = Object.keys(FAULTS).map((name) => join(folder, name));
  const SERVICES = [installed, lines, display, made, ...folders, '@example/not-installed'].join(',');
  const { app, publicUrl, authorizationOf } = await startGuardedPlatform(t, { SERVICES }, undefined, opening);
  t.after(() => own?.drop());
  const db = await opening;
  const as = { authorization: await authorizationOf('ada', 'administrator') };
  const ask = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, headers: Record<string, string> = as) =>
    app.inject({ method, url, headers, ...(payload && { payload }) });

  await t.test('the report on the system tells what became of each', async () => {
    const { installedServices } = (await ask('GET', '/ops/system')).json() as {
      installedServices: { installed: string; state: string; name?: string; version?: string; reason?: string }[];
    };
    const of = (name: string) => installedServices.find(({ installed }) => installed.endsWith(name));
    assert.deepEqual(of('alzette-fountains'), { installed, name: 'x_fountains', version: '1.0.0', state: 'running' });
    for (const [name, { why }] of Object.entries(FAULTS)) {
      assert.equal(of(name)?.state, 'failed', name);
      assert.match(of(name)?.reason ?? '', why);
    }
    assert.match(of('not-installed')?.reason ?? '', /is not installed: npm install @example\/not-installed$/);
    const refused = await ask('GET', `/x/dry/${FOUNTAIN}/checks`);
    assert.deepEqual([refused.statusCode, refused.json().detail], [503, 'x_dry has not started: no water']);
    assert.equal((await ask('GET', '/x/nothing')).statusCode, 404);
  });

  const checks = `/x/fountains/${FOUNTAIN}/checks`;
  const fountain = async () => (await ask('GET', `/ngsi-ld/v1/entities/${FOUNTAIN}?options=keyValues`)).json();
  await t.test('requests are judged by the rights of their senders, and answered by the contract', async () => {
    assert.equal((await ask('POST', checks, { isDrinkable: true })).statusCode, 404, 'there is no such fountain');
    const created = await ask('POST', '/ngsi-ld/v1/entities', { id: FOUNTAIN, type: 'DrinkingFountain' });
    assert.equal(created.statusCode, 201, created.body);
    const wrong = await ask('POST', checks, { isDrinkable: 'yes' });
    assert.match(wrong.json().detail, /^isDrinkable: got "yes", expected/);
    assert.equal((await ask('POST', checks, { isDrinkable: false, note: 'red' })).statusCode, 204);
    const [{ isDrinkable, note }] = (await ask('GET', checks)).json();
    assert.deepEqual([isDrinkable, note], [false, 'red']);
    assert.equal((await fountain()).isDrinkable, false);
    const stranger = { authorization: await authorizationOf('zoe', 'citizen') };
    assert.equal((await ask('GET', checks, undefined, stranger)).statusCode, 403);
    assert.equal((await ask('GET', checks, undefined, {})).statusCode, 401);
    const { paths } = (await ask('GET', '/openapi')).json();
    assert.equal(paths['/x/fountains/{entity}/checks'].get.summary, 'The checks of a fountain, the latest first');
  });

  await t.test('its jobs have the rights that policies give to its role, and no others', async () => {
    await db.query({ text: "UPDATE x_fountains.check_made SET at = at - interval '31 days'" });
    const runJob = async () => {
      const { id } = (await ask('POST', '/ops/jobs/x_fountains.due/run')).json();
      return eventually('the job has run', async () => {
        const { runs } = (await ask('GET', '/ops/jobs/x_fountains.due')).json();
        const made = runs.find((each: { id: string }) => each.id === id);
        return (made.state === 'completed' || made.error !== undefined) && (made as { state: string; error?: string });
      });
    };
    const { error } = await runJob();
    assert.match(error ?? '', /There is no entity/, 'nobody gave it the right to see fountains');
    assert.equal((await fountain()).isCheckDue, false);
    const policy = { who: { roles: ['service:x_fountains'] }, may: ['read', 'write'], types: ['DrinkingFountain'] };
    assert.equal((await ask('PUT', '/ops/access/policies/fountains', policy)).statusCode, 201);
    assert.deepEqual((await runJob()).state, 'completed');
    assert.equal((await fountain()).isCheckDue, true);
    assert.match((await ask('GET', '/metrics')).body, /^alzette_x_fountains_due 1$/m);
  });

  await t.test('a service that was made by npm create passes its own test in the product', async () => {
    const key = (
      await ask('POST', '/ops/access/keys', { title: 'test', roles: ['administrator'], scopes: ['read', 'write'] })
    ).json();
    const env = { ...process.env, ALZETTE_URL: publicUrl, ALZETTE_KEY: key.key, NODE_TEST_CONTEXT: undefined };
    const { stdout } = await run('npm', ['test'], { cwd: join(folder, 'alzette-benches'), env });
    assert.match(stdout, /pass 2\n.*fail 0/);
  });

  await t.test('their pages are offered to the portal, from their own files', async () => {
    const { pages } = (await ask('GET', '/public/service-pages', undefined, {})).json();
    assert.deepEqual(pages.map(({ module }: { module: string }) => module).sort(), [
      '/x/benches/portal/checks.js',
      '/x/fountains/portal/checks.js',
    ]);
    const script = await ask('GET', '/x/fountains/portal/checks.js', undefined, {});
    assert.deepEqual([script.statusCode, script.headers['content-type']], [200, 'text/javascript; charset=utf-8']);
    for (const file of ['..%2Fpackage.json', '.hidden.js', 'none.js', 'checks.txt']) {
      assert.equal((await ask('GET', `/x/fountains/portal/${file}`)).statusCode, 404, file);
    }
  });

  await t.test('a network server of others hands its uplinks to the inbox', async () => {
    const secret = 'a-secret-of-the-lines';
    const connection = { name: 'Lines', secret };
    assert.ok((await ask('PUT', '/iot/registry/connections/lines', connection)).statusCode < 300);
    const send = (payload: string, given: string) =>
      app.inject({
        method: 'POST',
        url: '/x/lines/lines/uplinks',
        headers: { 'content-type': 'text/plain', 'x-webhook-secret': given },
        payload,
      });
    const line = '70B3D57ED0000001;2;17;0A1B;-97';
    assert.equal((await send(line, 'another')).statusCode, 401);
    assert.match((await send('<xml/>', secret)).json().detail, /^body: got "<xml\/>", expected lines such as/);
    assert.equal((await send(line, secret)).statusCode, 202);
    await eventually('the product has read the uplink of a device that it does not know yet', async () =>
      (await ask('GET', '/iot/pending')).body.includes('70B3D57ED0000001'),
    );
  });

  await t.test('a channel of others is made by an administrator, and sends', async () => {
    const { providers } = (await ask('GET', '/channels/providers')).json();
    assert.ok(
      providers.some(
        ({ name, kinds }: { name: string; kinds: string[] }) => name === 'x_display' && kinds[0] === 'service',
      ),
    );
    const board = { title: 'Fire station', kind: 'service', provider: 'x_display', settings: { board: 'north' } };
    assert.match(
      (await ask('PUT', '/channels/board', { ...board, settings: {} })).json().detail,
      /^settings\.board: got nothing/,
    );
    assert.equal((await ask('PUT', '/channels/board', board)).statusCode, 201);
    assert.ok((await ask('POST', '/channels/board/test', {})).statusCode < 300);
    await eventually('the board shows it', async () => {
      const [shown] = (await ask('GET', '/x/display/lines')).json();
      return shown?.board === 'north';
    });
  });

  await t.test('a minor version of the kit keeps them, the next major one is refused', async () => {
    assert.equal((await readService(display, '0.1.9')).definition.name, 'x_display');
    await assert.rejects(
      readService(display, '0.2.0'),
      /runs with @alzette\/kit \^0\.1\.0, and this product has 0\.2\.0/,
    );
  });
});

/** As npm installs it, from a tarball. @returns the folder of the package */
async function install(source: string, folder: string): Promise<string> {
  const { name } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as { name: string };
  const installed = join(folder, 'node_modules', name);
  await mkdir(installed, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: source });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await run('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1']);
  return installed;
}

/** A service as `npm create alzette-service` makes it, packed and installed. */
async function createService(folder: string): Promise<string> {
  const creator = await install(join(ROOT, 'clients/create-alzette-service'), folder);
  await run(process.execPath, [join(creator, 'create.js'), 'benches'], { cwd: folder });
  return install(join(folder, 'alzette-benches'), folder);
}

/** The example under another name, and with a fault. */
async function copyWith({ file, from, to }: Fault, name: string, folder: string): Promise<void> {
  await cp(EXAMPLE, folder, { recursive: true });
  for (const path of globSync('{package.json,src/*,migrations/*}', { cwd: folder })) {
    const text = await readFile(join(folder, path), 'utf8');
    const renamed = text.replace(/(?<=\bx[_/])fountains\b/g, name);
    if (path === file) assert.ok(renamed.includes(from), `${file} has ${from}`);
    await writeFile(join(folder, path), path === file ? renamed.replace(from, to) : renamed);
  }
}
