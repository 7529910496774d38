import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startNginx } from '../nginx.ts';
import { findPostgres, startPostgres } from '../postgres-server.ts';
import { findProgram, freePort } from '../programs.ts';
import { type BrokerProcess, brokerProcess, hasFaketime } from './broker-process.ts';
import { FAULTS, type Scene } from './faults.ts';
import { type Answers, startFlow, startSubscriber, subscribe } from './flow.ts';
import { type Comparison, isClean, Ledger } from './ledger.ts';
import { type Growth, watchMemory } from './memory.ts';
import { startPostgresProxy } from './postgres-proxy.ts';
import { settle } from './settle.ts';

export interface DrillOptions {
  /** Names of faults and how often each is done, one after the other. */
  readonly faults: readonly { readonly name: string; readonly times: number }[];
  readonly processes: number;
  readonly writers: number;
  /** Between two faults. */
  readonly pauseMs: number;
  /** Between two writes of a writer. */
  readonly writePauseMs: number;
  /** Whether the end of what the brokers logged is said. */
  readonly showsLogs: boolean;
  readonly say: (text: string) => void;
}

export interface DrillResult extends Comparison {
  /** Owed and told to nobody 15 s after the last fault. */
  readonly stuck: number;
  readonly answers: Answers;
  readonly slowestAnswerMs: number;
  /** How brokers that were asked to end have done so. */
  readonly exits: readonly { readonly code: number | null; readonly ms: number }[];
  /** Of each broker, where the drill was long enough to tell. */
  readonly growth: readonly (Growth | undefined)[];
  readonly isClean: boolean;
}

/** Most that the heap and the resident memory of a broker may grow in an hour, in MiB. */
const MOST_GROWTH = 5;

const ENTITIES_OF_EACH = 5;
const SUBSCRIBERS = 2;

/** Runs a flow of writes and notifications, does the faults to it, and compares what was promised with what came. */
export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is missing');
  const ending: (() => Promise<unknown>)[] = [];
  try {
    return await drill(bin, options, ending);
  } finally {
    for (const end of ending.reverse()) await end().catch(() => {});
  }
}

async function drill(bin: string, options: DrillOptions, ending: (() => Promise<unknown>)[]): Promise<DrillResult> {
  const { faults, say } = options;
  for (const { name } of faults) {
    const missing = FAULTS[name]?.missing?.();
    if (missing !== undefined) throw new Error(`${name}: ${missing}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'alzette-drill-'));
  ending.push(() => rm(folder, { recursive: true, force: true }));
  // Nothing survives a power cut, which is none of the faults.
  const postgres = await startPostgres(bin, ['fsync=off']);
  ending.push(() => postgres.stop());
  const proxy = await startPostgresProxy(postgres.url);
  ending.push(() => proxy.close());
  const jumps = faults.some(({ name }) => name === 'clock') && hasFaketime();
  const brokers: BrokerProcess[] = [];
  for (let nth = 0; nth < options.processes; nth++) {
    const settings = { DATABASE_URL: proxy.url, INSTANCE: `drill-${nth}`, TEMPORAL_PAGE_SIZE: '1000000' };
    const broker = brokerProcess(await freePort(), settings, {
      clockFile: jumps ? join(folder, `clock-${nth}`) : undefined,
    });
    ending.push(() => broker.kill());
    await broker.start();
    brokers.push(broker);
  }
  const ledger = new Ledger();
  const subscribers = [];
  for (let nth = 0; nth < SUBSCRIBERS; nth++) {
    const subscriber = await startSubscriber(ledger);
    ending.push(() => subscriber.close());
    await subscribe((brokers[0] as BrokerProcess).url, subscriber);
    subscribers.push(subscriber);
  }
  const urls = await doorsOf(brokers, faults.some(({ name }) => name === 'rolling') && options.processes > 1, ending);
  const flow = await startFlow(ledger, urls, options.writers, ENTITIES_OF_EACH, options.writePauseMs);
  const memory = watchMemory(brokers);
  ending.push(async () => memory.stop());
  await actAll({ postgres, proxy, brokers, subscribers }, options);
  await pause(options.pauseMs);
  const growth = memory.growth();
  await flow.stop();
  const { stuck, stored } = await settle(ledger, (brokers[0] as BrokerProcess).url, postgres.url);
  const comparison = ledger.compare(stored.history, stored.present);
  const exits = brokers.flatMap((broker) => broker.exits);
  if (options.showsLogs) for (const broker of brokers) say(broker.output());
  return {
    ...comparison,
    stuck,
    exits,
    growth,
    answers: flow.answers,
    slowestAnswerMs: flow.slowestMs(),
    isClean:
      isClean(comparison) &&
      stuck === 0 &&
      exits.every(({ code, ms }) => code === 0 && ms < 10_000) &&
      growth.every((each) => each === undefined || Math.max(each.heap, each.resident) < MOST_GROWTH),
  };
}

/** Where writers write: at each broker, or at nginx before them. */
async function doorsOf(
  brokers: readonly BrokerProcess[],
  isBehindNginx: boolean,
  ending: (() => Promise<unknown>)[],
): Promise<string[]> {
  if (!isBehindNginx) return brokers.map(({ url }) => url);
  const port = await freePort();
  const ports = brokers.map(({ url }) => Number(new URL(url).port));
  const nginx = await startNginx(findProgram('nginx') as string, port, ports);
  ending.push(() => nginx.stop());
  return [`http://127.0.0.1:${port}`];
}

async function actAll(scene: Scene, { faults, pauseMs, say }: DrillOptions): Promise<void> {
  for (const { name, times } of faults) {
    const fault = FAULTS[name];
    if (fault === undefined) throw new Error(`${name}: expected one of ${Object.keys(FAULTS).join(', ')}`);
    say(`${times} × ${name}: ${fault.what}`);
    for (let nth = 0; nth < times; nth++) {
      await pause(pauseMs);
      await fault.act(scene, nth);
    }
  }
}
