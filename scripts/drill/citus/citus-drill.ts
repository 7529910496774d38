import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findPostgres } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { type BrokerProcess, brokerProcess } from '../broker-process.ts';
import { runAtWorker } from './at-worker.ts';
import { type CitusCluster, citusMissing, startCitus } from './cluster.ts';
import { runClusterUpgrade } from './cluster-upgrade.ts';
import { runMqttBurst } from './mqtt-burst.ts';
import { runNodeCpu } from './node-cpu.ts';
import { runServices, runServiceTests } from './services.ts';
import { runTenantMove } from './tenant-move.ts';
import { runUplinksWhileAway } from './uplinks-while-away.ts';
import { runWorkerLoss } from './worker-loss.ts';

/** A broker on a coordinator with two workers. */
export interface CitusLab {
  readonly cluster: CitusCluster;
  readonly broker: BrokerProcess;
  readonly say: (text: string) => void;
}

const CONFORMANCE = fileURLToPath(new URL('../../../conformance-tests/src/main.ts', import.meta.url));

/** Each resolves to whether it passed. */
const EXERCISES: { readonly [name: string]: (lab: CitusLab) => Promise<boolean> } = {
  conformance: ({ broker }) => runConformance(broker.url),
  worker: runAtWorker,
  loss: runWorkerLoss,
  uplinks: runUplinksWhileAway,
  move: runTenantMove,
  burst: runMqttBurst,
  services: runServices,
  'service-tests': runServiceTests,
  cpu: runNodeCpu,
};

/** This exercise has its own cluster, created by an earlier version. */
const UPGRADE = 'upgrade';

/**
 * Runs exercises on a Citus cluster.
 *
 * @param given their names; empty: all except the upgrade
 *
 * @param from the version at which the upgrade begins
 *
 * @returns whether all passed
 */
export async function runCitusDrill(
  given: readonly string[],
  from: string | undefined,
  say: (text: string) => void,
): Promise<boolean> {
  const known = [...Object.keys(EXERCISES), UPGRADE];
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`exercise: got ${unknown}, expected one of ${known.join(', ')}`);
  const bin = findPostgres();
  const missing = bin === undefined ? 'PostgreSQL 17 with PostGIS is missing' : citusMissing(bin);
  if (bin === undefined || missing !== undefined) throw new Error(missing);
  let isClean = true;
  if (given.includes(UPGRADE)) {
    say(`${UPGRADE}:`);
    isClean = await runClusterUpgrade(bin, from, say);
  }
  const names = given.length > 0 ? given.filter((name) => name !== UPGRADE) : Object.keys(EXERCISES);
  if (names.length === 0) return isClean;
  const cluster = await startCitus(bin);
  const broker = brokerProcess(await freePort(), { DATABASE_URL: cluster.coordinator.url });
  try {
    await broker.start();
    say(
      `Citus ${cluster.version}: a coordinator and ${cluster.workers.length} workers, with a broker at ${broker.url}`,
    );
    for (const name of names) {
      say(`${name}:`);
      isClean = (await EXERCISES[name]?.({ cluster, broker, say })) === true && isClean;
    }
    return isClean;
  } finally {
    await broker.stop();
    await cluster.stop();
  }
}

/** @returns whether all cases passed */
export async function runConformance(url: string): Promise<boolean> {
  const child = spawn(process.execPath, [CONFORMANCE, url, '--failures', '--timeout', '15000'], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  return code === 0;
}
