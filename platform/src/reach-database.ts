import type { Database } from '@alzette/broker';
import { openDatabase } from '@alzette/broker/database';
import { withoutPassword } from './banner.ts';
import type { Config } from './config.ts';
import { StartError } from './start-error.ts';

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
    await db.query({ text: 'SELECT 1' });
    return db;
  } catch (error) {
    await db?.close();
    throw new StartError(`${name} can't be used: ${innermost(error)}`, { cause: error });
  }
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a connection that took too long, the cause only tells that it was closed.
  if (error.cause !== undefined && !error.message.includes('timeout')) return innermost(error.cause);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
