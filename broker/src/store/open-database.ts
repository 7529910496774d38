import { join } from 'node:path';
import type { Database } from './database.ts';
import { pgliteDatabase } from './pglite-database.ts';
import { postgresDatabase } from './postgres-database.ts';

export interface DatabaseSettings {
  /** `postgres://…`; absent: the embedded database. */
  readonly url?: string;
  /** Where the embedded database lives, in its folder `database`; absent: in memory. */
  readonly dataDir?: string;
}

/** Opens the one `Database` of a process. */
export async function openDatabase({ url, dataDir }: DatabaseSettings): Promise<Database> {
  if (url) return postgresDatabase(url);
  return pgliteDatabase(dataDir === undefined ? undefined : join(dataDir, 'database'));
}
