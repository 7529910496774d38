import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Queryable } from '@alzette/kit/database';
import type { BackupPorts, ClosableDatabase, DatabasePlace } from '../ports.ts';
import { startTool } from './postgres-tools.ts';
import { type TableSum, tableSums } from './table-sums.ts';

/** Facts about a database in one snapshot, in addition to its dump. */
export interface DatabaseFacts {
  readonly kind: DatabasePlace['kind'];
  readonly serverVersion: string;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  /** Size on disk, with indexes. */
  readonly bytes: number;
  readonly tables: readonly TableSum[];
  /** Paths of photos and documents. */
  readonly files: readonly string[];
}

/** PostGIS creates these rows itself, and only the user who created PostGIS may write them. */
const WITHOUT = '--exclude-table-data=*.spatial_ref_sys';

/** Consumes the bytes of a dump. */
type Sink = (bytes: AsyncIterable<Uint8Array>) => Promise<void>;

const FACTS = `
  SELECT current_setting('server_version') AS version, pg_database_size(current_database())::float8 AS bytes,
         (SELECT json_agg(json_build_object('name', extname, 'version', extversion) ORDER BY extname)
          FROM pg_extension WHERE extname <> 'plpgsql')::text AS extensions`;
const SNAPSHOT = 'SELECT pg_export_snapshot() AS id';
const SAME_MOMENT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';

/** Dumps a PostgreSQL database with pg_dump, and reads its rows in the same snapshot. Writers are not blocked. */
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
      const args = ['--format=custom', '--no-owner', WITHOUT, `--snapshot=${rows[0]?.id}`];
      const { output, ended } = startTool('pg_dump', url, args, signal);
      // All must end before the transaction does, because the dump uses its snapshot.
      const [facts, sunk, dumped] = await Promise.allSettled([factsOf('postgres', tx, ports), sink(output), ended]);
      // If the target is full, pg_dump fails because its output is closed; so the error of the sink comes first.
      for (const outcome of [sunk, dumped, facts]) if (outcome.status === 'rejected') throw outcome.reason;
      return (facts as PromiseFulfilledResult<DatabaseFacts>).value;
    });
  } finally {
    await db.close();
  }
}

/** Archives the embedded database, which waits in the meantime. @param folder with space for the whole archive */
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
    const [sunk, read] = await Promise.allSettled([sink(gzip), pipeline(createReadStream(file), gzip)]);
    // If the target is full, the stream fails because nobody reads it; so the error of the sink comes first.
    for (const outcome of [sunk, read]) if (outcome.status === 'rejected') throw outcome.reason;
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
