import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostgres } from '../../postgres-server.ts';
import { type BrokerProcess, brokerProcess } from '../broker-process.ts';
import { type Answers, startFlow, startSubscriber, subscribe } from '../flow.ts';
import { type Comparison, isClean, Ledger } from '../ledger.ts';
import { startMeasures, TENANT } from '../measures.ts';
import { type ReadFigures, startReaders } from '../readers.ts';
import { settle } from '../settle.ts';
import { type Cluster, clusterMissing, startCluster } from './cluster.ts';
import { CLUSTER_FAULTS } from './cluster-faults.ts';
import { type Lab, labMissing, makeLab } from './lab.ts';

export interface ClusterDrillOptions {
  readonly faults: readonly { readonly name: string; readonly times: number }[];
  readonly writers: number;
  readonly devices: number;
  readonly pauseMs: number;
  readonly writePauseMs: number;
  readonly showsLogs: boolean;
  readonly say: (text: string) => void;
}

/** Measured from one fault until the cluster was complete again. */
interface FaultFigures {
  readonly fault: string;
  /** The longest time without an acknowledged write, measurement or read, in seconds. */
  readonly writes: number;
  readonly measures: number;
  readonly reads: number;
  readonly failedReads: number;
}

export interface ClusterDrillResult extends Comparison {
  readonly stuck: number;
  readonly answers: Answers;
  readonly slowestAnswerMs: number;
  readonly measures: number;
  readonly reads: ReadFigures;
  readonly faults: readonly FaultFigures[];
  /** How often one of our processes had to be started again. */
  readonly restarts: number;
  readonly isClean: boolean;
}

const ENTITIES_OF_EACH = 5;
const SUBSCRIBERS = 2;
const PORT = 1026;
const SECOND_PORT = 1027;
const MQTT_PORT = 1883;
const READ_PAUSE_MS = 50;
const READERS_OF_EACH = 2;

/** Injects faults into a cluster of PostgreSQL servers under load, then compares writes, measurements and notifications. */
export async function runClusterDrill(options: ClusterDrillOptions): Promise<ClusterDrillResult> {
  const bin = findPostgres();
  const missing = bin === undefined ? 'PostgreSQL 17 with PostGIS is missing' : (labMissing() ?? clusterMissing());
  if (bin === undefined || missing !== undefined) throw new Error(missing);
  const cleanups: (() => unknown)[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), 'alzette-patroni-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const lab = makeLab();
    cleanups.push(() => lab.close());
    options.say('Starting etcd, three PostgreSQL servers with Patroni, and two of our processes');
    const cluster = await startCluster(lab, bin, folder, options.say);
    cleanups.push(() => cluster.stop());
    return await drill(lab, cluster, folder, options, cleanups);
  } finally {
    for (const cleanUp of cleanups.reverse()) await Promise.resolve(cleanUp()).catch(() => {});
  }
}

/** Starts two of our processes on one host: the whole product, which has MQTT, and a broker. */
async function startOurs(lab: Lab, cluster: Cluster, folder: string, cleanups: (() => unknown)[]) {
  const ours = lab.host('ours');
  const settings = {
    HOST: ours.address,
    DATABASE_URL: cluster.url,
    DATABASE_READ_URL: cluster.url.replace('read-write', 'standby'),
    ACCESS: 'open',
    DEMO: 'off',
    OFFLINE: 'on',
    SECRET_KEY: 'used only by this drill',
    TEMPORAL_PAGE_SIZE: '1000000',
    MQTT_PORT: String(MQTT_PORT),
    MQTT_ANONYMOUS: 'on',
    DATA_DIR: join(folder, 'ours'),
  };
  const start = (port: number, isProduct: boolean) =>
    brokerProcess(port, settings, { host: ours.address, start: ours.spawn, isProduct });
  const processes: [BrokerProcess, BrokerProcess] = [start(PORT, true), start(SECOND_PORT, false)];
  for (const each of processes) {
    cleanups.push(() => each.kill());
    await each.start();
  }
  return { ours, processes };
}

async function drill(
  lab: Lab,
  cluster: Cluster,
  folder: string,
  options: ClusterDrillOptions,
  cleanups: (() => unknown)[],
): Promise<ClusterDrillResult> {
  const { say } = options;
  const { ours, processes } = await startOurs(lab, cluster, folder, cleanups);
  const [platform] = processes;
  const ledger = new Ledger();
  for (let nth = 0; nth < SUBSCRIBERS; nth++) {
    const subscriber = await startSubscriber(ledger, lab.address);
    cleanups.push(() => subscriber.close());
    await subscribe(platform.url, subscriber, TENANT);
  }
  const urls = processes.map(({ url }) => url);
  const flow = await startFlow(ledger, urls, options.writers, ENTITIES_OF_EACH, options.writePauseMs, TENANT);
  const mqttUrl = `mqtt://${ours.address}:${MQTT_PORT}`;
  const measures = await startMeasures(ledger, platform.url, mqttUrl, options.devices, options.writePauseMs);
  const path = '/ngsi-ld/v1/entities?type=Counter&limit=5';
  const readers = startReaders(
    urls.flatMap((url) => Array<string>(READERS_OF_EACH).fill(url + path)),
    READ_PAUSE_MS,
    TENANT,
  );
  const seconds = (ms: number) => Math.round(ms / 100) / 10;
  const figures: FaultFigures[] = [];
  let stopped = 0;
  for (const { name, times } of options.faults) {
    const fault = CLUSTER_FAULTS[name];
    if (fault === undefined) throw new Error(`${name}: expected one of ${Object.keys(CLUSTER_FAULTS).join(', ')}`);
    say(`${times} × ${name}: ${fault.what}`);
    for (let nth = 0; nth < times; nth++) {
      await pause(options.pauseMs);
      for (const each of [flow, measures, readers]) each.takeGap();
      const before = readers.figures();
      await fault.act({ cluster, ours });
      await cluster.whole();
      await pause(options.pauseMs);
      const after = readers.figures();
      figures.push({
        fault: name,
        writes: seconds(flow.takeGap()),
        measures: seconds(measures.takeGap()),
        reads: seconds(readers.takeGap()),
        failedReads: after.failed - before.failed,
      });
      say(`  ${JSON.stringify(figures.at(-1))}`);
      for (const each of processes) if (!each.isRunning()) stopped++;
      if (stopped > 0)
        throw new Error(`One of our processes has exited:\n${processes.map((each) => each.output()).join('\n')}`);
    }
  }
  await flow.stop();
  await measures.stop();
  await readers.stop();
  const primary = await cluster.primary();
  const { stuck, stored } = await settle(
    ledger,
    platform.url,
    cluster.url.replace(/@[^/]*/, `@${primary?.host.address}:5432`),
    TENANT,
  );
  if (options.showsLogs) for (const each of processes) say(each.output());
  const comparison = ledger.compare(stored.history, stored.present);
  return {
    ...comparison,
    stuck,
    answers: flow.answers,
    slowestAnswerMs: flow.slowestMs(),
    measures: measures.acknowledged(),
    reads: readers.figures(),
    faults: figures,
    restarts: stopped,
    isClean: isClean(comparison) && stuck === 0,
  };
}
