import { createHash } from 'node:crypto';
import type { Database, Queryable } from '@alzette/kit/database';
import { digestOf } from '../archive/digest.ts';
import { type ArchiveManifest, checkedManifest, contentsOf } from './archive.ts';
import { numbersOf, refuseCluster, rowsOf } from './export-tenant.ts';
import type { ImportSettings } from './import-tenant.ts';
import type { LeavingPorts } from './ports.ts';
import { rightsOf } from './rights.ts';
import { archivedColumns, SAME_TEXTS, type Whose } from './row-statements.ts';
import { openedRow } from './secret-texts.ts';
import { isOfRights, type TenantTable, tenantTables } from './tenant-tables.ts';

const SAME_MOMENT = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';
const BUCKETS = 256;
/** Rows that are named. */
const NAMED = 10;
const SHOWN = 200;

export interface Comparison {
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  /** Empty: every row and file is as in the archive. */
  readonly differences: readonly string[];
  /** Differences in tables that the product itself goes on writing. */
  readonly settled: readonly string[];
}

/** The rows of a table in 256 groups: how many there are, and the sum of their hashes, whatever their order. */
interface Sums {
  readonly counts: Float64Array;
  readonly sums: BigUint64Array;
}

type Found = ReadonlyMap<string, Sums>;

/**
 * Compares an archive with a tenant, row by row and file by file, in bounded memory.
 *
 * @throws ArchiveError; see {@link checkedManifest}
 */
export async function compareTenant(db: Database, ports: LeavingPorts, settings: ImportSettings): Promise<Comparison> {
  await refuseCluster(db);
  const manifest = await checkedManifest(settings.open());
  return db.transaction(async (tx) => {
    await tx.query({ text: SAME_MOMENT });
    await tx.query({ text: SAME_TEXTS });
    return compareIn(tx, ports, settings, manifest);
  });
}

async function compareIn(
  tx: Queryable,
  ports: LeavingPorts,
  settings: ImportSettings,
  manifest: ArchiveManifest,
): Promise<Comparison> {
  const { tenant, withoutRights, keeps = () => false } = settings;
  const whose = { tenant, rights: await rightsOf(tx, tenant) };
  const known = await tenantTables(tx, ports.owners);
  const tables = known.filter(
    (table) =>
      table.into === undefined && table.skip === undefined && !keeps(table) && !(withoutRights && isOfRights(table)),
  );
  const into = new Map(known.map((table) => [table.name, table.into ?? table.name]));
  const reading = { tx, ports, whose, manifest, numbers: await numbersOf(tx, tables, whose) };
  const archived = await sumsOfArchive(settings.open(), into);
  const differences: string[] = [];
  const settled: string[] = [];
  let rows = 0;
  for (const table of tables) {
    const found = await sumsOf(rowsOfTable(reading, table));
    const expected = archived.get(table.name) ?? noSums();
    rows += total(expected);
    const buckets = differing(expected, found, table.shared === true);
    if (buckets.size === 0) continue;
    const told = table.settles === undefined ? differences : settled;
    const because = table.settles === undefined ? '' : ` (${table.settles})`;
    told.push(`${table.name}: ${total(found)} rows, ${total(expected)} in the archive${because}`);
    if (table.settles !== undefined) continue;
    const theirs = await rowsIn(archivedRows(settings.open(), table.name, into), buckets);
    const ours = await rowsIn(rowsOfTable(reading, table), buckets);
    told.push(...only(theirs, ours, 'only in the archive'));
    if (!table.shared) told.push(...only(ours, theirs, 'not in the archive'));
  }
  differences.push(...(await fileDifferences(tx, ports, settings)));
  return { tables: tables.length, rows, files: manifest.files, differences, settled };
}

interface Reading {
  readonly tx: Queryable;
  readonly ports: LeavingPorts;
  readonly whose: Whose;
  readonly manifest: ArchiveManifest;
  readonly numbers: Awaited<ReturnType<typeof numbersOf>>;
}

async function* rowsOfTable({ tx, ports, whose, manifest, numbers }: Reading, table: TenantTable) {
  const { hasSecrets, tables } = manifest;
  // `audit_before` also has what was in `audit` of the other installation, whose columns are the same.
  const columns = tables.find((each) => each.table === table.name)?.columns ?? archivedColumns(table, hasSecrets);
  for await (const row of rowsOf(tx, table, numbers, columns, whose)) {
    yield await openedRow(row, table, whose.tenant, hasSecrets ? ports.secrets : undefined);
  }
}

async function* archivedRows(source: AsyncIterable<Uint8Array>, name: string, into: ReadonlyMap<string, string>) {
  for await (const content of contentsOf(source)) {
    if (content.kind === 'rows' && into.get(content.table) === name) yield* content.rows;
  }
}

async function sumsOfArchive(source: AsyncIterable<Uint8Array>, into: ReadonlyMap<string, string>): Promise<Found> {
  const found = new Map<string, Sums>();
  for await (const content of contentsOf(source)) {
    if (content.kind !== 'rows') continue;
    const name = into.get(content.table) ?? content.table;
    const sums = found.get(name) ?? noSums();
    found.set(name, sums);
    for (const row of content.rows) addTo(sums, row);
  }
  return found;
}

async function sumsOf(rows: AsyncIterable<string>): Promise<Sums> {
  const sums = noSums();
  for await (const row of rows) addTo(sums, row);
  return sums;
}

const noSums = (): Sums => ({ counts: new Float64Array(BUCKETS), sums: new BigUint64Array(BUCKETS) });
const hashOf = (row: string) => createHash('sha256').update(row).digest();
const total = ({ counts }: Sums) => counts.reduce((sum, count) => sum + count, 0);

function addTo({ counts, sums }: Sums, row: string): void {
  const hash = hashOf(row);
  const bucket = hash[0] ?? 0;
  counts[bucket] = (counts[bucket] ?? 0) + 1;
  sums[bucket] = (sums[bucket] ?? 0n) + hash.readBigUInt64BE(8);
}

/** @param isSubset there may be more rows than expected */
function differing(expected: Sums, found: Sums, isSubset: boolean): ReadonlySet<number> {
  const buckets = new Set<number>();
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const isSame = expected.counts[bucket] === found.counts[bucket] && expected.sums[bucket] === found.sums[bucket];
    if (!isSame && !(isSubset && expected.counts[bucket] === 0)) buckets.add(bucket);
  }
  return buckets;
}

/** How often each row of these groups occurs, by its hash, with its beginning. */
async function rowsIn(rows: AsyncIterable<string>, buckets: ReadonlySet<number>) {
  const found = new Map<string, { readonly begins: string; count: number }>();
  for await (const row of rows) {
    const hash = hashOf(row);
    if (!buckets.has(hash[0] ?? 0)) continue;
    const key = hash.toString('base64');
    const known = found.get(key);
    if (known) known.count += 1;
    else found.set(key, { begins: row.slice(0, SHOWN), count: 1 });
  }
  return found;
}

type Rows = Awaited<ReturnType<typeof rowsIn>>;

function only(these: Rows, those: Rows, where: string): string[] {
  return [...these]
    .filter(([key, { count }]) => count > (those.get(key)?.count ?? 0))
    .slice(0, NAMED)
    .map(([, { begins }]) => `  ${where}: ${begins}`);
}

async function fileDifferences(tx: Queryable, { files }: LeavingPorts, settings: ImportSettings): Promise<string[]> {
  const missing = new Set(await files.ids(tx, settings.tenant));
  const told: string[] = [];
  for await (const content of contentsOf(settings.open())) {
    if (content.kind !== 'file') continue;
    missing.delete(content.id);
    const bytes = await files.read(settings.tenant, content.id);
    if (bytes === undefined) told.push(`file ${content.id} is missing`);
    else if (digestOf(bytes) !== digestOf(content.bytes)) told.push(`file ${content.id} is another`);
  }
  return [...told, ...[...missing].map((id) => `file ${id} is not in the archive`)];
}
