import type { Database, Queryable } from '@alzette/kit/database';
import { missing, refused } from '@alzette/kit/problems';
import { hasCitus } from '@alzette/kit/tenant-tables';
import { type ArchiveManifest, ArchiveWriter, FORMAT } from './archive.ts';
import type { LeavingPorts } from './ports.ts';
import { type Rights, rightsOf } from './rights.ts';
import {
  archivedColumns,
  bound,
  countRows,
  isNothingWithoutSecret,
  type Numbers,
  SAME_TEXTS,
  selectNumbers,
  selectRows,
  type Whose,
} from './row-statements.ts';
import { openedRow } from './secret-texts.ts';
import { type TenantTable, tenantTables } from './tenant-tables.ts';

const SAME_MOMENT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';
const IS_THERE = 'SELECT EXISTS (SELECT FROM tenant WHERE name = $1) AS there';
const FIRST_ROWS = 50;
const MOST_ROWS = 5_000;
/** Of rows that are held at a time. */
const HELD_BYTES = 1024 * 1024;

export interface ExportSettings {
  readonly tenant: string;
  /** Decrypted, for an archive that is encrypted as a whole. */
  readonly withSecrets: boolean;
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

/**
 * Passes an archive of everything of a tenant to `sink`, as of one moment. Writes go on meanwhile; those of the embedded database
 * wait.
 *
 * @throws Problem 404: there is no such tenant
 */
export async function exportTenant(
  db: Database,
  ports: LeavingPorts,
  settings: ExportSettings,
  sink: (bytes: AsyncIterable<Buffer>) => Promise<void>,
): Promise<ArchiveManifest> {
  await refuseCluster(db);
  return db.transaction(async (tx) => {
    await tx.query({ text: SAME_MOMENT });
    await tx.query({ text: SAME_TEXTS });
    const { rows } = await tx.query<{ there: boolean }>({ text: IS_THERE, values: [settings.tenant] });
    if (rows[0]?.there !== true) throw missing('tenant', settings.tenant);
    let manifest: ArchiveManifest | undefined;
    await sink(pieces(tx, ports, settings, (written) => (manifest = written)));
    if (manifest === undefined) throw new Error('The archive was not taken to its end');
    return manifest;
  });
}

async function* pieces(
  tx: Queryable,
  ports: LeavingPorts,
  settings: ExportSettings,
  done: (manifest: ArchiveManifest) => void,
): AsyncGenerator<Buffer> {
  const { tenant, withSecrets, signal, now = new Date() } = settings;
  const whose = { tenant, rights: await rightsOf(tx, tenant) };
  const tables = await tenantTables(tx, ports.owners);
  const isLeftOut = ({ skip, ...table }: TenantTable) =>
    skip !== undefined || (!withSecrets && isNothingWithoutSecret(table));
  const archived = tables.filter((table) => !isLeftOut(table));
  const numbers = await numbersOf(tx, archived, whose);
  const createdAt = now.toISOString();
  const head = { format: FORMAT, product: ports.product, tenant, createdAt, hasSecrets: withSecrets, numbers };
  const writer = new ArchiveWriter(head);
  yield writer.begin();
  for (const table of archived) {
    const columns = archivedColumns(table, withSecrets);
    writer.table(table.name, columns);
    for await (const row of rowsOf(tx, table, numbers, columns, whose)) {
      signal?.throwIfAborted();
      const piece = await writer.row(await openedRow(row, table, tenant, withSecrets ? ports.secrets : undefined));
      if (piece) yield piece;
    }
    const rest = await writer.endOfTable();
    if (rest) yield rest;
  }
  let gone = 0;
  for (const id of await ports.files.ids(tx, tenant)) {
    signal?.throwIfAborted();
    const bytes = await ports.files.read(tenant, id);
    if (bytes === undefined) gone += 1;
    else yield writer.file(id, bytes);
  }
  const skipped = await leftOutOf(tx, tables, isLeftOut, whose);
  const { bytes, manifest } = writer.end([...skipped, ...alsoLeftOut(whose.rights, gone, settings)]);
  yield bytes;
  done(manifest);
}

/** The rows of a table as the archive has them, a few at a time. */
export async function* rowsOf(
  tx: Queryable,
  table: TenantTable,
  numbers: Numbers,
  columns: readonly string[],
  whose: Whose,
): AsyncGenerator<string> {
  await tx.query(bound(`DECLARE leaving NO SCROLL CURSOR FOR ${selectRows(table, numbers, columns)}`, whose));
  try {
    for (let most = FIRST_ROWS; ; ) {
      const { rows } = await tx.query<{ row: string }>({ text: `FETCH ${most} FROM leaving` });
      if (rows.length === 0) return;
      let bytes = 0;
      for (const { row } of rows) {
        bytes += row.length;
        yield row;
      }
      most = Math.min(MOST_ROWS, Math.max(1, Math.floor((HELD_BYTES * rows.length) / bytes)));
    }
  } finally {
    // A failed transaction closes it itself.
    await tx.query({ text: 'CLOSE leaving' }).catch(() => undefined);
  }
}

export async function numbersOf(tx: Queryable, tables: readonly TenantTable[], whose: Whose): Promise<Numbers> {
  const numbers: { [column: string]: { min: string; max: string } } = {};
  for (const table of tables) {
    if (table.numbers.length === 0 || table.into !== undefined) continue;
    const { rows } = await tx.query<{ [name: string]: string | null }>(bound(selectNumbers(table), whose));
    for (const column of table.numbers) {
      const [min, max] = [rows[0]?.[`min ${column}`], rows[0]?.[`max ${column}`]];
      if (typeof min === 'string' && typeof max === 'string') numbers[`${table.name}.${column}`] = { min, max };
    }
  }
  return numbers;
}

async function leftOutOf(
  tx: Queryable,
  tables: readonly TenantTable[],
  isLeftOut: (table: TenantTable) => boolean,
  whose: Whose,
) {
  const leftOut: { what: string; rows: number; reason: string }[] = [];
  for (const table of tables) {
    const { name, skip, all, rows: archived, others } = table;
    const isSkipped = isLeftOut(table);
    if (!isSkipped && all === undefined) continue;
    const condition = isSkipped ? (all ?? archived) : `(${all}) AND NOT (${archived})`;
    const { rows } = await tx.query<{ rows: number }>(bound(countRows(name, condition), whose));
    const reason = isSkipped ? (skip ?? 'Its rows are secrets, and this archive is without secrets') : (others ?? '');
    for (const { rows: count } of rows) if (count > 0) leftOut.push({ what: name, rows: count, reason });
  }
  return leftOut;
}

function alsoLeftOut({ others }: Rights, gone: number, { withSecrets }: ExportSettings) {
  const said: ArchiveManifest['leftOut'] = [
    { what: 'accounts, keys and programs', rows: others, reason: 'They also have rights in other tenants' },
    { what: 'files', rows: gone, reason: 'They were deleted during the export' },
  ];
  const secrets = { what: 'secrets', rows: 1, reason: 'The archive is not encrypted; enter them again' };
  return [...said.filter(({ rows }) => rows > 0), ...(withSecrets ? [] : [secrets])];
}

/** @throws Error: the nodes of a cluster have no common moment */
export async function refuseCluster(db: Queryable): Promise<void> {
  if (await hasCitus(db)) {
    throw refused('DATABASE_URL', 'a Citus cluster', 'one PostgreSQL: nodes of a cluster have no common moment');
  }
}
