import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { endProgram, freePort } from '../../../scripts/programs.ts';
import { startArguments } from '../../../scripts/start-command.ts';
import { reportMissedGoals } from '../report-missed-goals.ts';

/*
 * npm run bench -- starts [--first 3] [--second 5]
 *
 * How long `npm start` takes with the embedded database and the demo: in a new folder, and again in the last one. Prints
 * the steps of the quickest of each. Exit code 1: a median is above its goal.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { first: { type: 'string', default: '3' }, second: { type: 'string', default: '5' } },
});

const GOALS_S = { first: 12, second: 3 } as const;
const READY_EVERY_MS = 40;
/** A step in less time has no row of its own. */
const SHORT_MS = 20;

interface Step {
  readonly step: string;
  readonly atMs: number;
}

/** Seconds from the command. */
interface Start {
  /** Until `/ready` answers 200. */
  readonly ready: number;
  /** Until the map is live: the text that the product is up. */
  readonly live: number;
  /** Until each service has created its part of the demo. */
  readonly filled: number;
  readonly steps: readonly Step[];
}

async function measureStart(dataDir: string): Promise<Start> {
  const [port, mqttPort] = [String(await freePort()), String(await freePort())];
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const child = spawn(process.execPath, startArguments(''), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DATA_DIR: dataDir, PORT: port, MQTT_PORT: mqttPort, LOG_LEVEL: 'debug' },
  });
  const steps: Step[] = [];
  const live = Promise.withResolvers<number>();
  const filled = Promise.withResolvers<number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('Alzette is up')) live.resolve(seconds());
    if (line.includes('are in place')) filled.resolve(seconds());
    const step = stepIn(line);
    if (step) steps.push(step);
  });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The product ended with ${code}`)));
  const ready = untilReady(`http://127.0.0.1:${port}/ready`).then(seconds);
  try {
    const [readyS, liveS, filledS] = await Promise.race([Promise.all([ready, live.promise, filled.promise]), ended]);
    return { ready: readyS, live: liveS, filled: filledS, steps };
  } finally {
    ended.catch(() => {}); // it is to end now
    await endProgram(child, 'SIGTERM', 20_000);
  }
}

/** A line of the log at level debug: platform/src/start-steps.ts */
function stepIn(line: string): Step | undefined {
  if (!line.startsWith('{') || !line.includes('"step"')) return undefined;
  const { step, atMs }: Partial<Step> = JSON.parse(line);
  return step === undefined || atMs === undefined ? undefined : { step, atMs };
}

async function untilReady(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))?.ok) await pause(READY_EVERY_MS);
}

function showSteps(title: string, { steps }: Start): void {
  console.log(`\n${title}, quickest: ms since the process began`);
  let last = 0;
  let others: string[] = [];
  for (const { step, atMs } of steps) {
    others.push(step);
    if (atMs - last < SHORT_MS && step !== 'listening') continue;
    console.log(`${String(atMs).padStart(7)}  +${String(atMs - last).padStart(5)}  ${others.join(', ')}`);
    last = atMs;
    others = [];
  }
}

function sorted(starts: readonly Start[], of: 'ready' | 'live' | 'filled'): number[] {
  return starts.map((start) => start[of]).sort((one, other) => one - other);
}

const first: Start[] = [];
const second: Start[] = [];
let folder = '';
while (first.length < Number(values.first)) {
  if (folder !== '') await rm(folder, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'alzette-starts-'));
  first.push(await measureStart(folder));
}
while (second.length < Number(values.second)) second.push(await measureStart(folder));
await rm(folder, { recursive: true });

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}; embedded database, with the demo\n`);
console.log('| median (quickest), s | `/ready` | live map | goal | services have filled the demo |');
console.log('|---|--:|--:|--:|--:|');
const missed: string[] = [];
for (const [name, starts] of [
  ['first', first],
  ['second', second],
] as const) {
  const cell = (of: 'ready' | 'live' | 'filled') => {
    const all = sorted(starts, of);
    return `${all[Math.floor(all.length / 2)]?.toFixed(1)} (${all[0]?.toFixed(1)})`;
  };
  console.log(`| ${name} start | ${cell('ready')} | ${cell('live')} | ${GOALS_S[name]} | ${cell('filled')} |`);
  const median = sorted(starts, 'live')[Math.floor(starts.length / 2)] ?? 0;
  if (median > GOALS_S[name]) missed.push(`${name} start: live after ${median.toFixed(1)} s`);
}
for (const [name, starts] of [
  ['First start', first],
  ['Second start', second],
] as const) {
  const quickest = starts.toSorted((one, other) => one.live - other.live)[0];
  if (quickest) showSteps(name, quickest);
}
reportMissedGoals(missed);
process.exit();
