import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TenantTables } from '@alzette/kit/tenant-tables';
import { parse } from 'libpg-query';
import { BROKER_TABLES } from '../../src/database/citus/distributed-tables.ts';
import type { Database, Queryable, Statement } from '../../src/database/database.ts';

/** Views over tables of tenants. */
const VIEWS = ['evolution', 'birth_instance'];
const OF_TENANTS = new Set<string>([...BROKER_TABLES.distributed, ...VIEWS]);

const PACKAGES = fileURLToPath(new URL('../../../', import.meta.url));

/** The tables of tenants of all packages except the broker, with their schemas. */
export function tablesOfPackages(): Set<string> {
  const files = globSync(['iot-agents/migrations/tables.json', 'services/*/migrations/tables.json'], { cwd: PACKAGES });
  const read = (file: string) => JSON.parse(readFileSync(`${PACKAGES}${file}`, 'utf8')) as TenantTables;
  return new Set(files.flatMap((file) => read(file).distributed));
}

function migrations(): Set<string> {
  const files = globSync(['iot-agents/migrations/*.sql', 'services/*/migrations/*.sql'], { cwd: PACKAGES });
  return new Set(files.map((file) => readFileSync(`${PACKAGES}${file}`, 'utf8')));
}

/** The comment that declares that a statement concerns all tenants, with the reason. */
const ALL_TENANTS = /\/\* all tenants: .+? \*\//;

/**
 * A database whose statements are checked at the end of the test: each must restrict every table of tenants to one tenant.
 * Statements about all tenants declare this in their text: `/* all tenants: the reason *\/`.
 */
export function checkingTenants(t: { after(check: () => Promise<void>): void }, db: Database): Database {
  const texts = new Set<string>();
  t.after(async () => {
    const faults = await faultsOfPackages(texts);
    assert.deepEqual(
      faults,
      [],
      'a statement restricts each table of tenants to one tenant, or declares why it concerns all',
    );
  });
  return recording(db, texts);
}

/** The faults of statements, see {@link checkingTenants}. */
export async function faultsOfPackages(texts: Iterable<string>): Promise<string[]> {
  const tables = tablesOfPackages();
  const schemas = new RegExp(`\\b(?:${[...new Set([...tables].map((table) => table.split('.')[0]))].join('|')})\\.`);
  const before = migrations();
  const faults: string[] = [];
  for (const text of texts) {
    if (tables.size === 0 || !schemas.test(text) || ALL_TENANTS.test(text) || before.has(text)) continue;
    const missing = await tablesWithoutTenant(text, tables);
    if (missing.length > 0) faults.push(`${missing.join(', ')}: ${text}`);
  }
  return faults;
}

/** Any node of PostgreSQL's syntax tree, as libpg-query gives it: an object whose only member is its kind. */
type Node = { readonly [member: string]: unknown };

/**
 * The tables of tenants that a SELECT, UPDATE or DELETE uses without `tenant = $n` (or a constant) for this table in its own
 * conditions. Tables that it only inserts into, and other kinds of statements, are not checked.
 *
 * Uses PostgreSQL's own parser. A condition that the tenants of two tables are equal is not enough, even if PostgreSQL would
 * derive the rest from it.
 */
export async function tablesWithoutTenant(
  text: string,
  ofTenants: ReadonlySet<string> = OF_TENANTS,
): Promise<string[]> {
  const { stmts = [] } = (await parse(text)) as { stmts?: { stmt: Node }[] };
  const missing: string[] = [];
  for (const { stmt } of stmts) visit(stmt, { hidden: new Set(), ofTenants }, missing);
  return [...new Set(missing)].sort();
}

interface Names {
  /** The names of CTEs, which hide tables. */
  readonly hidden: ReadonlySet<string>;
  readonly ofTenants: ReadonlySet<string>;
}

function visit(node: unknown, names: Names, missing: string[]): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, names, missing);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  for (const [kind, value] of Object.entries(node)) {
    if (['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'InsertStmt'].includes(kind)) query(value as Node, names, missing);
    else visit(value, names, missing);
  }
}

function query(statement: Node, outer: Names, missing: string[]): void {
  const { withClause } = statement as { withClause?: { ctes: { CommonTableExpr: { ctename: string } }[] } };
  const ctes = (withClause?.ctes ?? []).map(({ CommonTableExpr }) => CommonTableExpr.ctename);
  const names = { ...outer, hidden: new Set([...outer.hidden, ...ctes]) };
  // The parts of a UNION are nodes without a kind.
  for (const part of [statement.larg, statement.rarg]) if (part) query(part as Node, names, missing);
  const { larg: _left, rarg: _right, ...members } = statement;
  const tables: { name: string; alias: string }[] = [];
  const conditions: unknown[] = [statement.whereClause];
  const isInsert = 'cols' in statement || 'selectStmt' in statement;
  if (!isInsert && statement.relation) addTable(statement.relation as Node, names, tables);
  for (const from of [statement.fromClause, statement.usingClause]) addTables(from, names, tables, conditions);
  const named = new Set(conditions.flatMap((condition) => namedTenants(condition)));
  for (const { name, alias } of tables) {
    if (!named.has(alias) && !(tables.length === 1 && named.has(''))) missing.push(name);
  }
  visit(members, names, missing);
}

/** The tables of a FROM, and the conditions of its joins. */
function addTables(
  node: unknown,
  names: Names,
  tables: { name: string; alias: string }[],
  conditions: unknown[],
): void {
  if (Array.isArray(node)) {
    for (const each of node) addTables(each, names, tables, conditions);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { RangeVar, JoinExpr } = node as { RangeVar?: Node; JoinExpr?: Node };
  if (RangeVar !== undefined) addTable(RangeVar, names, tables);
  if (JoinExpr === undefined) return;
  addTables(JoinExpr.larg, names, tables, conditions);
  addTables(JoinExpr.rarg, names, tables, conditions);
  conditions.push(JoinExpr.quals);
}

function addTable(range: Node, { hidden, ofTenants }: Names, tables: { name: string; alias: string }[]): void {
  const { relname, schemaname, alias } = range as {
    relname: string;
    schemaname?: string;
    alias?: { aliasname: string };
  };
  const isHidden = schemaname === undefined && hidden.has(relname);
  // Partitions of the history are also tables of tenants.
  const name = schemaname === undefined ? relname : `${schemaname}.${relname}`;
  const isOfTenants = ofTenants.has(name) || /^history_(\d{4}_\d\d|default)$/.test(name);
  if (isOfTenants && !isHidden) tables.push({ name, alias: alias?.aliasname ?? relname });
}

/** Aliases with `alias.tenant = $n` among conditions that must all hold; '' without an alias. */
function namedTenants(condition: unknown): string[] {
  const { BoolExpr, A_Expr } = (condition ?? {}) as { BoolExpr?: Node; A_Expr?: Node };
  if (BoolExpr?.boolop === 'AND_EXPR') return (BoolExpr.args as unknown[]).flatMap((each) => namedTenants(each));
  if (A_Expr === undefined || A_Expr.kind !== 'AEXPR_OP') return [];
  const [operator] = A_Expr.name as { String: { sval: string } }[];
  if (operator?.String.sval !== '=') return [];
  for (const [column, value] of [
    [A_Expr.lexpr, A_Expr.rexpr],
    [A_Expr.rexpr, A_Expr.lexpr],
  ]) {
    const fields =
      ((column as Node).ColumnRef as { fields?: { String?: { sval: string } }[] } | undefined)?.fields ?? [];
    const names = fields.map((field) => field.String?.sval);
    if (['tenant', 'of_tenant'].includes(names.at(-1) ?? '') && isGiven(value as Node))
      return [names.length > 1 ? (names.at(-2) as string) : ''];
  }
  return [];
}

function isGiven(node: Node): boolean {
  if ('TypeCast' in node) return isGiven((node.TypeCast as { arg: Node }).arg);
  return 'ParamRef' in node || 'A_Const' in node;
}

/** A database that keeps the text of every statement. */
export function recording(db: Database, texts: Set<string>): Database {
  const recorded = <Kind extends Queryable>(of: Kind): Kind => ({
    ...of,
    query: (statement: Statement) => {
      texts.add(statement.text);
      return of.query(statement);
    },
  });
  return { ...recorded(db), transaction: (work) => db.transaction((tx) => work(recorded(tx))) };
}
