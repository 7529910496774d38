import { aptMirror } from '../install/apt-mirror.ts';
import { all } from './all.ts';
import { type DrillCommand, listOf } from './command.ts';
import { faults, patroni } from './faults-command.ts';

/*
 * Most drills are loaded when they are run, because they load a good part of the product.
 */

/** Their public holidays are known to the drill. */
const MONTHS_OF_PRODUCT = ['2027-03', '2027-10'];

/** Prints a result. */
function shown(result: { readonly isClean: boolean }, say: (text: string) => void): boolean {
  say(JSON.stringify(result, null, 2));
  return result.isClean;
}

const statements: DrillCommand = {
  name: 'statements',
  what: ['Kills the due work and the jobs of services before each of their statements, and compares the ends.'],
  options: { every: { what: 'kills before each n-th statement only', default: 1 } },
  run: async ({ number, say }) =>
    (await import('../statements/statement-drill.ts')).runStatementDrill(say, number('every')),
};

const killPoints: DrillCommand = {
  name: 'kill-points',
  what: [
    'Kills the whole product after each statement of the write lane, outbox, inbox and commands that changes something.',
    'The product writes, receives measurements and sends a command, and is killed after its first statement, in the next',
    'run after the second one, and so on over all of them. The end state must always be the same.',
  ],
  options: {
    first: { what: 'the first statement after which it is killed', default: 1 },
    every: { what: 'kills after each n-th statement only', default: 1 },
  },
  run: async ({ number, say }) =>
    shown(
      await (await import('../kill-points/kill-point-drill.ts')).runKillPointDrill({
        from: number('first'),
        every: number('every'),
        say,
      }),
      say,
    ),
};

const outage: DrillCommand = {
  name: 'outage',
  what: [
    'Two whole products and devices without a clock, while the database is away, crashes, and is away during a shutdown.',
    'No measure may be lost or stored twice; each process may log at most 20 kB in a minute, without stacks; and a process',
    'that is stopped answers all its requests and ends with code 0.',
  ],
  options: {
    times: { what: 'how often the database is away for 30 s', default: 3, least: 0 },
    crashes: { what: 'how often it crashes and starts again at once', default: 3, least: 0 },
    embedded: { what: 'devices send to the MQTT broker of a product instead of to Mosquitto', default: false },
  },
  run: async ({ number, flag, say }) =>
    shown(
      await (await import('../outage/outage-drill.ts')).runOutageDrill({
        times: number('times'),
        crashes: number('crashes'),
        isExternal: !flag('embedded'),
        say,
      }),
      say,
    ),
};

const month: DrillCommand = {
  name: 'month',
  what: [
    'Lives through the months of the two clock changes in simulated time, with kills, and compares all sums.',
    '`sums`: the jobs that sum nights of lamps, days of meters and the history, killed before their statements.',
    '`product`: the whole product and PostgreSQL with simulated clocks (libfaketime), and a mail server: also retention,',
    'scheduled reports, bills, and rules that follow holidays. The product is killed (SIGKILL) again and again.',
  ],
  options: {
    parts: { what: 'the parts to run', default: 'sums,product' },
    months: { what: 'the months of `product`', default: MONTHS_OF_PRODUCT.join() },
    'kill-every': { what: 'days from one kill of `product` to the next', default: 2 },
  },
  async run({ number, text, say }) {
    const parts = listOf('parts', text('parts'), ['sums', 'product']);
    const months = listOf('months', text('months'), MONTHS_OF_PRODUCT);
    const isRight = !parts.includes('sums') || (await (await import('../month/month-drill.ts')).runMonthDrill(say));
    if (!parts.includes('product')) return isRight;
    return (
      (await (await import('../month/product/product-month.ts')).runProductMonths(months, number('kill-every'), say)) &&
      isRight
    );
  },
};

const install: DrillCommand = {
  name: 'install',
  what: [
    'Makes Debian packages, and follows docs/fr/debian.md in an empty Debian: installs the version before, starts it, backs',
    'it up, upgrades it, wipes it, restores the backup, compares, and removes it. Tries each line `apt install` of the docs.',
    'Requires root and mmdebstrap.',
  ],
  options: {
    mirror: { what: 'the mirror of Debian; absent: that of this machine' },
    from: { what: 'the commit of the version before; absent: the last tag, or this version with a lower number' },
    keep: { what: 'keeps the Debian', default: false },
  },
  run: async ({ text, flag, say }) =>
    shown(
      await (await import('../install/install-drill.ts')).runInstallDrill({
        mirror: text('mirror') ?? aptMirror(),
        from: text('from'),
        keeps: flag('keep'),
        say,
      }),
      say,
    ),
};

const neighbours: DrillCommand = {
  name: 'neighbours',
  what: [
    'QGIS without a window opens the project of docs/bring-your-own on the open data of the demo, and counts the features.',
    'Requires python3-qgis. Node-RED, GDAL, ClamAV and OpenID providers are tried by the tests.',
  ],
  options: { picture: { what: 'the file of a picture (PNG) of the map that QGIS draws' } },
  run: async ({ text, say }) =>
    shown(await (await import('../neighbours/neighbours-drill.ts')).runNeighboursDrill(text('picture')), say),
};

const upgrade: DrillCommand = {
  name: 'upgrade',
  what: ['Upgrades two processes of an earlier version to this one, as `upgrade --check` says, while clients write.'],
  options: {
    from: { what: 'the commit of the earlier version; absent: the last tag' },
    entities: { what: 'entities before the upgrade', default: 1_000_000 },
    writers: { what: 'clients that write one after the other', default: 8 },
    'write-pause': { what: 'milliseconds between two writes of a client', default: 20 },
  },
  run: async ({ number, text, say }) => {
    const load = { entities: number('entities'), writers: number('writers'), writePauseMs: number('write-pause') };
    return shown(
      await (await import('../upgrade/upgrade-drill.ts')).runUpgradeDrill({ from: text('from'), ...load, say }),
      say,
    );
  },
};

const small: DrillCommand = {
  name: 'small',
  what: [
    'The whole product, the demo and PostgreSQL on 2 processors and 2 GB, idle and loaded, with a year of history.',
    'Requires root.',
  ],
  options: { instances: { what: 'values in the history', default: 10_000_000 } },
  run: async ({ number, say }) =>
    shown(await (await import('../small/small-drill.ts')).runSmallDrill({ instances: number('instances'), say }), say),
};

const citus: DrillCommand = {
  name: 'citus',
  takes: '[conformance] [worker] [loss] [uplinks] [move] [burst] [cpu] [services] [service-tests] [upgrade]',
  what: [
    'A broker on a Citus cluster: all of these exercises without names, except the upgrade.',
    'The conformance suite; a broker with the URL of a worker; a worker that is down for 20 s while other processes start,',
    'and one that is down while devices of all tenants send; a tenant of 100,000 entities that gets its own shard and moves',
    'while clients write to it; 10,000 measurements by MQTT; the processor time of requests by node; the whole product with',
    'its services, and their tests; this version on a cluster of an earlier one.',
  ],
  options: { from: { what: 'the commit of the earlier version, for `upgrade`' } },
  run: async ({ positionals, text, say }) =>
    (await import('../citus/citus-drill.ts')).runCitusDrill(positionals, text('from'), say),
};

const pitr: DrillCommand = {
  name: 'pitr',
  what: [
    'Restores the database of a territory after five years from the archive of its write-ahead log (pgBackRest).',
    'It has measurements of the last days, before them sums of hours and days (retention), nights of lamps, reports, alarms.',
    'PostgreSQL archives its log and is backed up while the product runs. Then a day of measurements is added, and a row is',
    'written every 100 ms, until the server is killed and its disk is lost. It prints how many seconds of writes were lost',
    '(RPO), how long the recovery took (RTO), and whether all data are the same. They must be, with an RPO of at most 5',
    'seconds and an RTO of at most 15 minutes.',
  ],
  options: {
    years: { what: 'the age of the data', default: 5, least: 0.01 },
    lamps: { what: 'lamps that measure', default: 4670 },
    'raw-days': { what: 'days whose measurements are kept', default: 30 },
    'hour-days': { what: 'days whose hourly sums are kept', default: 365 },
    seconds: { what: 'seconds of writes until the server is lost', default: 180 },
    'archive-timeout': { what: 'archive_timeout of PostgreSQL, in seconds', default: 60 },
  },
  run: async (given) => (await import('../pitr/command.ts')).runPitrCommand(given),
};

/** All drills, as the help lists them. */
export const COMMANDS: readonly DrillCommand[] = [
  all,
  faults,
  statements,
  killPoints,
  outage,
  month,
  patroni,
  citus,
  upgrade,
  install,
  neighbours,
  small,
  pitr,
];
