import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPostgres } from '../../../scripts/postgres-server.ts';
import { reportMissedGoals } from '../report-missed-goals.ts';
import { measureStellio } from '../stellio/measure-stellio.ts';
import { ownTarget } from '../target.ts';
import { chart } from './chart.ts';
import { measureFigures } from './figures.ts';
import { type MeasuredRow, measureRows } from './measure-rows.ts';
import { bars, costTable, figureTable, missed, rowTables } from './report-text.ts';
import { rowsFor } from './rows.ts';

/*
 * npm run bench -- report [--seconds 5] [--runs 3] [--entities 100000] writes bench/REPORT.md and its chart: our
 * operations compared with a bare route for the same work and with pgbench, in one run. npm run bench -- report --rows
 * 'retrieve|create' [--no-figures] prints only these and writes nothing. Exit code 1: a required value is missed; the
 * last lines say which.
 */
const { values } = parseArgs({
  allowNegative: true,
  options: {
    seconds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '3' },
    entities: { type: 'string', default: '100000' },
    rows: { type: 'string' },
    figures: { type: 'boolean', default: true },
  },
});
const seconds = Number(values.seconds);
const runs = Number(values.runs);
const entities = Number(values.entities);
const bin = findPostgres();
if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is not installed');

const STELLIO = `The workloads of Stellio's load tests, compared with the best published figures (8 virtual cores, load on a second machine, 10 or
50 virtual users). Here the number of connections is the same, and load and database run on the same machine
(\`npm run bench -- stellio\`). Bold: at least ten times the published figure.`;

const COSTS = `Where the time goes: CPU time per operation at 32 connections, of all processes and threads, and the idle share of the cores
meanwhile. The load generator used the rest.`;

const WHERE_IT_GOES = `A create and a partial update take more CPU in the broker than in the bare route, and less in PostgreSQL: waiting writes share a
statement, and the first instances of an entity are stored as one row beside it, until its history is read or corrected. Most of
the broker's work is done by one thread. Its time per update and per notification limits their rate, and how long simultaneous
requests wait. A page of 20 takes more CPU in the broker than in PostgreSQL, and a page of 100 takes less. The temporal aggregates
read each instance of their entity, because there are no sums per second: with 10,000 instances a third of PostgreSQL's time is
the scan of the index; with 100, most of it is finding where each attribute begins. Most of the memory is the heaps of V8, of the
broker and of the threads of codecs.`;

/** pgbench with 8 clients on the machine for which the absolute goals were set. */
const RETRIEVED_THERE = 75_600;

const rows = rowsFor(entities).filter(({ name }) => values.rows === undefined || new RegExp(values.rows).test(name));
const target = await ownTarget();
try {
  const figures = values.figures ? await measureFigures(target, { seconds, runs }, console.log) : [];
  const settings = { bin, entities, seconds, runs, connections: [32, 8] } as const;
  const measured = await measureRows(target, rows, settings, console.log);
  const stellio = values.figures ? await measureStellio(target.url, { seconds, runs }, console.log) : undefined;
  const text = [
    '# Speed, measured',
    '',
    `${machine()}. The whole product with history and subscriptions on. PostgreSQL has fsync and synchronous_commit on`,
    `and is reached by its Unix socket; the load comes from the same machine, by wrk and pgbench. ${entities.toLocaleString('en')} entities of 1 KB; ${runs === 1 ? 'one run' : `medians of ${runs} runs`} of ${seconds} s`,
    'after one that warms up, ours and the references in turns. 32 connections unless stated otherwise, pgbench with 8 clients.',
    'Bold: the required value is reached.',
    '',
    `    npm run bench -- report ${process.argv.slice(2).join(' ')}`.trimEnd(),
    '',
    rowTables(measured),
    ...(figures.length > 0 ? [figureTable(figures)] : []),
    ...(stellio === undefined ? [] : [STELLIO, '', stellio.table]),
    ...pace(measured),
    COSTS,
    '',
    costTable(measured, figures),
    WHERE_IT_GOES,
    '',
  ].join('\n');
  console.log(text);
  if (values.rows === undefined && values.figures) {
    await writeFile(new URL('../../report.svg', import.meta.url), chart(bars(measured)));
    const [title, ...rest] = text.split('\n');
    await writeFile(
      new URL('../../REPORT.md', import.meta.url),
      [title, '', '![Goals](report.svg)', ...rest].join('\n'),
    );
  }
  reportMissedGoals([...missed(measured, figures), ...(stellio?.missed ?? [])]);
} finally {
  await target.stop();
}

/** The speed of this machine compared with that machine. */
function pace(measured: readonly MeasuredRow[]): string[] {
  const measuredRate = measured.find(({ row }) => row.raw === 'retrieve.sql')?.raw?.perSecond;
  if (measuredRate === undefined) return [];
  const share = Math.round((measuredRate / RETRIEVED_THERE) * 100);
  return [
    `Figures that are not ratios depend on the machine. Their goals were set on a machine on which pgbench retrieved`,
    `${RETRIEVED_THERE.toLocaleString('en')} entities a second; here it reached ${share} % of that.`,
    '',
  ];
}

function machine(): string {
  const version = execFileSync(`${bin}/postgres`, ['--version'], { encoding: 'utf8' }).trim();
  const root = fileURLToPath(new URL('../../../package.json', import.meta.url));
  const own = (JSON.parse(readFileSync(root, 'utf8')) as { version: string }).version;
  const cores = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `Alzette ${own}, ${cores}, Node ${process.version}, ${version.replace(/ \(Debian.*/, '')}`;
}
