import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readCommandLine, refuse } from '../../scripts/commands/command-line.ts';
import { accessBench } from './access-bench.ts';
import { federationBench } from './federation-bench.ts';
import { historyBench } from './history/history-bench.ts';
import { type Measurement, median } from './load/measurement.ts';
import { foreignTarget, ownTarget, type Target } from './target.ts';
import type { Settings, Workload } from './workload.ts';
import { batchUpsert, create, partialUpdate, queryByType, retrieve } from './workloads/http-workloads.ts';
import { mqttMeasure } from './workloads/mqtt-measure.ts';
import { notificationLatency } from './workloads/notification-latency.ts';
import { notificationThroughput } from './workloads/notification-throughput.ts';
import { uplinkLatency, uplinkToEntity } from './workloads/uplink-to-entity.ts';

const USAGE = `npm run bench -- report
npm run bench -- paired --with FOLDER  each row of the report, in turns with the product of another commit
npm run bench -- steady [--seconds 60] [--turns 3]     without pauses, as users experience it
npm run bench -- where patch|create|batch|retrieve|query     the CPU time of a request by layer
npm run bench -- stellio [--url URL]
npm run bench -- validation
npm run bench -- memory
npm run bench -- starts [--first 3] [--second 5]     with the embedded database and the demo
npm run bench -- matching
npm run bench -- live [--times 3]     how long other clients wait during an expensive request
npm run bench -- registrations [how many]
npm run bench -- silent-endpoint
npm run bench -- fast [device …] [--turns 24], on the PostgreSQL of TEST_DATABASE_URL
npm run bench -- map [--url URL] [--assets 50000]
npm run bench -- capacity [--entities 20000] [--subscriptions 1000]   resources per item: docs/capacity.md
npm run bench -- dashboard [--lamps 4670] [--days 365]
npm run bench -- search [--url URL] [--assets 50000]
npm run bench -- exports [--rows 1000000]
npm run bench -- collectivities [--count 100]   what many cost on one PostgreSQL: start, memory, first map, jobs
npm run bench -- idle-collectivity [--count 100] what one more costs each process to know it
npm run bench -- fairness [--assets 50000]      how long a tenant waits while another loads
npm run bench -- push     notifies 10,000 browsers by a push service in another process
npm run bench -- [workload …] [--url URL] [--connections 32] [--seconds 5] [--runs 3] [--entities 10000]

npm run bench -- history [--instances 10000000] [--requests 50] [--plans] [--data FOLDER [--fill]]
npm run bench -- rules [--entities 10000] [--rules 50] [--rate 100] [--seconds 60] [--lamps 660] [--days 30]
npm run bench -- lighting [--lamps 4670] [--nights 365] [--days 7] [--requests 11]
npm run bench -- federation [--connections 8] measures the cost of one hop and of 20 sources.
npm run bench -- access compares retrievals with access open and enforced.

Prints the median of the runs of each workload, after one for warming up. Without --url the whole product is started on
a new PostgreSQL. The load generator runs on the same machine.`;

const WORKLOADS: { readonly [id: string]: Workload } = {
  create,
  'partial-update': partialUpdate,
  retrieve,
  'query-by-type': queryByType,
  'batch-upsert': batchUpsert,
  'notification-latency': notificationLatency,
  'notifications-1': notificationThroughput(1),
  'notifications-10': notificationThroughput(10),
  'mqtt-measure': mqttMeasure(1),
  'mqtt-measure-qos0': mqttMeasure(0),
  'uplink-to-entity': uplinkToEntity,
  'uplink-latency': uplinkLatency,
};

/** Benchmarks that start their own product and print their own table. */
const ALONE: { readonly [id: string]: string } = {
  report: './report/main.ts',
  paired: './paired/main.ts',
  steady: './steady/main.ts',
  where: './where/where-bench.ts',
  stellio: './stellio/main.ts',
  matching: '../../broker/test/subscriptions/match-bench.ts',
  registrations: '../../broker/test/registrations/registration-bench.ts',
  'silent-endpoint': './silent-endpoint.ts',
  validation: './models.ts',
  memory: './memory.ts',
  starts: './starts/starts-bench.ts',
  live: './live-bench.ts',
  fast: '../../platform/test/fast/fast-bench.ts',
  rules: './rules/rules-bench.ts',
  lighting: './lighting/lighting-bench.ts',
  push: '../../services/publishing/test/push-bench.ts',
  map: './map/map-bench.ts',
  capacity: './capacity/main.ts',
  search: './search/search-bench.ts',
  exports: './exports/export-bench.ts',
  collectivities: './neighbours/collectivities-bench.ts',
  'idle-collectivity': '../../services/territory/test/collectivities-bench.ts',
  fairness: './neighbours/fairness-bench.ts',
  dashboard: './dashboards/dashboard-bench.ts',
};
const asksForHelp = process.argv.includes('--help') || process.argv.includes('-h');
const alone = ALONE[process.argv[2] ?? ''];
if (alone !== undefined && !asksForHelp) {
  const file = fileURLToPath(new URL(alone, import.meta.url));
  // Replaces this process, so that a signal to it ends the benchmark.
  process.execve?.(process.execPath, [process.execPath, file, ...process.argv.slice(3)], process.env);
}

const { values, positionals } = readCommandLine({
  usage: USAGE,
  words: Number.POSITIVE_INFINITY,
  options: {
    url: { type: 'string' },
    connections: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '3' },
    entities: { type: 'string', default: '10000' },
    instances: { type: 'string', default: '10000000' },
    requests: { type: 'string', default: '50' },
    plans: { type: 'boolean', default: false },
    data: { type: 'string' },
    fill: { type: 'boolean', default: false },
  },
});
const settings: Settings = {
  connections: Number(values.connections),
  seconds: Number(values.seconds),
  entities: Number(values.entities),
};
if (positionals[0] === 'history') {
  const { connections, seconds } = settings;
  const [instances, requests] = [Number(values.instances), Number(values.requests)];
  await historyBench({
    instances,
    requests,
    connections,
    seconds,
    showsPlans: values.plans,
    data: values.data,
    onlyFills: values.fill,
  });
  process.exit(0);
}
if (positionals[0] === 'access') {
  await accessBench(settings, Number(values.runs));
  process.exit();
}
if (positionals[0] === 'federation') {
  await federationBench(settings, Number(values.runs));
  process.exit();
}
const unknown = positionals.find((id) => !Object.hasOwn(WORKLOADS, id));
if (unknown !== undefined)
  refuse(USAGE, `workload: got ${unknown}, expected some of ${Object.keys(WORKLOADS).join(', ')}`);

const target = values.url === undefined ? await ownTarget() : foreignTarget(values.url);
try {
  await report(target);
} finally {
  await target.stop();
}

async function report(target: Target): Promise<void> {
  const [cpu] = cpus();
  console.log(
    `${cpu?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
  );
  console.log(
    `${values.url ?? 'our own broker on PostgreSQL, fsync on'}; ${settings.connections} connections, ${settings.seconds} s, ` +
      `${settings.entities} entities, median of ${values.runs} runs\n`,
  );
  console.log('| workload | per second | p50 ms | p95 ms | p99 ms | errors | memory MiB |');
  console.log('| --- | --: | --: | --: | --: | --: | --: |');
  for (const id of positionals.length > 0 ? positionals : Object.keys(WORKLOADS)) {
    const workload = WORKLOADS[id] as Workload; // checked above
    if (workload.ownOnly && values.url !== undefined) continue;
    const measured = await measure(workload, target);
    const memory = (await target.memory()) ?? '';
    const { perSecond, p50, p95, p99, errors } = measured;
    console.log(
      `| ${workload.name} | ${Math.round(perSecond)} ${workload.unit} | ${shown(p50)} | ${shown(p95)} | ${shown(p99)} | ${errors} | ${memory} |`,
    );
  }
}

async function measure(workload: Workload, target: Target): Promise<Measurement> {
  await workload.prepare?.(target, settings);
  await workload.run(target, settings, 0);
  const runs: Measurement[] = [];
  for (let run = 1; run <= Number(values.runs); run++) runs.push(await workload.run(target, settings, run));
  return median(runs);
}

function shown(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? '' : milliseconds.toFixed(milliseconds < 10 ? 1 : 0);
}
