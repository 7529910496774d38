import { parse } from 'libpg-query';
import { DISTRIBUTED } from '../../src/database/citus/distributed-tables.ts';
import type { Database, Queryable, Statement } from '../../src/database/database.ts';

/** Views that stand for tables. */
const VIEWS = ['evolution', 'birth_instance'];
const OF_TENANTS = new Set<string>([...DISTRIBUTED, ...VIEWS]);

/** Any node of PostgreSQL's syntax tree, as libpg-query gives it: an object whose only member is its kind. */
type Node = { readonly [member: string]: unknown };

/**
 * The tables of tenants that a statement reads, changes or deletes from without `tenant = $n` (or a constant) for that very
 * table, in the conditions of the same SELECT, UPDATE or DELETE. What it only inserts into is not among them, nor is what stands
 * in statements other than these.
 *
 * By PostgreSQL's own parser. That the tenants of two tables are equal is not enough, even where PostgreSQL would conclude more.
 */
export async function tablesWithoutTenant(text: string): Promise<string[]> {
  const { stmts = [] } = (await parse(text)) as { stmts?: { stmt: Node }[] };
  const missing: string[] = [];
  for (const { stmt } of stmts) visit(stmt, new Set(), missing);
  return [...new Set(missing)].sort();
}

/** @param hidden names of CTEs, which hide tables */
function visit(node: unknown, hidden: ReadonlySet<string>, missing: string[]): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, hidden, missing);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  for (const [kind, value] of Object.entries(node)) {
    if (['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'InsertStmt'].includes(kind)) query(value as Node, hidden, missing);
    else visit(value, hidden, missing);
  }
}

function query(statement: Node, outer: ReadonlySet<string>, missing: string[]): void {
  const { withClause } = statement as { withClause?: { ctes: { CommonTableExpr: { ctename: string } }[] } };
  const hidden = new Set([...outer, ...(withClause?.ctes ?? []).map(({ CommonTableExpr }) => CommonTableExpr.ctename)]);
  // The parts of a UNION are no nodes with a kind.
  for (const part of [statement.larg, statement.rarg]) if (part) query(part as Node, hidden, missing);
  const { larg: _left, rarg: _right, ...members } = statement;
  const tables: { name: string; alias: string }[] = [];
  const conditions: unknown[] = [statement.whereClause];
  const isInsert = 'cols' in statement || 'selectStmt' in statement;
  if (!isInsert && statement.relation) addTable(statement.relation as Node, hidden, tables);
  for (const from of [statement.fromClause, statement.usingClause]) addTables(from, hidden, tables, conditions);
  const named = new Set(conditions.flatMap((condition) => namedTenants(condition)));
  for (const { name, alias } of tables) {
    if (!named.has(alias) && !(tables.length === 1 && named.has(''))) missing.push(name);
  }
  visit(members, hidden, missing);
}

/** The tables of a FROM, and the conditions of its joins. */
function addTables(
  node: unknown,
  hidden: ReadonlySet<string>,
  tables: { name: string; alias: string }[],
  conditions: unknown[],
): void {
  if (Array.isArray(node)) {
    for (const each of node) addTables(each, hidden, tables, conditions);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { RangeVar, JoinExpr } = node as { RangeVar?: Node; JoinExpr?: Node };
  if (RangeVar !== undefined) addTable(RangeVar, hidden, tables);
  if (JoinExpr === undefined) return;
  addTables(JoinExpr.larg, hidden, tables, conditions);
  addTables(JoinExpr.rarg, hidden, tables, conditions);
  conditions.push(JoinExpr.quals);
}

function addTable(range: Node, hidden: ReadonlySet<string>, tables: { name: string; alias: string }[]): void {
  const { relname, schemaname, alias } = range as {
    relname: string;
    schemaname?: string;
    alias?: { aliasname: string };
  };
  const isHidden = schemaname === undefined && hidden.has(relname);
  // Partitions of the history are tables of tenants, too.
  const isOfTenants = OF_TENANTS.has(relname) || /^history_(\d{4}_\d\d|default)$/.test(relname);
  if (isOfTenants && !isHidden) tables.push({ name: relname, alias: alias?.aliasname ?? relname });
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
