import { runDrill } from '../drill.ts';
import { FAULTS } from '../faults.ts';
import { runClusterDrill } from '../patroni/cluster-drill.ts';
import { CLUSTER_FAULTS } from '../patroni/cluster-faults.ts';
import { type DrillCommand, type Given, UsageError } from './command.ts';

/** The figures that must be zero. */
export const PROMISES = [
  'lostWrites',
  'lostNotifications',
  'stuck',
  'outOfOrder',
  'twice',
  'historyFaults',
  'silent',
] as const;

interface Kind {
  readonly what: string;
}

const listed = (known: { readonly [name: string]: Kind }) =>
  Object.entries(known).map(([name, { what }]) => `  ${name.padEnd(14)} ${what}`);

/** Reads faults with their counts, e.g. `kill:30`. @throws UsageError */
function faultsOf(given: readonly string[], known: { readonly [name: string]: Kind }) {
  return given.map((one) => {
    const [name = '', times = '1'] = one.split(':');
    if (known[name] === undefined || !(Number(times) >= 1)) {
      const expected = `one of ${Object.keys(known).join(', ')}, with ":" and a count`;
      throw new UsageError(`fault: got ${one}, expected ${expected}`);
    }
    return { name, times: Number(times) };
  });
}

const LOAD = {
  writers: { what: 'clients that write one after the other', default: 8 },
  pause: { what: 'milliseconds between two faults', default: 1000 },
  'write-pause': { what: 'milliseconds between two writes of a client', default: 20 },
  logs: { what: 'prints the end of the logs of the processes', default: false },
} as const;

const loadOf = ({ number, flag, say }: Given) => ({
  writers: number('writers'),
  pauseMs: number('pause'),
  writePauseMs: number('write-pause'),
  showsLogs: flag('logs'),
  say,
});

/** Also run if no drill is named: `npm run drill -- kill:30 lost-answer:10`. */
export const faults: DrillCommand = {
  name: 'faults',
  takes: 'FAULT[:COUNT] …',
  what: [
    'Injects faults while clients write and are notified, and compares what was acknowledged with what arrived.',
    'The name of the drill may be left out: npm run drill -- kill:30 lost-answer:10. The faults:',
    ...listed(FAULTS),
  ],
  options: {
    processes: { what: 'brokers', default: 2 },
    citus: { what: 'on a Citus cluster, whose coordinator has the faults', default: false },
    ...LOAD,
  },
  async run(given) {
    if (given.positionals.length === 0) throw new UsageError('fault: got none, expected at least one, e.g. kill:3');
    const { examples, answers, exits, ...figures } = await runDrill({
      ...loadOf(given),
      faults: faultsOf(given.positionals, FAULTS),
      processes: given.number('processes'),
      isOnCitus: given.flag('citus'),
    });
    if (exits.length > 0) {
      const slowest = Math.max(...exits.map(({ ms }) => ms));
      const codes = [...new Set(exits.map(({ code }) => code))].join(', ');
      given.say(`ends: ${exits.length}, codes ${codes}, slowest ${slowest} ms`);
    }
    return report(given, examples, answers, figures);
  },
};

export const patroni: DrillCommand = {
  name: 'patroni',
  takes: '[FAULT[:COUNT] …]',
  what: [
    'The same with two of our processes on three PostgreSQL servers managed by Patroni, with measurements and reads.',
    'Requires root, because each server has a network namespace. Each fault once if none is named:',
    ...listed(CLUSTER_FAULTS),
  ],
  options: { devices: { what: 'devices that send measurements by MQTT', default: 5 }, ...LOAD },
  async run(given) {
    const named = faultsOf(given.positionals, CLUSTER_FAULTS);
    const each = named.length > 0 ? named : Object.keys(CLUSTER_FAULTS).map((name) => ({ name, times: 1 }));
    const {
      examples,
      answers,
      faults: _printed,
      ...figures
    } = await runClusterDrill({ ...loadOf(given), faults: each, devices: given.number('devices') });
    return report(given, examples, answers, figures);
  },
};

type Figures = { readonly isClean: boolean } & { readonly [name in (typeof PROMISES)[number]]?: number };

function report(
  { say }: Given,
  examples: readonly string[],
  answers: ReadonlyMap<number, number>,
  figures: Figures,
): boolean {
  for (const example of examples) say(`  ${example}`);
  say(`answers: ${[...answers].map(([status, times]) => `${status || 'none'}: ${times}`).join(', ')}`);
  for (const name of PROMISES) if (figures[name] !== undefined) say(`${name.padEnd(20)} ${figures[name]}`);
  say(JSON.stringify(figures));
  return figures.isClean;
}
