import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from '@alzette/broker';
import { openDatabase } from '@alzette/broker/database';
import { withoutPassword } from './banner.ts';
import type { Config } from './config.ts';
import { StartError } from './start-error.ts';

/** The embedded database writes a file of its log of this size when it starts. */
const NEEDED_BYTES = 16 * 2 ** 20;
const MAX_TRIES = 5;
/** What the driver calls it if a connection was not made in time. */
const TIMEOUT = 'timeout';

/** @throws StartError: the configured database can't be used */
export async function reachDatabase({
  databaseUrl,
  databaseDirectUrl,
  dataDir,
  writeTimeoutMs: lockTimeoutMs,
  readTimeoutMs: requestTimeoutMs,
  databaseConnections: connections,
}: Config): Promise<Database> {
  const isEmbedded = databaseUrl === undefined;
  const name = isEmbedded ? `DATA_DIR: the database in ${dataDir}` : `DATABASE_URL: ${withoutPassword(databaseUrl)}`;
  let db: Database | undefined;
  try {
    db = await openDatabase(
      isEmbedded
        ? { dataDir }
        : {
            url: databaseUrl,
            lockTimeoutMs,
            requestTimeoutMs,
            connections,
            ...(databaseDirectUrl && { directUrl: databaseDirectUrl }),
          },
    );
    await awaitAnswer(db);
    return db;
  } catch (error) {
    await db?.close();
    const full = isEmbedded ? fullDisk(dataDir) : undefined;
    throw new StartError(`${name} can't be used: ${full ?? innermost(error)}`, { cause: error });
  }
}

/** A server that is busy gets more than one chance; one that is not there gets one. */
async function awaitAnswer(db: Database): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await db.query({ text: 'SELECT 1' });
      return;
    } catch (error) {
      if (tries === MAX_TRIES || !innermost(error).includes(TIMEOUT)) throw error;
    }
  }
}

/** A sentence if the disk of the folder is full. The embedded database itself only says that it can't start. */
function fullDisk(folder: string): string | undefined {
  const free = freeBytes(folder);
  if (free === undefined || free >= NEEDED_BYTES) return undefined;
  const mebibytes = (free / 2 ** 20).toFixed(1);
  return `the disk is full: ${mebibytes} MiB are free, and it needs ${NEEDED_BYTES / 2 ** 20} MiB to start. Nothing is lost`;
}

/** Of the disk of the folder, or of the one in which it is to be created. */
function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return dirname(folder) === folder ? undefined : freeBytes(dirname(folder));
  }
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // After a timeout, the cause only says that the connection was closed.
  if (error.cause !== undefined && !error.message.includes(TIMEOUT)) return innermost(error.cause);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
