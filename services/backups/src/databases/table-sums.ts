import type { Queryable } from '@alzette/kit/database';

/** A checksum of all rows of a table, independent of their order. */
export interface TableSum {
  /** With schema, e.g. `alarms.alarm`. */
  readonly table: string;
  readonly rows: number;
  /** The sum of 64-bit hashes of the rows' texts. */
  readonly sum: string;
}

// The text form of values depends on these settings.
const SESSION = `
  SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true), set_config('IntervalStyle', 'postgres', true),
         set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true), set_config('statement_timeout', '0', true)`;

// Partitions are read through their parent tables. Tables of extensions are restored by the extension.
const TABLES = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^(pg_|_?timescaledb)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY 1`;

/** Reads every row of every table, in one transaction. */
export async function tableSums(tx: Queryable): Promise<TableSum[]> {
  await tx.query({ text: SESSION });
  const { rows: tables } = await tx.query<{ name: string }>({ text: TABLES });
  const sums: TableSum[] = [];
  for (const { name } of tables) {
    // A table name can't be a parameter; this one is quoted by the catalogue.
    const { rows } = await tx.query<Omit<TableSum, 'table'>>({
      text: `SELECT count(*)::float8 AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS sum FROM ${name} AS t`,
    });
    for (const { rows: count, sum } of rows) sums.push({ table: name, rows: count, sum });
  }
  return sums;
}

/** Describes the tables that differ; empty if all rows are equal. */
export function differences(expected: readonly TableSum[], found: readonly TableSum[]): string[] {
  const byName = new Map(found.map((each) => [each.table, each]));
  const lines: string[] = [];
  for (const { table, rows, sum } of expected) {
    const other = byName.get(table);
    byName.delete(table);
    if (other === undefined) lines.push(`${table} is missing`);
    else if (other.rows !== rows) lines.push(`${table} has ${other.rows} rows, expected ${rows}`);
    else if (other.sum !== sum) lines.push(`${table} has ${rows} rows, of which some are not as they were`);
  }
  for (const table of byName.keys()) lines.push(`${table} was not in the backup`);
  return lines;
}
