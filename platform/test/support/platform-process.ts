import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@alzette/kit/testing';
import { freePort } from '../../../scripts/programs.ts';

export { freePort };

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Long, because a slow machine may have to build the pages first. */
const PATIENCE_MS = 240_000;
/** As `npm start` has it; it saves a sixth of the processor time of a start. */
const ROOM_FOR_GARBAGE = '--max-semi-space-size=32';
/** Part of what it prints then. */
const FILLED = 'alarms and reports are in place';

export interface PlatformProcess {
  readonly pid: number;
  readonly url: string;
  readonly mqttUrl: string;
  /** Its complete output so far. */
  output(): string;
  /** Resolves when the services have created their parts of the demo. */
  filled(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Stops it like Ctrl+C; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the product like `npm start`, on free ports, and waits until it reports that it is ready. */
export async function startPlatformProcess(environment: NodeJS.ProcessEnv): Promise<PlatformProcess> {
  const ports = { PORT: String(await freePort()), MQTT_PORT: String(await freePort()) };
  const { PORT, MQTT_PORT } = { ...ports, ...environment } as typeof ports;
  const child = spawnPlatform({ ...environment, PORT, MQTT_PORT });
  let output = '';
  const up = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Alzette is up')) up.resolve();
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  exited.then((code) => up.reject(new Error(`the platform ended with ${code}:\n${output}`)));
  const timer = setTimeout(
    () => up.reject(new Error(`the platform is not up after ${PATIENCE_MS / 1000} s:\n${output}`)),
    PATIENCE_MS,
  );
  try {
    await up.promise;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }

  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    pid: child.pid as number, // it is ready
    url: `http://127.0.0.1:${PORT}`,
    mqttUrl: `mqtt://127.0.0.1:${MQTT_PORT}`,
    output: () => output,
    filled: async () => {
      await eventually('the filled demo', async () => output.includes(FILLED) || undefined, PATIENCE_MS);
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** Runs it until it ends, for starts that must fail. */
export async function runToExit(environment: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const child = spawnPlatform(environment);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

function spawnPlatform(environment: NodeJS.ProcessEnv): ChildProcess {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return spawn(process.execPath, [ROOM_FOR_GARBAGE, MAIN], {
    env: {
      PATH,
      HOME,
      ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
      LOG_LEVEL: 'warn',
      CHECK_ANSWERS: 'on',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
