import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How long to wait for a process that is shutting down. */
const PATIENCE_MS = 2_000;

/**
 * Locks a directory for this process. Returns the unlock function. The lock of a killed process is taken over. Waits
 * for a process that is shutting down.
 *
 * @throws Error: another running process holds it
 */
export async function lockDirectory(directory: string): Promise<() => void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const unlock = tryLockDirectory(directory);
    if (unlock !== undefined) return unlock;
    const holder = read(lockFile(directory));
    if (holder === identity(process.pid) || Date.now() > deadline) {
      const pid = holder?.split(' ')[0];
      throw new Error(`${directory} is in use by process ${pid} (if that is wrong, remove ${lockFile(directory)})`);
    }
    await pause(50);
  }
}

/** Like {@link lockDirectory}, but does not wait: undefined if another process holds it. */
export function tryLockDirectory(directory: string): (() => void) | undefined {
  const file = lockFile(directory);
  const own = identity(process.pid);
  const holder = read(file);
  if (holder !== undefined && isHeld(holder, own)) return undefined;
  writeFileSync(file, own);
  return () => rmSync(file, { force: true });
}

function lockFile(directory: string): string {
  return join(directory, 'alzette.lock');
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
