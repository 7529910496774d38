import { parseArgs } from 'node:util';
import { runDrill } from './drill.ts';
import { FAULTS } from './faults.ts';

/*
 * npm run drill -- kill:30 lost-answer:10 [--processes 2] [--writers 8] [--pause 1000] [--write-pause 20] [--logs]
 *
 * Brokers under a flow of writes, with subscribers, to which these faults are done so many times each; in the end all that was
 * acknowledged is compared with what is stored and what subscribers were told. Ends with 1 unless every promise was kept.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: { type: 'string', default: '2' },
    writers: { type: 'string', default: '8' },
    pause: { type: 'string', default: '1000' },
    'write-pause': { type: 'string', default: '20' },
    logs: { type: 'boolean', default: false },
  },
});

function number(name: 'processes' | 'writers' | 'pause' | 'write-pause'): number {
  const value = Number(values[name]);
  if (!(value >= 1)) throw new Error(`--${name}: got ${values[name]}, expected a number of 1 or more`);
  return value;
}

const faults = positionals.map((positional) => {
  const [name = '', times = '1'] = positional.split(':');
  if (FAULTS[name] === undefined || !(Number(times) >= 1)) {
    const expected = `one of ${Object.keys(FAULTS).join(', ')}, with ":" and how often`;
    throw new Error(`fault: got ${positional}, expected ${expected}`);
  }
  return { name, times: Number(times) };
});

const result = await runDrill({
  faults,
  processes: number('processes'),
  writers: number('writers'),
  pauseMs: number('pause'),
  writePauseMs: number('write-pause'),
  showsLogs: values.logs,
  say: (text) => console.log(text),
});
const { examples, answers, exits, ...figures } = result;
for (const example of examples) console.log(`  ${example}`);
console.log(`answers: ${[...answers].map(([status, times]) => `${status || 'none'}: ${times}`).join(', ')}`);
if (exits.length > 0) {
  const slowest = Math.max(...exits.map(({ ms }) => ms));
  console.log(
    `ends: ${exits.length}, codes ${[...new Set(exits.map(({ code }) => code))].join(', ')}, slowest ${slowest} ms`,
  );
}
console.log(JSON.stringify(figures));
process.exitCode = result.isClean ? 0 : 1;
