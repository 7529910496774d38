import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Takes a directory for this process alone; answers the giving back. The lock of a process that was killed is taken over.
 *
 * @throws Error: a living process holds it
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, 'alzette.lock');
  const own = identity(process.pid);
  const holder = read(file);
  if (holder !== undefined && (holder === own || isAlive(holder))) {
    throw new Error(`${directory} is in use by process ${holder.split(' ')[0]} (if that is wrong, remove ${file})`);
  }
  writeFileSync(file, own);
  return () => rmSync(file, { force: true });
}

/** The process id and, where /proc tells it, when the process started: ids are reused, above all in containers. */
function identity(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  const startedAt = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return startedAt === undefined ? `${pid}` : `${pid} ${startedAt}`;
}

function isAlive(holder: string): boolean {
  const pid = Number(holder.split(' ')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' && identity(pid) === holder;
  }
  return identity(pid) === holder;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
