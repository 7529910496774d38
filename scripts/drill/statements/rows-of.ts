import type { Queryable } from '@alzette/kit/database';

const TABLES = `
  SELECT format('%I.%I', c.table_schema, c.table_name) AS name,
    ARRAY(
      SELECT n.column_name::text FROM information_schema.columns n
      WHERE (n.table_schema, n.table_name) = (c.table_schema, c.table_name) AND n.is_identity = 'YES') AS numbered
  FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE c.table_schema = $1 AND c.column_name = 'tenant' AND t.table_type = 'BASE TABLE' ORDER BY 1`;
const TIME = /\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d(?::?\d\d)?)?/g;
const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;
/** Longer texts are files, which have times of their own. */
const LONGEST = 2_000;

/** All rows that a tenant has in the tables of a service, without times, ids of chance and the numbers that the database gives. */
export async function rowsOf(db: Queryable, service: string, tenant: string): Promise<{ [table: string]: string[] }> {
  const found: { [table: string]: string[] } = {};
  const tables = await db.query<{ name: string; numbered: string[] }>({ text: TABLES, values: [service] });
  for (const { name, numbered } of tables.rows) {
    const text = `SELECT (to_jsonb(t) - $2::text[])::text AS row FROM ${name} AS t WHERE tenant = $1`;
    const { rows } = await db.query<{ row: string }>({ text, values: [tenant, numbered] });
    found[name] = rows.map(({ row }) => shown(JSON.parse(row))).sort();
  }
  return found;
}

function shown(row: object): string {
  const fields = Object.entries(row).map(([name, value]): [string, unknown] => {
    const text = JSON.stringify(value) ?? '';
    return [name, text.length > LONGEST ? 'long' : value];
  });
  return JSON.stringify(Object.fromEntries(fields)).replaceAll(TIME, 'time').replaceAll(UUID, 'uuid');
}
