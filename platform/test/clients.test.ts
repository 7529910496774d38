import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { findProgram } from '../../scripts/programs.ts';
import { startAlarmHost } from '../../services/alarms/test/support/alarm-host.ts';
import { startReceiver } from './support/receiver.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const python = findProgram(process.env.PYTHON, 'python3');

/** The example of a README, with this installation's addresses. */
async function exampleOf(readme: string, language: string, here: { url: string; key: string; receiver: string }) {
  const text = await readFile(join(ROOT, readme), 'utf8');
  const [, example] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(text) ?? [];
  assert.ok(example, `${readme} has no example in ${language}`);
  return example
    .replace('https://data.example.org', here.url)
    .replace('https://receiver.example.org/', here.receiver)
    .replace('alz_…', here.key)
    .replace(/(tenant(?:: '|="))thil/, '$1');
}

test('the examples of the clients in TypeScript and Python run as printed, the first from its package alone', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-'));
  t.after(() => rm(folder, { recursive: true }));
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  const [database] = chosenBy('clients', testDatabases());
  assert.ok(database);
  const { app, ask, authorizationOf } = await startAlarmHost(t, await database.open(), {
    access: 'enforced',
    settings: { OUTGOING: '127.0.0.0/8' },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const authorization = await authorizationOf({ sub: 'admin', roles: ['administrator'] });
  const owner = { title: 'Client', roles: ['administrator'], scopes: ['read', 'write'] };
  const { status, body } = await ask('POST', '/ops/access/keys', owner, { authorization });
  assert.equal(status, 201, JSON.stringify(body));
  const here = { url, key: body.key, receiver: receiver.url };
  /** The numbers of seats that the subscriber was told of this bench. */
  const told = (id: string) =>
    receiver.notifications.flatMap(({ data }) =>
      data.filter((bench) => bench.id === id).map(({ seats }) => (seats as { value: number }).value),
    );

  const packed = await run('npm', ['pack', '--workspace', '@alzette/client', '--pack-destination', folder, '--json'], {
    cwd: ROOT,
  });
  const [, tarball] = /"filename": "([^"]+)"/.exec(packed.stdout) ?? [];
  const own = join(folder, 'node_modules/@alzette/client');
  await mkdir(own, { recursive: true });
  await run('tar', ['xzf', join(folder, String(tarball)), '-C', own, '--strip-components', '1']);

  await t.test('in TypeScript', async () => {
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    await writeFile(join(folder, 'example.ts'), await exampleOf('clients/typescript/README.md', 'ts', here));
    const { stdout } = await run(process.execPath, ['example.ts'], { cwd: folder });
    assert.match(stdout, /^urn:ngsi-ld:Bench:1 4\n\d+ alarms\n404 \w/);
    await eventually('the notification', () => told('urn:ngsi-ld:Bench:1').includes(5));
  });

  await t.test('whose types see a wrong call, and nothing wrong in the example', async () => {
    await writeFile(
      join(folder, 'wrong.ts'),
      `import { connect } from '@alzette/client';
      const { alarms } = await connect({ url: '' }).alarm.list({ query: { limit: 10 } });
      // @ts-expect-error: a number
      await connect({ url: '' }).alarm.list({ query: { limit: 'ten' } });
      // @ts-expect-error: alarms have a text in each language
      alarms[0]?.text.it;`,
    );
    const options = '--noEmit --strict --module nodenext --target esnext --lib esnext,dom,dom.iterable';
    const compiler = join(ROOT, 'node_modules/typescript-native/bin/tsc');
    const files = ['--types', '', 'example.ts', 'wrong.ts'];
    await run(process.execPath, [compiler, ...options.split(' '), ...files], { cwd: folder });
  });

  await t.test('that runs in browsers: it imports nothing of Node', async () => {
    for (const file of ['index.js', 'connect.js', 'paths.js']) {
      const imported = [
        ...(await readFile(join(own, 'dist', file), 'utf8')).matchAll(/^(?:import|export).* from ['"]([^'"]+)/gm),
      ];
      for (const [, name] of imported) assert.match(String(name), /^\.\//, file);
    }
  });

  await t.test('in Python', { skip: python ? false : 'Python is missing' }, async () => {
    await writeFile(join(folder, 'example.py'), await exampleOf('clients/python/README.md', 'python', here));
    const { stdout } = await run(python as string, ['example.py'], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: join(ROOT, 'clients/python'), PYTHONDONTWRITEBYTECODE: '1' },
    });
    assert.match(stdout, /^urn:ngsi-ld:Bench:2 4\n\d+ alarms\n404 \w/);
    await eventually('the notification', () => told('urn:ngsi-ld:Bench:2').includes(5));
  });
});
