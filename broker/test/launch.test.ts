import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const LAUNCH = fileURLToPath(new URL('../src/launch.js', import.meta.url));

/** Prints what a launched program sees of its process. */
const PROGRAM = `const { pid, argv, execArgv, env } = process;
const seen = { pid, program: argv[1], given: argv.slice(2), execArgv, arenas: env.MALLOC_ARENA_MAX, cache: env.NODE_COMPILE_CACHE };
if (process.send) process.send(seen, () => process.disconnect());
else console.log(JSON.stringify(seen));`;

async function writeProgram(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-launch-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'program.cjs');
  await writeFile(path, PROGRAM);
  return path;
}

const args = (program: string) => ['--heap-growing-percent=100', LAUNCH, program, 'given'];
const { MALLOC_ARENA_MAX: _arenas, NODE_COMPILE_CACHE: _cache, ...env } = process.env;

test('a launched program has the process id, its options, and the defaults that are already set', async (t) => {
  const program = await writeProgram(t);
  const child = spawn(process.execPath, args(program), { env: { ...env, NODE_COMPILE_CACHE: '/elsewhere' } });
  const seen = JSON.parse(await text(child.stdout));
  assert.deepEqual(seen, {
    pid: child.pid,
    program,
    given: ['given'],
    execArgv: ['--heap-growing-percent=100'],
    arenas: '2',
    cache: '/elsewhere',
  });
});

test('a launched program can communicate with the process that started it', async (t) => {
  const program = await writeProgram(t);
  const child = spawn(process.execPath, args(program), { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [seen] = await once(child, 'message');
  assert.equal(seen.pid, child.pid);
  assert.equal(seen.program, program);
  assert.deepEqual(seen.given, ['given']);
  assert.equal(seen.arenas, '2');
  assert.match(seen.cache, /node_modules.\.cache.compiled$/);
});
