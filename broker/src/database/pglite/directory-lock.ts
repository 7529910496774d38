import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How long to wait for a process that is shutting down. */
const PATIENCE_MS = 2_000;

/**
 * Locks a directory for this process. Returns the unlock function. The lock of a killed process is taken over.
 *
 * @throws Error: another running process holds it
 */
export async function lockDirectory(directory: string): Promise<() => void> {
  const file = join(directory, 'alzette.lock');
  const own = identity(process.pid);
  const deadline = Date.now() + PATIENCE_MS;
  for (let holder = read(file); holder !== undefined && isHeld(holder, own); holder = read(file)) {
    if (holder === own || Date.now() > deadline) {
      throw new Error(`${directory} is in use by process ${holder.split(' ')[0]} (if that is wrong, remove ${file})`);
    }
    await pause(50);
  }
  writeFileSync(file, own);
  return () => rmSync(file, { force: true });
}

/** The process id, with the start time if /proc provides it, because ids are reused, especially in containers. */
function identity(pid: number): string {
  const [, startedAt] = statusOf(pid) ?? [];
  return startedAt === undefined ? `${pid}` : `${pid} ${startedAt}`;
}

/** State letter and start time of a process (proc_pid_stat(5)). */
function statusOf(pid: number): [state: string, startedAt: string] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined ? undefined : [fields[0] ?? '', fields[19] ?? ''];
}

function isHeld(holder: string, own: string): boolean {
  if (holder === own) return true;
  const pid = Number(holder.split(' ')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process exists, but belongs to another user
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const isZombie = statusOf(pid)?.[0] === 'Z';
  return !isZombie && identity(pid) === holder;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
