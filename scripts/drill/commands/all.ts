import { findPostgres } from '../../postgres-server.ts';
import { citusMissing } from '../citus/cluster.ts';
import { type DrillResult, runDrill } from '../drill.ts';
import { FAULTS } from '../faults.ts';
import { type DrillCommand, type Given, listOf } from './command.ts';
import { PROMISES } from './faults-command.ts';

/** The faults with the full number of times. */
const COUNTS = { kill: 100, 'lost-answer': 50, rolling: 30, clock: 20, away: 20 } as const;
type Fault = keyof typeof COUNTS;
const DATABASES: { readonly [name: string]: boolean } = { postgresql: false, citus: true };
const NAMES = Object.keys(COUNTS) as Fault[];

interface Series {
  readonly fault: Fault;
  readonly times: number;
  readonly processes: number;
  readonly isOnCitus: boolean;
}

const COLUMNS = [
  'faults',
  'processes',
  'database',
  'acknowledged',
  'not 2xx',
  ...PROMISES,
  'slowest ms',
  'exits not 0',
];

/** All faults in their full numbers, with one and two processes, and on a Citus cluster where there is one. */
export const all: DrillCommand = {
  name: 'all',
  what: [
    'All faults in their full numbers, with one and two processes, on PostgreSQL and on Citus, and one table at the end.',
    'A count of 0 leaves a fault out. Rolling restarts need two processes.',
  ],
  options: {
    ...Object.fromEntries(
      NAMES.map((name) => [name, { what: FAULTS[name]?.what ?? '', default: COUNTS[name], least: 0 }]),
    ),
    processes: { what: 'numbers of processes', default: '1,2' },
    databases: { what: 'kinds of databases', default: 'postgresql,citus' },
    writers: { what: 'clients that write one after the other', default: 4 },
    pause: { what: 'milliseconds between two faults', default: 500 },
    'write-pause': { what: 'milliseconds between two writes of a client', default: 60 },
  },
  async run(given) {
    const rows: string[][] = [];
    let isClean = true;
    for (const series of seriesOf(given)) {
      const title = `${series.times} × ${series.fault}`;
      const place = [title, `${series.processes}`, series.isOnCitus ? 'Citus' : 'PostgreSQL'];
      const missing = missingFor(series);
      if (missing !== undefined) {
        rows.push([...place, `not run: ${missing}`]);
        continue;
      }
      try {
        const result = await runSeries(given, series);
        rows.push([...place, ...figuresOf(result)]);
        for (const example of result.examples) given.say(`  ${example}`);
        isClean &&= result.isClean;
      } catch (error) {
        rows.push([...place, `ended early: ${error instanceof Error ? error.message : error}`]);
        isClean = false;
      }
      given.say(lineOf(rows.at(-1) as string[]));
    }
    given.say(`\n${lineOf(COLUMNS)}\n${lineOf(COLUMNS.map(() => '---'))}`);
    for (const row of rows) given.say(lineOf(row));
    return isClean;
  },
};

function* seriesOf(given: Given): Generator<Series> {
  const processes = (given.text('processes') ?? '').split(',').map(Number);
  const databases = listOf('databases', given.text('databases'), Object.keys(DATABASES));
  for (const [name, isOnCitus] of Object.entries(DATABASES)) {
    if (!databases.includes(name)) continue;
    for (const fault of NAMES) {
      const times = given.number(fault);
      for (const many of processes) {
        if (times > 0 && (many > 1 || fault !== 'rolling')) yield { fault, times, processes: many, isOnCitus };
      }
    }
  }
}

function missingFor({ fault, isOnCitus }: Series): string | undefined {
  const bin = findPostgres();
  if (bin === undefined) return 'PostgreSQL 17 with PostGIS is missing';
  return (isOnCitus ? citusMissing(bin) : undefined) ?? FAULTS[fault]?.missing?.();
}

function runSeries({ number, say }: Given, { fault, times, processes, isOnCitus }: Series): Promise<DrillResult> {
  return runDrill({
    faults: [{ name: fault, times }],
    processes,
    isOnCitus,
    writers: number('writers'),
    pauseMs: number('pause'),
    writePauseMs: number('write-pause'),
    showsLogs: false,
    say,
  });
}

function figuresOf(result: DrillResult): string[] {
  const refused = [...result.answers].filter(([status]) => status < 200 || status > 299);
  const bad = refused.map(([status, times]) => `${times} × ${status || 'none'}`).join(', ');
  const badExits = result.exits.filter(({ code }) => code !== 0).length;
  const promised = PROMISES.map((name) => result[name]);
  return [`${result.acknowledged}`, bad || '0', ...promised.map(String), `${result.slowestAnswerMs}`, `${badExits}`];
}

const lineOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
