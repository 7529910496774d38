import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram } from '../programs.ts';
import { startArguments } from '../start-command.ts';

const READY_WITHIN_MS = 240_000;
const KEPT_OUTPUT = 200_000;
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** A broker in a separate process. Its port stays the same over restarts. */
export interface BrokerProcess {
  readonly url: string;
  /** How it exited, for each `stop`. */
  readonly exits: { readonly code: number | null; readonly ms: number }[];
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Sends SIGTERM and waits for the exit. */
  stop(): Promise<void>;
  /** From now on its clock is ahead of the machine's clock by this time; requires libfaketime. */
  setClock(seconds: number): void;
  signal(signal: NodeJS.Signals): void;
  /** The end of its output. */
  output(): string;
  /** The length of its whole output. */
  outputLength(): number;
  isUp(): Promise<boolean>;
  /** Whether it was started and has not exited. */
  isRunning(): boolean;
  /** Its exit code or the signal that ended it; undefined: it has not exited. */
  ended(): number | string | undefined;
}

export function hasFaketime(): boolean {
  return findProgram('faketime') !== undefined;
}

/** The environment of a process whose clock is ahead of the machine's by the offset in a file; requires libfaketime. */
export function clockOf(file: string): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: FAKETIME,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DISABLE_SHM: '1',
  };
}

interface ProcessOptions {
  /** The file with the offset of its clock; absent: the machine's clock. */
  readonly clockFile?: string | undefined;
  /** Whether to start the whole product instead of only a broker. */
  readonly isProduct?: boolean;
  /** The arguments of Node; absent: those of `npm start`. */
  readonly command?: readonly string[];
  readonly host?: string;
  /** Replaces `spawn`. */
  readonly start?: (program: string, args: readonly string[], options: SpawnOptions) => ChildProcess;
}

export function brokerProcess(
  port: number,
  settings: Readonly<Record<string, string>>,
  { clockFile, isProduct = false, command, host = '127.0.0.1', start = spawn }: ProcessOptions = {},
): BrokerProcess {
  const url = `http://${host}:${port}`;
  const exits: { code: number | null; ms: number }[] = [];
  let child: ChildProcess | undefined;
  let output = '';
  let outputLength = 0;
  const clock = clockFile && clockOf(clockFile);
  const setClock = (seconds: number) => {
    if (clockFile === undefined) return;
    // Replaced atomically: a process that reads a partial file would exit.
    writeFileSync(`${clockFile}.new`, `${seconds < 0 ? '' : '+'}${seconds}s\n`);
    renameSync(`${clockFile}.new`, clockFile);
  };
  setClock(0);
  const isUp = async () => {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
    await response?.body?.cancel();
    return response?.ok === true;
  };
  const end = async (signal: NodeJS.Signals) => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit') as Promise<[number | null]>;
    const since = performance.now();
    ending.kill(signal);
    const [code] = await exited;
    if (signal === 'SIGTERM') exits.push({ code, ms: Math.round(performance.now() - since) });
  };
  return {
    url,
    exits,
    isUp,
    ended: () => child?.exitCode ?? child?.signalCode ?? undefined,
    isRunning: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    setClock,
    signal: (signal) => void child?.kill(signal),
    output: () => output,
    outputLength: () => outputLength,
    async start() {
      const { PATH, HOME } = process.env;
      const env = { PATH, HOME, LOG_LEVEL: 'warn', ...settings, ...clock, PORT: String(port) };
      const args = command ?? startArguments(isProduct ? '' : 'broker');
      child = start(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => {
          output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
          outputLength += chunk.length;
        });
      }
      const deadline = performance.now() + READY_WITHIN_MS;
      while (!(await isUp())) {
        if (child.exitCode !== null) throw new Error(`A broker ended with ${child.exitCode}:\n${output.slice(-2000)}`);
        if (performance.now() > deadline) throw new Error(`${url} is not ready:\n${output.slice(-2000)}`);
        await pause(50);
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
