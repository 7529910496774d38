import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type BackupTarget, LONGEST_WRITE_MS } from './target.ts';

/** Written by which process of which machine. */
const PART = /\.([\w-]+)\.(\d+)\.[\da-f-]{36}\.part$/;
/** Of parts written by versions before. */
const ANY_PART = /\.part$/;
const HOST = hostname().replace(/[^\w-]/g, '-');
/** Those that this process is writing. */
const writing = new Set<string>();

/** A directory of this machine, e.g. a separate disk or a mounted network share. */
export function folderTarget(folder: string): BackupTarget {
  return {
    async write(name, source) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const unfinished = `${path}.${HOST}.${process.pid}.${randomUUID()}.part`;
      writing.add(unfinished);
      try {
        await pipeline(source, createWriteStream(unfinished, { mode: 0o600, flush: true }));
        await rename(unfinished, path);
        await synced(dirname(path));
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      } finally {
        writing.delete(unfinished);
      }
    },
    async read(name) {
      const file = await open(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return file && createReadStream('', { fd: file });
    },
    async list() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    async remove(names) {
      for (const name of names) await rm(join(folder, name), { force: true });
    },
    async removeUnfinished() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifThere);
      for (const { name, parentPath } of entries ?? []) {
        const path = join(parentPath, name);
        if (ANY_PART.test(name) && !writing.has(path) && (await isAbandoned(path))) await rm(path, { force: true });
      }
    },
    async close() {},
  };
}

/** Whether its process has ended, as far as that can be told, or nothing was written for a long time. */
async function isAbandoned(path: string): Promise<boolean> {
  const [, host, pid] = PART.exec(path) ?? [];
  if (host === HOST && !isRunning(Number(pid))) return true;
  const { mtimeMs = Date.now() } = (await stat(path).catch(ifThere)) ?? {};
  return Date.now() - mtimeMs > LONGEST_WRITE_MS;
}

/** A part of our own id that we are not writing is of an earlier process, as in a container. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** The names in a directory survive a power failure only after it is synced. */
async function synced(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
