import { join } from 'node:path';
import type { Database } from './database.ts';
import { pgliteDatabase } from './pglite/pglite-database.ts';
import { postgresDatabase } from './postgres/postgres-database.ts';

interface DatabaseSettings {
  /** `postgres://…`; absent: the embedded database. */
  readonly url?: string;
  /** The same server without a transaction pooler in between: for LISTEN and name locks. */
  readonly directUrl?: string;
  /** How long a statement may wait for a lock, in milliseconds. */
  readonly lockTimeoutMs?: number;
  /** The parent of the embedded database's folder `database`; absent: in memory. */
  readonly dataDir?: string;
  /** The archive from which a new embedded database is created; absent: it starts empty. */
  readonly archive?: string;
}

/** Opens the one `Database` of a process. */
export async function openDatabase({
  url,
  directUrl,
  lockTimeoutMs,
  dataDir,
  archive,
}: DatabaseSettings): Promise<Database> {
  if (url) return postgresDatabase(url, { directUrl, lockTimeoutMs });
  return pgliteDatabase(dataDir === undefined ? undefined : join(dataDir, 'database'), archive);
}
