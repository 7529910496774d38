import { join } from 'node:path';
import type { Database } from './database.ts';
import { pgliteDatabase } from './pglite/pglite-database.ts';
import { postgresDatabase } from './postgres/postgres-database.ts';

interface DatabaseSettings {
  /** `postgres://…`; absent: the embedded database. */
  readonly url?: string;
  /** The same past a pooler that hands out connections by transaction: for LISTEN and the locks of names. */
  readonly directUrl?: string;
  /** How long PostgreSQL may have a statement wait for a lock, in milliseconds. */
  readonly lockTimeoutMs?: number;
  /** Where the embedded database lives, in its folder `database`; absent: in memory. */
  readonly dataDir?: string;
  /** The archive that the embedded database begins with where it is new; absent: an empty one. */
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
