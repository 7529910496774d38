import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startNginx } from './nginx.ts';
import { endProgram, findProgram, freePort } from './programs.ts';

/*
 * node scripts/fleet.ts --database postgres://… [--port 8080] [--processes 2] [--restart-every SECONDS]
 *
 * Runs several brokers on one database behind nginx, and restarts them in turn if requested, until it is stopped.
 */
const BROKER = fileURLToPath(new URL('../broker/src/main.ts', import.meta.url));
/** See docker/nginx.conf. */
const READY_WITHIN_MS = 120_000;
/** More than two fail_timeouts: for this time nginx may skip a restarted broker, and would have no other one. */
const KNOWN_WITHIN_MS = 2_500;

export interface Fleet {
  readonly url: string;
  /** Restarts one broker after the other, each when the previous one is ready. */
  restartInTurn(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts brokers that share only the database, and nginx in front of them on the port. */
export async function startFleet(
  nginx: string,
  databaseUrl: string,
  { processes = 2, port = 0, environment = {} as NodeJS.ProcessEnv } = {},
): Promise<Fleet> {
  const front = port || (await freePort());
  const url = `http://127.0.0.1:${front}`;
  const ports: number[] = [];
  while (ports.length < processes) ports.push(await freePort());
  const start = async (own: number): Promise<ChildProcess> => {
    const settings = { PORT: String(own), PUBLIC_URL: url, DATABASE_URL: databaseUrl };
    const env = { LOG_LEVEL: 'warn', ...process.env, ...environment, ...settings };
    const child = spawn(process.execPath, [BROKER], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    await ready(child, `http://127.0.0.1:${own}/ready`);
    return child;
  };
  const brokers: ChildProcess[] = [];
  for (const own of ports) brokers.push(await start(own)); // the first one prepares the database
  const balancer = await startNginx(nginx, front, ports);
  return {
    url,
    async restartInTurn() {
      for (const [place, own] of ports.entries()) {
        await endProgram(brokers[place] as ChildProcess, 'SIGTERM', READY_WITHIN_MS);
        brokers[place] = await start(own);
        await pause(KNOWN_WITHIN_MS);
      }
    },
    async stop() {
      await balancer.stop();
      await Promise.all(brokers.map((broker) => endProgram(broker, 'SIGKILL')));
    },
  };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    if (child.exitCode !== null) throw new Error(`A broker ended with ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`${url} is not ready after ${READY_WITHIN_MS / 1000} s`);
    await pause(50);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      database: { type: 'string' },
      port: { type: 'string', default: '8080' },
      processes: { type: 'string', default: '2' },
      'restart-every': { type: 'string', default: '0' },
    },
  });
  const nginx = findProgram('nginx');
  if (nginx === undefined) throw new Error('nginx is missing');
  if (values.database === undefined) throw new Error('--database is missing');
  const fleet = await startFleet(nginx, values.database, {
    processes: Number(values.processes),
    port: Number(values.port),
  });
  console.log(`${values.processes} brokers behind ${fleet.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => fleet.stop().then(() => process.exit()));
  const seconds = Number(values['restart-every']);
  while (seconds > 0) {
    await pause(seconds * 1000);
    await fleet.restartInTurn();
    console.log('All were restarted');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
