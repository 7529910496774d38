import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPostgres, startPostgres } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { startArguments } from '../../start-command.ts';
import { brokerProcess } from '../broker-process.ts';
import { startSubscriber } from '../flow.ts';
import type { Received } from '../ledger.ts';
import { differences } from './end-state.ts';
import { act, prepare } from './scenario.ts';

/**
 * Statements of the write lane, the outbox, the inbox and the commands that change something, and the ends of their transactions. A
 * kill after a statement that only reads leaves the same as one after the change before it.
 */
const CHANGES = String.raw`(INSERT INTO|UPDATE|DELETE FROM)\s+(entity|birth|history|outbox|iot\.)|^\s*COMMIT`;
const KILL_AFTER = fileURLToPath(new URL('kill-after.ts', import.meta.url));
const LOOK_EVERY_MS = 50;
const NEVER = 'Infinity';

export interface KillPointDrillOptions {
  /** The first statement after which the process is killed. */
  readonly from: number;
  /** The number of statements from one kill to the next. */
  readonly every: number;
  readonly say: (text: string) => void;
}

export interface KillPointDrillResult {
  /** After how many statements it was killed, each in a run of its own. */
  readonly points: number;
  /** The statements of a run without a kill. */
  readonly statements: number;
  readonly differences: readonly string[];
  readonly isClean: boolean;
}

/**
 * Runs the same scenario again and again, and kills the product after its first statement, its second one, and so on, until a run ends
 * without a kill. The end state must always be the same.
 */
export async function runKillPointDrill({ from, every, say }: KillPointDrillOptions): Promise<KillPointDrillResult> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is missing');
  const cleanups: (() => Promise<unknown>)[] = [];
  try {
    return await drill(bin, { from, every, say }, cleanups);
  } finally {
    for (const cleanUp of cleanups.reverse()) await cleanUp().catch(() => {});
  }
}

async function drill(
  bin: string,
  { from, every, say }: KillPointDrillOptions,
  cleanups: (() => Promise<unknown>)[],
): Promise<KillPointDrillResult> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-kill-points-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startPostgres(bin, ['fsync=off']);
  cleanups.push(() => postgres.stop());
  const product = await startProduct(postgres.url, folder, cleanups);
  const found: string[] = [];
  for (let after = from; ; after += every) {
    const received: Received[] = [];
    const subscriber = await startSubscriber({ addSubscriber: () => 0, notified: (_nth, one) => received.push(one) });
    const place = { url: product.url, mqttUrl: product.mqttUrl, tenant: `p${after}`, endpoint: subscriber.url };
    try {
      await prepare(place);
      await product.arm(String(after));
      await act(place);
      await product.arm(NEVER);
      const own = (await differences(place, postgres.url, received)).map((one) => `after ${after}: ${one}`);
      found.push(...own);
      for (const one of own) say(one);
    } finally {
      await subscriber.close();
    }
    if (!product.takeWasKilled()) {
      const points = Math.ceil((after - from) / every);
      return { points, statements: after, differences: found, isClean: found.length === 0 && points > 0 };
    }
    say(`killed after ${after}: ${found.length} differences so far`);
  }
}

/** The product, started again whenever it was killed. */
async function startProduct(databaseUrl: string, folder: string, cleanups: (() => Promise<unknown>)[]) {
  const file = join(folder, 'kill-after');
  await writeFile(file, NEVER);
  const mqttPort = await freePort();
  const settings = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: join(folder, 'data'),
    MQTT_PORT: String(mqttPort),
    ACCESS: 'open',
    DEMO: 'off',
    INSTANCE: 'kill-points',
    SECRET_KEY: 'the secret key of the drill',
    KILL_AFTER_PATTERN: CHANGES,
    KILL_AFTER_FILE: file,
  };
  const command = ['--import', KILL_AFTER, ...startArguments('')];
  const process_ = brokerProcess(await freePort(), settings, { isProduct: true, command });
  let wasKilled = false;
  let starting: Promise<void> | undefined;
  const watch = setInterval(() => {
    if (process_.isRunning() || starting !== undefined) return;
    wasKilled = true;
    starting = process_.start().finally(() => {
      starting = undefined;
    });
  }, LOOK_EVERY_MS);
  cleanups.push(async () => {
    clearInterval(watch);
    await starting;
    await process_.kill();
  });
  starting = process_.start();
  await starting;
  starting = undefined;
  return {
    url: process_.url,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    /** From now on it is killed after so many statements. */
    async arm(after: string): Promise<void> {
      await writeFile(file, after);
      await starting;
      process_.signal('SIGUSR2');
    },
    takeWasKilled(): boolean {
      const was = wasKilled;
      wasKilled = false;
      return was;
    },
  };
}
