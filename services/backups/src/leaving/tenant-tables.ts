import type { Queryable } from '@alzette/kit/database';
import type { TableOwners, TenantRows } from '@alzette/kit/table-owners';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isIdentity: boolean;
  readonly isRequired: boolean;
  readonly isGenerated: boolean;
}

/** A table with rows of tenants: what its package says of it, and what the database says. */
export interface TenantTable extends TenantRows {
  /** With schema, except for that of the broker. */
  readonly name: string;
  readonly rows: string;
  readonly fields: readonly Column[];
  /** The column that names the tenant, if one does. */
  readonly tenantColumn: string | undefined;
  readonly numbers: readonly string[];
  readonly refs: { readonly [column: string]: string };
}

const TABLES = `
  SELECT c.oid::regclass::text AS name,
    (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'isIdentity', a.attidentity <> '', 'isRequired', a.attnotnull, 'isGenerated', a.attgenerated <> '') ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text AS fields,
    coalesce((SELECT json_agg(DISTINCT k.confrelid::regclass::text) FROM pg_constraint k
      WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid), '[]')::text AS parents,
    coalesce((SELECT json_object_agg(a.attname, k.confrelid::regclass::text || '.' || f.attname) FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
      JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
      WHERE k.conrelid = c.oid AND k.contype = 'f' AND cardinality(k.conkey) = 1), '{}')::text AS refs
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^(pg_|_?timescaledb)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY 1`;

/** Whether a table has who may do what: policies, accounts, keys. */
export const isOfRights = ({ rows }: TenantTable) => rows.includes(':rights');

interface TableRow {
  readonly name: string;
  readonly fields: string;
  readonly parents: string;
  readonly refs: string;
}

interface Read extends TenantTable {
  readonly parents: readonly string[];
}

/**
 * The tables with rows of tenants, each after those that it refers to.
 *
 * @throws Error: a table does not say whose its rows are
 */
export async function tenantTables(db: Queryable, owners: readonly TableOwners[]): Promise<readonly TenantTable[]> {
  const said = new Map(owners.flatMap(({ tenants = {} }) => Object.entries(tenants)));
  const ofSite = new Set(owners.flatMap(({ site = {} }) => Object.keys(site)));
  const { rows } = await db.query<TableRow>({ text: TABLES });
  const tables: Read[] = [];
  const silent: string[] = [];
  for (const { name, fields, parents, refs } of rows) {
    const isOfSite = ofSite.has(name) || (!said.has(name) && ofSite.has(name.replace(/[^.]*$/, '*')));
    if (isOfSite) continue;
    const table = readTable(name, said.get(name) ?? {}, JSON.parse(fields), JSON.parse(refs), JSON.parse(parents));
    if (table === undefined) silent.push(name);
    else tables.push(table);
  }
  if (silent.length > 0) {
    throw new Error(
      `${silent.join(', ')}: no column names the tenant, and owners.json beside the migrations does not say whose the rows are`,
    );
  }
  return inOrder(numbered(tables));
}

function readTable(
  name: string,
  said: TenantRows,
  fields: readonly Column[],
  foreign: { readonly [column: string]: string },
  parents: readonly string[],
): Read | undefined {
  const tenantColumn = fields.find((field) => field.name === 'tenant' || field.name === 'of_tenant')?.name;
  const rows = said.rows ?? (tenantColumn === undefined ? undefined : `t.${tenantColumn} = :tenant`);
  if (rows === undefined) return undefined;
  const identities = fields.flatMap((field) => (field.isIdentity ? [field.name] : []));
  return {
    ...said,
    name,
    rows,
    fields: fields.filter(({ isGenerated }) => !isGenerated),
    tenantColumn,
    numbers: [...new Set([...identities, ...(said.numbers ?? [])])],
    refs: { ...foreign, ...said.refs },
    parents,
  };
}

/** Keeps only references to numbers. */
function numbered(tables: readonly Read[]): Read[] {
  const numbers = new Set(tables.flatMap(({ name, numbers }) => numbers.map((column) => `${name}.${column}`)));
  return tables.map((table) => ({
    ...table,
    refs: Object.fromEntries(Object.entries(table.refs).filter(([, to]) => numbers.has(to))),
  }));
}

function inOrder(tables: readonly Read[]): TenantTable[] {
  const waiting = new Map(tables.map((table) => [table.name, table]));
  const ordered: TenantTable[] = [];
  const take = (table: Read) => {
    if (!waiting.delete(table.name)) return;
    for (const parent of table.parents) {
      const found = waiting.get(parent);
      if (found) take(found);
    }
    ordered.push(table);
  };
  for (const table of tables) take(table);
  return ordered;
}
