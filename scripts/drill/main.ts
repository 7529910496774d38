import { parseArgs } from 'node:util';
import { runCitusDrill } from './citus/citus-drill.ts';
import { runDrill } from './drill.ts';
import { FAULTS } from './faults.ts';
import { runInstallDrill } from './install/install-drill.ts';
import { runKillPointDrill } from './kill-points/kill-point-drill.ts';
import { runMonthDrill } from './month/month-drill.ts';
import { runClusterDrill } from './patroni/cluster-drill.ts';
import { CLUSTER_FAULTS } from './patroni/cluster-faults.ts';
import { runSmallDrill } from './small/small-drill.ts';
import { runStatementDrill } from './statements/statement-drill.ts';
import { runUpgradeDrill } from './upgrade/upgrade-drill.ts';

/*
 * npm run drill -- kill:30 lost-answer:10 [--processes 2] [--writers 8] [--pause 1000] [--write-pause 20] [--logs]
 *
 * Injects these faults, each so many times, into brokers that clients write to and that notify subscribers. At the end it
 * compares the acknowledged writes with the stored data and the notifications. Exits with 1 if anything is wrong.
 *
 * npm run drill -- statements
 *
 * Kills the due work of services (nights, alarms, messages, items) before each of its statements, and compares the end with that
 * without a kill.
 *
 * npm run drill -- month
 *
 * Lives through the months of the two clock changes in simulated time, with kills, and compares all sums of lighting with the meters.
 *
 * npm run drill -- patroni kill:10 cut:2 [--devices 5] …
 *
 * The same with two of our processes on three PostgreSQL servers managed by Patroni, with measurements by MQTT and reads.
 * Requires root, because each server has a network namespace.
 *
 * npm run drill -- install [--mirror http://deb.debian.org/debian] [--keep]
 *
 * Follows docs/debian.md in an empty Debian, wipes it, restores the backup, and compares. Requires root and debootstrap.
 *
 * npm run drill -- upgrade [--from COMMIT] [--entities 1000000] [--writers 8] [--write-pause 20]
 *
 * Upgrades two processes of an earlier version to this one as `upgrade --check` says, under a load of writes.
 *
 * npm run drill -- small [--instances 10000000]
 *
 * The whole product, the demo and PostgreSQL on 2 processors and 2 GB, idle and loaded, with a year of history. Requires
 * root.
 *
 * npm run drill -- kill-points [--first 1] [--every 1]
 *
 * The product writes, receives measurements and sends a command, and is killed after its first statement that changes
 * something, in the next run after the second one, and so on over all of them. The end state must always be the same.
 *
 * npm run drill -- citus [conformance] [worker] [loss] [uplinks] [move] [burst] [cpu] [services] [service-tests]
 *   [upgrade --from COMMIT]
 *
 * A broker on a Citus cluster: the conformance suite; a broker with the URL of a worker; a worker that is down for 20 s
 * while other processes start, and one that is down while devices of all tenants send; a tenant of 100,000 entities that
 * gets its own shard and moves while clients write to it; 10,000 measurements by MQTT; the processor time of requests
 * by node; the whole product with its services, and their tests; this version on a cluster of an earlier one.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: { type: 'string', default: '2' },
    writers: { type: 'string', default: '8' },
    pause: { type: 'string', default: '1000' },
    'write-pause': { type: 'string', default: '20' },
    devices: { type: 'string', default: '5' },
    logs: { type: 'boolean', default: false },
    mirror: { type: 'string', default: 'http://deb.debian.org/debian' },
    keep: { type: 'boolean', default: false },
    from: { type: 'string' },
    entities: { type: 'string', default: '1000000' },
    instances: { type: 'string', default: '10000000' },
    first: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
  },
});

function number(
  name: 'processes' | 'writers' | 'pause' | 'write-pause' | 'devices' | 'entities' | 'instances' | 'first' | 'every',
): number {
  const value = Number(values[name]);
  if (!(value >= 1)) throw new Error(`--${name}: got ${values[name]}, expected a number of 1 or more`);
  return value;
}

/** The figures that must be zero. */
const PROMISES = ['lostWrites', 'lostNotifications', 'stuck', 'outOfOrder', 'twice', 'historyFaults'] as const;

const say = (text: string) => console.log(text);

if (positionals[0] === 'install') {
  const result = await runInstallDrill({ mirror: values.mirror, keeps: values.keep, say });
  console.log(JSON.stringify(result, null, 2));
  process.exit(result.isClean ? 0 : 1);
}

if (positionals[0] === 'statements') process.exit((await runStatementDrill(say)) ? 0 : 1);
if (positionals[0] === 'month') process.exit((await runMonthDrill(say)) ? 0 : 1);

if (positionals[0] === 'small') {
  const result = await runSmallDrill({ instances: number('instances'), say });
  console.log(JSON.stringify(result, null, 2));
  process.exit(result.isClean ? 0 : 1);
}

if (positionals[0] === 'upgrade') {
  const load = { entities: number('entities'), writers: number('writers'), writePauseMs: number('write-pause') };
  const result = await runUpgradeDrill({ from: values.from, ...load, say });
  console.log(JSON.stringify(result, null, 2));
  process.exit(result.isClean ? 0 : 1);
}

if (positionals[0] === 'kill-points') {
  const result = await runKillPointDrill({ from: number('first'), every: number('every'), say });
  console.log(JSON.stringify(result, null, 2));
  process.exit(result.isClean ? 0 : 1);
}

if (positionals[0] === 'citus') {
  const isClean = await runCitusDrill(positionals.slice(1), values.from, say);
  process.exit(isClean ? 0 : 1);
}

const isOfCluster = positionals[0] === 'patroni';
const known = isOfCluster ? CLUSTER_FAULTS : FAULTS;
const faults = positionals.slice(isOfCluster ? 1 : 0).map((positional) => {
  const [name = '', times = '1'] = positional.split(':');
  if (known[name] === undefined || !(Number(times) >= 1)) {
    const expected = `one of ${Object.keys(known).join(', ')}, with ":" and a count`;
    throw new Error(`fault: got ${positional}, expected ${expected}`);
  }
  return { name, times: Number(times) };
});
const flow = {
  writers: number('writers'),
  pauseMs: number('pause'),
  writePauseMs: number('write-pause'),
  showsLogs: values.logs,
  say,
};

if (isOfCluster) {
  const each = faults.length > 0 ? faults : Object.keys(CLUSTER_FAULTS).map((name) => ({ name, times: 1 }));
  const {
    examples,
    answers,
    faults: _printed,
    ...figures
  } = await runClusterDrill({
    ...flow,
    faults: each,
    devices: number('devices'),
  });
  report(examples, answers, figures);
} else {
  const { examples, answers, exits, ...figures } = await runDrill({ ...flow, faults, processes: number('processes') });
  if (exits.length > 0) {
    const slowest = Math.max(...exits.map(({ ms }) => ms));
    const codes = [...new Set(exits.map(({ code }) => code))].join(', ');
    console.log(`ends: ${exits.length}, codes ${codes}, slowest ${slowest} ms`);
  }
  report(examples, answers, figures);
}

function report(
  examples: readonly string[],
  answers: ReadonlyMap<number, number>,
  figures: { readonly isClean: boolean } & { readonly [name in (typeof PROMISES)[number]]: number },
): void {
  for (const example of examples) console.log(`  ${example}`);
  console.log(`answers: ${[...answers].map(([status, times]) => `${status || 'none'}: ${times}`).join(', ')}`);
  console.table(Object.fromEntries(PROMISES.map((name) => [name, figures[name]])));
  console.log(JSON.stringify(figures));
  process.exitCode = figures.isClean ? 0 : 1;
}
