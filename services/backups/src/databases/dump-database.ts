import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Queryable } from '@alzette/kit/database';
import type { BackupPorts, ClosableDatabase, DatabasePlace } from '../ports.ts';
import { startTool } from './postgres-tools.ts';
import { type TableSum, tableSums } from './table-sums.ts';

/** What is told of a database beside its bytes, all of one moment. */
export interface DatabaseFacts {
  readonly kind: DatabasePlace['kind'];
  readonly serverVersion: string;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  /** As it lies on disk, indexes included. */
  readonly bytes: number;
  readonly tables: readonly TableSum[];
  /** Paths of photos and documents. */
  readonly files: readonly string[];
}

/** Takes the bytes of a dump. */
type Sink = (bytes: AsyncIterable<Uint8Array>) => Promise<void>;

const FACTS = `
  SELECT current_setting('server_version') AS version, pg_database_size(current_database())::float8 AS bytes,
         (SELECT json_agg(json_build_object('name', extname, 'version', extversion) ORDER BY extname)
          FROM pg_extension WHERE extname <> 'plpgsql')::text AS extensions`;
const SNAPSHOT = 'SELECT pg_export_snapshot() AS id';
const SAME_MOMENT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';

/** Dumps a PostgreSQL by pg_dump, and reads its rows in the same snapshot. Writers are not held up. */
export async function dumpPostgres(
  ports: BackupPorts,
  url: string,
  sink: Sink,
  signal?: AbortSignal,
): Promise<DatabaseFacts> {
  const db = await ports.openDatabase({ kind: 'postgres', url });
  try {
    return await db.transaction(async (tx) => {
      await tx.query({ text: SAME_MOMENT });
      const { rows } = await tx.query<{ id: string }>({ text: SNAPSHOT });
      const args = ['--format=custom', '--no-owner', `--snapshot=${rows[0]?.id}`];
      const { output, ended } = startTool('pg_dump', url, args, signal);
      // All have to end before the transaction may: the dump reads in its snapshot.
      const [facts, sunk, dumped] = await Promise.allSettled([factsOf('postgres', tx, ports), sink(output), ended]);
      // Where the place is full, pg_dump ends for want of a reader.
      for (const outcome of [sunk, dumped, facts]) if (outcome.status === 'rejected') throw outcome.reason;
      return (facts as PromiseFulfilledResult<DatabaseFacts>).value;
    });
  } finally {
    await db.close();
  }
}

/** Archives the embedded database, which waits meanwhile. @param folder where there is room for all of it */
export async function dumpEmbedded(
  ports: BackupPorts,
  db: Pick<ClosableDatabase, 'archive'>,
  folder: string,
  sink: Sink,
): Promise<DatabaseFacts> {
  const file = join(folder, `database-${process.pid}.archive`);
  try {
    const facts = await db.archive?.(file, (tx) => factsOf('pglite', tx, ports));
    if (facts === undefined) throw new Error('this database is not the embedded one');
    const gzip = createGzip({ level: 3 });
    await Promise.all([pipeline(createReadStream(file), gzip), sink(gzip)]);
    return facts;
  } finally {
    await rm(file, { force: true });
  }
}

async function factsOf(kind: DatabasePlace['kind'], tx: Queryable, ports: BackupPorts): Promise<DatabaseFacts> {
  const tables = await tableSums(tx);
  const { rows } = await tx.query<{ version: string; bytes: number; extensions: string | null }>({ text: FACTS });
  const { version = '', bytes = 0, extensions } = rows[0] ?? {};
  return {
    kind,
    serverVersion: version,
    extensions: JSON.parse(extensions ?? '[]'),
    bytes,
    tables,
    files: await ports.files.names(tx),
  };
}
