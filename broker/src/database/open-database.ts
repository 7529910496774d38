import { join } from 'node:path';
import { parsePostgresUrl, serverOf } from '@alzette/kit/postgres-url';
import { coordinatorOf } from './citus/coordinator.ts';
import type { Database } from './database.ts';
import { pgliteDatabase } from './pglite/pglite-database.ts';
import { postgresDatabase } from './postgres/postgres-database.ts';

interface DatabaseSettings {
  /** `postgres://…` of one server, or of several of which one accepts writes; absent: the embedded database. */
  readonly url?: string;
  /** The same server without a transaction pooler in between: for LISTEN and name locks. */
  readonly directUrl?: string;
  /** How long a statement may wait for a lock, in milliseconds. */
  readonly lockTimeoutMs?: number;
  /** How long PostgreSQL may work on a statement that a client of a service waits for, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** The largest size of the pool for general use. */
  readonly connections?: number;
  /** Where the embedded database lives, in its folder `database`; absent: in memory. */
  readonly dataDir?: string;
  /** The archive from which a new embedded database is created; absent: it starts empty. */
  readonly archive?: string;
}

/** Opens the `Database` of a process. If the URL is that of a worker of a cluster, its coordinator is opened. */
export async function openDatabase({
  url,
  directUrl,
  lockTimeoutMs,
  requestTimeoutMs,
  connections,
  dataDir,
  archive,
}: DatabaseSettings): Promise<Database> {
  if (url) {
    const limits = { lockTimeoutMs, requestTimeoutMs, connections };
    const db = postgresDatabase(url, { directUrl, ...limits });
    // If the server can't be reached now, later statements report that.
    const coordinator = await coordinatorOf(db, parsePostgresUrl(directUrl ?? url)?.servers[0] ?? url).catch(
      () => undefined,
    );
    if (coordinator === undefined) return db;
    await db.close();
    return postgresDatabase(coordinator, limits);
  }
  return pgliteDatabase(dataDir === undefined ? undefined : join(dataDir, 'database'), archive);
}

/** A standby that may answer reads. */
export interface ReplicaDatabase {
  /** Host and port, for logs and metrics. */
  readonly name: string;
  readonly db: Database;
}

/** One for each server of the URL, connected on first use. @throws Error: it is not a URL of PostgreSQL */
export function openReplicas(url: string): ReplicaDatabase[] {
  const { servers } = parsePostgresUrl(url) ?? { servers: [] };
  return servers.map((server) => ({ name: serverOf(server), db: postgresDatabase(server) }));
}
