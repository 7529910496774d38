import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@alzette/broker';
import { eventually } from '@alzette/kit/testing';
import { findPostgres } from '../../scripts/postgres-server.ts';
import { emptyDatabase } from './support/own-database.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from './support/platform-process.ts';
import { commandsNotRun, runStep, tutorialSteps } from './support/tutorial.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENGLISH = join(ROOT, 'docs/tutorials');
const FRENCH = join(ROOT, 'docs/fr/tutorials');
const pages = globSync('*.md', { cwd: ENGLISH }).sort();
const server = process.env.TEST_DATABASE_URL;

test('every command of a tutorial is run by a test', () => {
  for (const page of pages) assert.deepEqual(commandsNotRun(join(ENGLISH, page)), [], page);
  assert.ok(pages.flatMap((page) => tutorialSteps(join(ENGLISH, page))).length > 20);
});

test('the French tutorials have the same commands', () => {
  assert.deepEqual(globSync('*.md', { cwd: FRENCH }).sort(), pages);
  for (const page of pages)
    assert.deepEqual(tutorialSteps(join(FRENCH, page)), tutorialSteps(join(ENGLISH, page)), page);
});

describe('the tutorials', { skip: !server && 'no TEST_DATABASE_URL' }, () => {
  let folder: string;
  let platform: PlatformProcess;
  let other: ChildProcess;
  let orion: Server;
  let environment: NodeJS.ProcessEnv;
  let addresses: Map<string, string>;
  const databases: Awaited<ReturnType<typeof emptyDatabase>>[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alzette-tutorials-'));
    for (const purpose of ['tutorial', 'tutorial_other', 'tutorial_new', 'tutorial_quantumleap'])
      databases.push(await emptyDatabase(server ?? '', purpose));
    const [database = '', otherDatabase = '', restored = '', quantumLeap = ''] = databases.map(({ url }) => url);
    const [port, mqttPort, otherPort] = [await freePort(), await freePort(), await freePort()];
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
    const settings = {
      DEMO: 'off',
      PORT: String(port),
      MQTT_PORT: String(mqttPort),
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: database,
      PUBLIC_URL: `http://localhost:${port}`,
      DEFAULT_CONTEXT: `http://localhost:${port}/contexts/territory/v1.jsonld`,
    };
    platform = await startPlatformProcess(settings);
    // The other broker has no settings of the product.
    other = spawn(process.execPath, [join(ROOT, 'broker/src/start.ts')], {
      env: { PATH, HOME, NODE_COMPILE_CACHE, LOG_LEVEL: 'warn', PORT: String(otherPort), DATABASE_URL: otherDatabase },
      stdio: 'inherit',
    });
    await eventually('the other broker is ready', () =>
      fetch(`http://localhost:${otherPort}/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    await fillQuantumLeap(quantumLeap);
    orion = createServer(answerAsOrion);
    await new Promise<void>((resolve) => orion.listen(0, '127.0.0.1', resolve));
    environment = {
      PATH: [await commandsIn(folder), PATH, findPostgres()].join(':'),
      HOME,
      NODE_COMPILE_CACHE,
      LOG_LEVEL: 'warn',
      ...settings,
      QUANTUMLEAP_DATABASE: quantumLeap,
    };
    addresses = new Map([
      ['orion:1026', `127.0.0.1:${(orion.address() as AddressInfo).port}`],
      ['localhost:1026', `localhost:${port}`],
      ['localhost:1030', `localhost:${otherPort}`],
      ['-p 1883', `-p ${mqttPort}`],
      // The longer one of two first.
      ['postgres://alzette@localhost/alzette_new', restored],
      ['postgres://alzette@localhost/alzette', database],
    ]);
  });

  after(async () => {
    other?.kill();
    orion?.close();
    await platform?.stop();
    for (const database of databases) await database.drop();
    await rm(folder, { recursive: true });
  });

  for (const page of pages) {
    // Who has only the French pages can do it all.
    const steps = tutorialSteps(join(FRENCH, page));
    if (steps.length === 0) continue;
    test(`${page}: ${steps.length} blocks of commands`, async () => {
      const own = join(folder, basename(page, '.md'));
      await mkdir(own);
      for (const step of steps) await runStep(step, { folder: own, environment, addresses });
    });
  }
});

/** The table that QuantumLeap keeps for a type. */
async function fillQuantumLeap(url: string): Promise<void> {
  const db = await openDatabase({ url });
  await db.query({
    text: 'CREATE TABLE etwastecontainer (entity_id text, time_index timestamptz, fillinglevel float8)',
  });
  await db.query({
    text: `INSERT INTO etwastecontainer VALUES
      ('urn:ngsi-ld:WasteContainer:7', '2025-01-01T08:00:00Z', 0.31), ('urn:ngsi-ld:WasteContainer:7', '2025-01-01T09:00:00Z', 0.35)`,
  });
  await db.close();
}

/** What an Orion with two lamps and a subscription answers in NGSIv2. */
function answerAsOrion(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://orion');
  const lamp = (n: number) => ({
    id: `lamp${n}`,
    type: 'Streetlight',
    powerState: { type: 'Text', value: 'on', metadata: {} },
  });
  const subscription = {
    id: '57458eb60962ef754e7c0998',
    subject: { entities: [{ idPattern: '.*', type: 'Streetlight' }] },
    notification: { http: { url: 'http://127.0.0.1:9/notify' } },
  };
  const items = pathname === '/v2/entities' ? [lamp(1), lamp(2)] : [subscription];
  const isNext = Number(searchParams.get('offset')) > 0;
  response.setHeader('content-type', 'application/json').end(JSON.stringify(isNext ? [] : items));
}

/** A folder with `alzette` and `npx` as in an installed product. */
async function commandsIn(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const commands = {
    alzette: `exec '${process.execPath}' '${join(ROOT, 'platform/src/alzette.ts')}' "$@"`,
    npx: `command=$1; shift; exec '${join(ROOT, 'node_modules/.bin')}'/"$command" "$@"`,
  };
  for (const [name, text] of Object.entries(commands)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}
