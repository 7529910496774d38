import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

/** The first of these programs that is executable: a path, or a name on the PATH. */
export function findProgram(...candidates: (string | undefined)[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin');
  for (const candidate of candidates) {
    if (!candidate) continue;
    const paths = candidate.includes('/') ? [candidate] : folders.map((folder) => join(folder, candidate));
    const found = paths.find(isExecutable);
    if (found) return found;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Below the ephemeral ports, which the system could assign to an outgoing connection in the meantime. */
const PORTS = { first: 15_000, last: 32_000 };

/** Ports that this process gave out, which their programs may not use yet. */
const given = new Set<number>();

/** A free port, different from all that this process was given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * (PORTS.last - PORTS.first));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * A user without privileges to run a server as; undefined if we are not root, so that no change is possible or needed.
 */
export function unprivilegedUser(...names: string[]): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of [...names, 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user; tries the next one.
    }
  }
  return undefined;
}

/** Runs a program until it ends. @throws Error with its stderr, if the exit code is not 0 */
export async function runProgram(program: string, args: string[], options: SpawnOptions = {}): Promise<void> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${complaint.trim()}`);
}

/**
 * Kills a program when this process ends, by itself or by a signal, so that an interrupted benchmark leaves nothing
 * running.
 *
 * @returns call it when the program has been stopped
 */
export function killAtExit(pid: number, signal: NodeJS.Signals = 'SIGKILL'): () => void {
  if (!isWatching) {
    isWatching = true;
    // By default a signal ends Node without its event `exit`.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    process.once('exit', () => {
      for (const [pid, signal] of killedAtExit) {
        try {
          process.kill(pid, signal);
        } catch {
          // It has ended by itself.
        }
      }
    });
  }
  killedAtExit.set(pid, signal);
  return () => {
    killedAtExit.delete(pid);
  };
}

const killedAtExit = new Map<number, NodeJS.Signals>();
let isWatching = false;

/** Stops a child with SIGTERM and waits; after some time it is killed. */
export async function endProgram(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
  killAfterMs = 10_000,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const kill = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  await ended;
  clearTimeout(kill);
}
