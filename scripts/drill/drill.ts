import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startNginx } from '../nginx.ts';
import { findPostgres, startPostgres } from '../postgres-server.ts';
import { findProgram, freePort } from '../programs.ts';
import { type BrokerProcess, brokerProcess, hasFaketime } from './broker-process.ts';
import { type CitusCluster, citusMissing, startCitus } from './citus/cluster.ts';
import { FAULTS, type FaultTargets, longJumps } from './faults.ts';
import { type Answers, startFlow, startSubscriber, subscribe } from './flow.ts';
import { type Comparison, isClean, Ledger } from './ledger.ts';
import { type Growth, watchMemory } from './memory.ts';
import { type PostgresProxy, startPostgresProxy, together } from './postgres-proxy.ts';
import { settle } from './settle.ts';

export interface DrillOptions {
  /** The faults in order, and how many times each is injected. */
  readonly faults: readonly { readonly name: string; readonly times: number }[];
  readonly processes: number;
  /** Whether the database is a Citus cluster, whose coordinator has the faults. */
  readonly isOnCitus?: boolean;
  readonly writers: number;
  /** The pause between two faults. */
  readonly pauseMs: number;
  /** The pause between two writes of a writer. */
  readonly writePauseMs: number;
  /** Whether to print the end of the logs of the brokers. */
  readonly showsLogs: boolean;
  readonly say: (text: string) => void;
}

export interface DrillResult extends Comparison {
  /** Notifications that are still pending 15 s after the last fault. */
  readonly stuck: number;
  /** How often a throttled subscription was silent after a clock had been corrected. */
  readonly silent: number;
  readonly answers: Answers;
  readonly slowestAnswerMs: number;
  /** How the brokers exited after SIGTERM. */
  readonly exits: readonly { readonly code: number | null; readonly ms: number }[];
  /** One per broker; undefined: the drill was too short to measure it. */
  readonly growth: readonly (Growth | undefined)[];
  readonly isClean: boolean;
}

/** The heap and the resident memory of a broker may grow by at most this much per hour, in MiB. */
const MOST_GROWTH = 5;

const ENTITIES_OF_EACH = 5;
const SUBSCRIBERS = 2;

/** Injects faults while clients write and are notified, then compares what was acknowledged with what arrived. */
export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is missing');
  const cleanups: (() => Promise<unknown>)[] = [];
  try {
    return await drill(bin, options, cleanups);
  } finally {
    for (const cleanUp of cleanups.reverse()) await cleanUp().catch(() => {});
  }
}

async function drill(bin: string, options: DrillOptions, cleanups: (() => Promise<unknown>)[]): Promise<DrillResult> {
  const { faults, say } = options;
  for (const { name } of faults) {
    const missing = FAULTS[name]?.missing?.();
    if (missing !== undefined) throw new Error(`${name}: ${missing}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'alzette-drill-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const { server: postgres, proxy } = await startServer(bin, options.isOnCitus === true, cleanups);
  const jumps = faults.some(({ name }) => name === 'clock') && hasFaketime();
  const isBehindNginx = faults.some(({ name }) => name === 'rolling') && options.processes > 1;
  const nginxPort = await freePort();
  const brokers: BrokerProcess[] = [];
  for (let nth = 0; nth < options.processes; nth++) {
    const settings = {
      DATABASE_URL: proxy.url,
      INSTANCE: `drill-${nth}`,
      TEMPORAL_PAGE_SIZE: '1000000',
      ...(isBehindNginx && { PUBLIC_URL: `http://127.0.0.1:${nginxPort}` }),
    };
    const broker = brokerProcess(await freePort(), settings, {
      clockFile: jumps ? join(folder, `clock-${nth}`) : undefined,
    });
    cleanups.push(() => broker.kill());
    await broker.start();
    brokers.push(broker);
  }
  const ledger = new Ledger();
  const subscribers = [];
  for (let nth = 0; nth < SUBSCRIBERS; nth++) {
    const subscriber = await startSubscriber(ledger);
    cleanups.push(() => subscriber.close());
    await subscribe((brokers[0] as BrokerProcess).url, subscriber);
    subscribers.push(subscriber);
  }
  let throttledNotifications = 0;
  if (jumps) {
    const throttled = await startSubscriber({ addSubscriber: () => 0, notified: () => throttledNotifications++ });
    cleanups.push(() => throttled.close());
    await subscribe((brokers[0] as BrokerProcess).url, throttled, undefined, 1);
  }
  const urls = isBehindNginx ? [await nginxBefore(brokers, nginxPort, cleanups)] : brokers.map(({ url }) => url);
  const flow = await startFlow(ledger, urls, options.writers, ENTITIES_OF_EACH, options.writePauseMs);
  const memory = watchMemory(brokers);
  cleanups.push(async () => memory.stop());
  const silences: string[] = [];
  const throttled = { notifications: () => throttledNotifications };
  const broken = (sentence: string) => void silences.push(sentence);
  await injectFaults({ postgres, proxy, brokers, subscribers, throttled, broken }, options);
  await pause(options.pauseMs);
  const growth = memory.growth();
  await flow.stop();
  if (options.showsLogs) cleanups.push(async () => brokers.forEach((broker) => void say(broker.output())));
  const { stuck, stored } = await settle(ledger, (brokers[0] as BrokerProcess).url, postgres.url);
  const clockFaults = faults.filter(({ name }) => name === 'clock').reduce((sum, { times }) => sum + times, 0);
  const comparison = ledger.compare(stored.history, stored.present, longJumps(clockFaults));
  const exits = brokers.flatMap((broker) => broker.exits);
  return {
    ...comparison,
    examples: [...comparison.examples, ...silences],
    silent: silences.length,
    stuck,
    exits,
    growth,
    answers: flow.answers,
    slowestAnswerMs: flow.slowestMs(),
    isClean:
      isClean(comparison) &&
      stuck === 0 &&
      silences.length === 0 &&
      exits.every(({ code, ms }) => code === 0 && ms < 10_000) &&
      growth.every((each) => each === undefined || Math.max(each.heap, each.resident) < MOST_GROWTH),
  };
}

/** Without fsync data do not survive a power failure, which is not among the faults. */
async function startServer(bin: string, isOnCitus: boolean, cleanups: (() => Promise<unknown>)[]) {
  const missing = isOnCitus ? citusMissing(bin) : undefined;
  if (missing !== undefined) throw new Error(missing);
  const proxies: PostgresProxy[] = [];
  const reach = async (url: string) => {
    const proxy = await startPostgresProxy(url);
    cleanups.push(() => proxy.close());
    proxies.push(proxy);
    return proxy.url;
  };
  const cluster: CitusCluster | undefined = isOnCitus ? await startCitus(bin, { reach }) : undefined;
  const server = cluster?.coordinator ?? (await startPostgres(bin, ['fsync=off']));
  cleanups.push(() => (cluster ?? server).stop());
  const own = await startPostgresProxy(server.url);
  cleanups.push(() => own.close());
  return { server, proxy: together([own, ...proxies]) };
}

/** @returns its URL */
async function nginxBefore(
  brokers: readonly BrokerProcess[],
  port: number,
  cleanups: (() => Promise<unknown>)[],
): Promise<string> {
  const ports = brokers.map(({ url }) => Number(new URL(url).port));
  const nginx = await startNginx(findProgram('nginx') as string, port, ports);
  cleanups.push(() => nginx.stop());
  return `http://127.0.0.1:${port}`;
}

async function injectFaults(targets: FaultTargets, { faults, pauseMs, say }: DrillOptions): Promise<void> {
  for (const { name, times } of faults) {
    const fault = FAULTS[name];
    if (fault === undefined) throw new Error(`${name}: expected one of ${Object.keys(FAULTS).join(', ')}`);
    say(`${times} × ${name}: ${fault.what}`);
    for (let nth = 0; nth < times; nth++) {
      await pause(pauseMs);
      await fault.act(targets, nth);
    }
  }
}
