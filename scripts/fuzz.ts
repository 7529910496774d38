import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { positiveNumber, readCommandLine } from './commands/command-line.ts';

const USAGE = `npm run fuzz -- [--minutes 60] [--seed 7]

Fuzzes the HTTP and MQTT interfaces, on the database of TEST_DATABASE_URL or the embedded one. It prints its seed, and
its findings at the end.`;

const { values } = readCommandLine({
  usage: USAGE,
  options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string', default: String(Date.now() % 1e9) } },
});
for (const [name, value] of Object.entries(values)) positiveNumber(USAGE, name, String(value));
const test = fileURLToPath(new URL('../platform/test/fuzz/borders.test.ts', import.meta.url));
const child = spawn(process.execPath, ['--test', '--test-force-exit', '--test-reporter=spec', test], {
  env: { ...process.env, FUZZ_MINUTES: values.minutes, FUZZ_SEED: values.seed },
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
