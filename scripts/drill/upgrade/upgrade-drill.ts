import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ALL_PAGES, buildPages, needsBuild } from '../../../platform/src/page-builds.ts';
import { startNginx } from '../../nginx.ts';
import { findPostgres, startPostgres } from '../../postgres-server.ts';
import { findProgram, freePort } from '../../programs.ts';
import { type BrokerProcess, brokerProcess } from '../broker-process.ts';
import { lastTag, unpackVersion } from './earlier-version.ts';
import { ask, type LoadFigures, startWriteLoad } from './write-load.ts';

export interface UpgradeDrillOptions {
  /** The earlier version, a tag or a commit; absent: the last tag. */
  readonly from?: string | undefined;
  readonly entities: number;
  readonly writers: number;
  readonly writePauseMs: number;
  readonly say: (text: string) => void;
}

export interface UpgradeDrillResult {
  readonly from: string;
  readonly entities: number;
  readonly databaseMb: number;
  /** The output of `upgrade --check`. */
  readonly plan: readonly string[];
  readonly way: 'one by one' | 'all stopped first';
  readonly upgradeSeconds: number;
  /** `usual` is before the upgrade; `upgrading` from its beginning until ten seconds after its end. */
  readonly usual: LoadFigures;
  readonly upgrading: LoadFigures;
  readonly checkedValues: number;
  readonly lostValues: number;
  readonly isClean: boolean;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = 'platform/src/main.ts';
const PROCESSES = 2;
const BATCH_SIZE = 1_000;
const USUAL_MS = 20_000;
const AFTER_MS = 10_000;
/** More than two fail_timeouts of nginx, after which it uses a restarted process again. */
const KNOWN_WITHIN_MS = 2_500;
const MAX_DEGRADED_S = 60;

const idOf = (n: number): string => `urn:ngsi-ld:Device:${n}`;

/** Upgrades two processes of an earlier version to this one as `upgrade --check` says, under a load of writes. */
export async function runUpgradeDrill(options: UpgradeDrillOptions): Promise<UpgradeDrillResult> {
  const [bin, nginx, from] = [findPostgres(), findProgram('nginx'), options.from ?? lastTag(ROOT)];
  if (bin === undefined || nginx === undefined) throw new Error('PostgreSQL 17 with PostGIS, or nginx is missing');
  if (from === undefined) throw new Error('--from: got nothing, expected a commit, as there is no tag');
  const cleanups: (() => Promise<unknown>)[] = [];
  try {
    return await drill(bin, nginx, from, options, cleanups);
  } finally {
    for (const cleanUp of cleanups.reverse()) await cleanUp().catch(() => {});
  }
}

// Longer than 80 lines: a sequence of steps.
async function drill(
  bin: string,
  nginx: string,
  from: string,
  { entities, writers, writePauseMs, say }: UpgradeDrillOptions,
  cleanups: (() => Promise<unknown>)[],
): Promise<UpgradeDrillResult> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-upgrade-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  unpackVersion(ROOT, from, folder);
  const postgres = await startPostgres(bin, ['shared_buffers=512MB', 'max_wal_size=4GB']);
  cleanups.push(() => postgres.stop());
  const front = await freePort();
  const url = `http://127.0.0.1:${front}`;
  const ports = [await freePort(), await freePort()];
  const settings = {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: url,
    MQTT_PORT: '0',
    DATA_DIR: join(folder, 'data'),
    DEMO: 'off',
    NODE_ENV: 'production',
  };
  const start = async (root: string, port: number, nth: number): Promise<BrokerProcess> => {
    const own = brokerProcess(port, { ...settings, INSTANCE: `upgrade-${nth}` }, { command: [join(root, PROGRAM)] });
    cleanups.push(() => own.kill());
    await own.start();
    return own;
  };
  await Promise.all(ALL_PAGES.filter(needsBuild).map(buildPages)); // a package contains them
  say(`${PROCESSES} processes of ${from} behind nginx`);
  const running: BrokerProcess[] = [];
  for (const [nth, port] of ports.entries()) running.push(await start(folder, port, nth));
  const balancer = await startNginx(nginx, front, ports);
  cleanups.push(() => balancer.stop());

  const plan = checkUpgrade(settings);
  for (const line of plan) say(`  ${line}`);
  say(`${entities} entities`);
  await fill(url, entities);
  const databaseMb = Number(
    execFileSync(join(bin, 'psql'), [postgres.url, '-Atc', 'SELECT pg_database_size(current_database()) / 1000000']),
  );
  const load = startWriteLoad(url, idOf, { entities, writers, pauseMs: writePauseMs });
  await pause(USUAL_MS / 4);
  load.forget();
  await pause(USUAL_MS);
  const usual = load.figures();

  const way = plan.some((line) => line.includes('one by one')) ? 'one by one' : 'all stopped first';
  say(`upgrade, ${way}`);
  load.forget();
  const since = performance.now();
  if (way === 'all stopped first') for (const old of running) await old.stop();
  for (const [nth, port] of ports.entries()) {
    if (way === 'one by one') await running[nth]?.stop();
    running[nth] = await start(ROOT, port, nth);
    await pause(KNOWN_WITHIN_MS);
  }
  const upgradeSeconds = Math.round((performance.now() - since) / 100) / 10;
  await pause(AFTER_MS);
  const upgrading = load.figures();
  await load.stop();

  const lostValues = await countLost(url, load.values);
  const count = await countEntities(url);
  if (count !== entities) say(`there are ${count} entities, expected ${entities}`);
  const isClean =
    upgrading.failed === 0 && upgrading.degradedSeconds < MAX_DEGRADED_S && lostValues === 0 && count === entities;
  const checkedValues = load.values.size;
  return {
    from,
    entities,
    databaseMb,
    plan,
    way,
    upgradeSeconds,
    usual,
    upgrading,
    checkedValues,
    lostValues,
    isClean,
  };
}

/** Entities of about 1 KB: ten attributes and a location. */
async function fill(url: string, entities: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const entity = (n: number) => ({
    id: idOf(n),
    type: 'Device',
    location: {
      type: 'GeoProperty',
      value: { type: 'Point', coordinates: [5.8 + (n % 1000) / 5000, 49.4 + (n % 777) / 5000] },
    },
    measured: { type: 'Property', value: 0 },
    ...Object.fromEntries(
      Array.from({ length: 9 }, (_, k) => [
        `property${k}`,
        { type: 'Property', value: `value ${n % (k + 2)} of a device`, unitCode: 'C62' },
      ]),
    ),
  });
  let next = 0;
  const fillSome = async (): Promise<void> => {
    while (next < entities) {
      const first = next;
      next += BATCH_SIZE;
      const batch = Array.from({ length: Math.min(BATCH_SIZE, entities - first) }, (_, i) => entity(first + i));
      const { status, text } = await ask(agent, 'POST', `${url}/ngsi-ld/v1/entityOperations/create`, batch);
      if (status !== 201) throw new Error(`entities ${first}…: ${status} ${text.slice(0, 300)}`);
    }
  };
  await Promise.all([fillSome(), fillSome()]);
  agent.destroy();
}

/** Runs `upgrade --check` of the new version before it starts. */
function checkUpgrade(settings: Readonly<Record<string, string>>): string[] {
  const { PATH, HOME } = process.env;
  const args = [join(ROOT, 'platform/src/alzette.ts'), 'upgrade', '--check'];
  return execFileSync(process.execPath, args, { env: { PATH, HOME, ...settings }, encoding: 'utf8' })
    .trim()
    .split('\n');
}

/** The number of acknowledged values that are not stored. */
async function countLost(url: string, values: ReadonlyMap<number, number>): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  let lost = 0;
  for (const [n, value] of values) {
    const { status, text } = await ask(
      agent,
      'GET',
      `${url}/ngsi-ld/v1/entities/${idOf(n)}?pick=measured&format=simplified`,
    );
    const stored = status === 200 ? (JSON.parse(text) as { measured?: unknown }).measured : undefined;
    if (stored !== value) lost += 1;
  }
  agent.destroy();
  return lost;
}

async function countEntities(url: string): Promise<number> {
  const answer = await fetch(`${url}/ngsi-ld/v1/entities?type=Device&limit=0&count=true`);
  await answer.body?.cancel();
  return Number(answer.headers.get('ngsild-results-count'));
}
