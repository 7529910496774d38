import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '@alzette/kit/testing';
import { ownDatabase } from '../../platform/test/support/own-database.ts';
import { freePort } from '../programs.ts';
import { packPackage } from './pack.ts';
import { PACKAGES } from './packages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
/** For the demo on an embedded database, on a busy machine. */
const START_MS = 240_000;

// It takes minutes, so it is declared only for the run before a release.
const beforeRelease = process.env.TEST_DATABASES === 'all' ? test : () => {};
beforeRelease('the product refuses the demo that it lacks, and starts it once its tarball is unpacked', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pack-'));
  t.after(() => rm(folder, { recursive: true }));
  const unpack = async (name: string, ...paths: string[]) => {
    const packed = PACKAGES.find((each) => each.name === name);
    assert.ok(packed, name);
    const beside = packed.beside.filter((path) => !path.endsWith('/dist'));
    const { tarball, undeclared } = await packPackage(ROOT, { ...packed, beside }, join(folder, 'dist'));
    assert.deepEqual(undeclared, [], 'it says all that it needs');
    await run('tar', ['-xzf', tarball, '-C', folder, ...paths]);
  };
  await mkdir(join(folder, 'dist'));
  await unpack('alzette');
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const files = globSync('package/**/*', { cwd: folder, exclude: (path) => path.includes('territories') });
  assert.deepEqual(
    files.filter((path) => /\bdemo\//.test(path)),
    [],
    'it contains nothing of the demo',
  );
  const program = join(folder, 'package/platform/src/alzette.js');
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, PORT: String(await freePort()), MQTT_PORT: String(await freePort()), DATA_DIR: folder };
  const refused = await run(process.execPath, [program, 'demo'], { cwd: folder, env }).catch((error) => error);
  assert.match(refused.stderr, /^DEMO: got on, expected off, because this installation has no folder demo\//);
  await unpack('alzette-demo', 'package/demo');
  const child = spawn(process.execPath, [program, 'demo'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk));
  await eventually('the demo', async () => /Demo {9}\d+ lamps/.test(output), START_MS);
  assert.match(output, /power cut/, 'it says what the embedded database does not survive');
  await eventually(
    'an alarm of the demo',
    async () => {
      const answer = await fetch(`http://127.0.0.1:${env.PORT}/alarms?limit=1`);
      return ((await answer.json()) as { alarms?: unknown[] }).alarms?.length === 1;
    },
    START_MS,
  );
});

for (const packed of PACKAGES.filter(({ extras }) => extras === undefined)) {
  test(`${packed.name} runs as JavaScript from its tarball, in a folder of its own`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'pack-'));
    t.after(() => rm(folder, { recursive: true }));
    // Built pages are separate static files.
    const extraFiles = packed.beside.filter((path) => !path.endsWith('/dist'));
    const { tarball, undeclared } = await packPackage(ROOT, { ...packed, beside: extraFiles }, folder);
    assert.deepEqual(undeclared, [], 'it says all that it needs');
    await run('tar', ['-xzf', tarball, '-C', folder]);
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const manifest = JSON.parse(await readFile(join(folder, 'package/package.json'), 'utf8'));
    assert.doesNotMatch(JSON.stringify(manifest), /(?<!\.d)\.ts"/);
    if (packed.exports) await checkTypes(folder, manifest.exports['.'].types);
    const [[command, path] = []] = Object.entries<string>(manifest.bin);
    const program = join(folder, 'package', path ?? '');
    if (command === 'alzette') {
      const { stdout } = await run(process.execPath, [program, '--version'], { cwd: folder });
      assert.equal(stdout, `${manifest.version}\n`);
    }
    if (command === 'ngsi-ld-conformance') {
      const { stdout } = await run(process.execPath, [program, '--help'], { cwd: folder });
      assert.match(stdout, /URL/);
      return;
    }
    const server = process.env.TEST_DATABASE_URL;
    const database = server === undefined ? undefined : await ownDatabase(server, `pack_${command?.replace('-', '_')}`);
    const port = await freePort();
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(process.execPath, [program], {
      cwd: folder,
      env: {
        PATH,
        HOME,
        NODE_COMPILE_CACHE,
        PORT: String(port),
        MQTT_PORT: '0',
        DEMO: 'off',
        LOG_LEVEL: 'warn',
        ...(database && { DATABASE_URL: database.url }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
    t.after(async () => {
      child.kill('SIGKILL');
      await exited;
      await database?.drop();
    });
    assert.equal(
      await readiness(
        port,
        () => child.exitCode,
        () => output,
      ),
      200,
    );
  });
}

/** The status of `/ready`, after waiting until the server answers. */
async function readiness(port: number, ended: () => number | null, output: () => string): Promise<number> {
  for (;;) {
    assert.equal(ended(), null, output());
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    if (answer?.ok) return answer.status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The types of the package report an incorrect use of it, and nothing else. */
async function checkTypes(folder: string, types: string): Promise<void> {
  const path = join('./package', types).replace(/\.d\.ts$/, '.js');
  await writeFile(
    join(folder, 'consumer.mts'),
    `import { createBroker, openDatabase } from './${path}';\nawait createBroker({ db: await openDatabase({ url: 5 }), publicUrl: '' });\n`,
  );
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const args = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'esnext', 'consumer.mts'];
  const { stdout } = await run(process.execPath, [compiler, ...args], { cwd: folder }).catch((error) => error);
  assert.match(stdout, /^consumer\.mts\(2,\d+\): error TS2322: Type 'number' is not assignable to type 'string'\.\n$/);
}
