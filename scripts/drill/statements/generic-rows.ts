import type { Database } from '@alzette/kit/database';

/** Ages of rows: so old that every retention has ended, and new. */
const AGES = { old: `now() - interval '12 years'`, new: 'now()' };
const COLUMNS = `
  SELECT c.table_name AS "table", c.column_name AS name, c.udt_name AS type
  FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
  WHERE c.table_schema = $1 AND t.table_type = 'BASE TABLE' AND c.is_identity = 'NO' AND c.is_generated = 'NEVER'
  ORDER BY c.table_name, c.ordinal_position`;
/** Constraints that list the texts which a column may have. */
const CHECKS = `
  SELECT rel.relname AS "table", att.attname AS name, pg_get_constraintdef(con.oid) AS text
  FROM pg_constraint con JOIN pg_class rel ON rel.oid = con.conrelid JOIN pg_namespace ns ON ns.oid = rel.relnamespace
  JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
  WHERE ns.nspname = $1 AND con.contype = 'c' AND cardinality(con.conkey) = 1`;
const MOST_TEXTS = 6;

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

type Age = keyof typeof AGES;

/** What a row is made from. Ids are the same in all tables of a service, so that rows refer to each other. */
interface Variant {
  readonly tenant: string;
  readonly age: Age;
  readonly is: boolean;
  /** For columns with listed texts: the n-th. */
  readonly nth: number;
}

/**
 * Fills the tables that a service has for tenants, whatever they are, and empties them of other tenants: for each, rows of each age, for both values of its booleans
 * and for each text that a constraint lists. A table that does not accept such rows stays empty.
 */
export async function fillTables(db: Database, schema: string, tenant: string): Promise<void> {
  const values = [schema];
  const columns = (await db.query<Column>({ text: COLUMNS, values })).rows;
  const checks = (await db.query<{ table: string; name: string; text: string }>({ text: CHECKS, values })).rows;
  const listed = new Map(checks.map(({ table, name, text }) => [`${table} ${name}`, textsOf(text)]));
  const statements: string[] = [];
  for (const [table, own] of Map.groupBy(columns, (column) => column.table)) {
    if (!own.some(({ name }) => name === 'tenant')) continue;
    // Others would be due again and again.
    statements.push(`DELETE FROM ${schema}."${table}";`);
    const lists = own.map(({ name }) => listed.get(`${table} ${name}`)?.length ?? 0);
    const most = Math.max(1, Math.min(MOST_TEXTS, ...lists.filter((length) => length > 0)));
    for (const variant of variantsOf(tenant, most)) {
      const names = own.map(({ name }) => `"${name}"`).join(', ');
      const row = own
        .map((column) => literalOf(column, variant, listed.get(`${table} ${column.name}`) ?? []))
        .join(', ');
      statements.push(
        `BEGIN INSERT INTO ${schema}."${table}" (${names}) VALUES (${row}) ON CONFLICT DO NOTHING; EXCEPTION WHEN OTHERS THEN NULL; END;`,
      );
    }
  }
  if (statements.length === 0) return;
  // Without triggers, because rows of one table may come before those that they refer to.
  await db.runScript(
    `SET session_replication_role = replica; DO $fill$ BEGIN ${statements.join('\n')} END $fill$; RESET session_replication_role`,
  );
}

function* variantsOf(tenant: string, texts: number): Generator<Variant> {
  for (const age of ['old', 'new'] as const)
    for (const is of [false, true]) for (let nth = 0; nth < texts; nth++) yield { tenant, age, is, nth };
}

/** The quoted texts of a constraint such as CHECK (state = ANY (ARRAY['a'::text, 'b'::text])). */
function textsOf(constraint: string): string[] {
  return /\bANY\b| OR |= '/.test(constraint)
    ? [...constraint.matchAll(/'([^']+)'::text/g)].map(([, text]) => text ?? '')
    : [];
}

function literalOf({ name, type }: Column, { tenant, age, is, nth }: Variant, listed: readonly string[]): string {
  const id = `${age}-${is}-${nth}`;
  if (name === 'tenant') return quoted(tenant);
  if (type.startsWith('_')) return `'{}'`;
  switch (type) {
    case 'text':
    case 'varchar':
      return quoted(listed[nth % Math.max(1, listed.length)] ?? id);
    case 'uuid':
      return `md5(${quoted(`${tenant} ${id}`)})::uuid`;
    case 'timestamptz':
    case 'timestamp':
    case 'date':
      return `(${AGES[age]})::${type}`;
    case 'bool':
      return String(is);
    case 'json':
    case 'jsonb':
      return `'{}'`;
    case 'bytea':
      return `'\\x00'`;
    case 'int2':
    case 'int4':
    case 'int8':
    case 'float4':
    case 'float8':
    case 'numeric':
      return '1';
    default:
      return 'NULL';
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
