import type { Database } from './database.ts';
import { sqlStatements } from './sql-statements.ts';

const CONCURRENTLY = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+) ON /i;
const IS_VALID = `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)`;

interface ConcurrentIndex {
  readonly name: string;
  readonly sql: string;
}

/**
 * The indexes of a migration that are created while others write; undefined: it has none.
 *
 * @throws Error: it has other statements too, or an index without a name
 */
export function concurrentIndexes(sql: string): ConcurrentIndex[] | undefined {
  const statements = sqlStatements(sql);
  if (!statements.some((statement) => /\bINDEX CONCURRENTLY\b/i.test(statement))) return undefined;
  return statements.map((statement) => {
    const name = CONCURRENTLY.exec(statement)?.[1];
    if (name === undefined) {
      throw new Error(
        `A migration with CREATE INDEX CONCURRENTLY: got "${statement.slice(0, 60)}", ` +
          'expected only CREATE [UNIQUE] INDEX CONCURRENTLY name ON …, because it runs without a transaction',
      );
    }
    return { name, sql: statement };
  });
}

/**
 * Creates an index outside a transaction, unless it is there; what an interrupted attempt has left is dropped.
 *
 * @throws a database error 55P03: a transaction that began before takes too long
 */
export async function createConcurrently(db: Database, { name, sql }: ConcurrentIndex): Promise<void> {
  const { rows } = await db.query<{ valid: boolean }>({ text: IS_VALID, values: [name] });
  if (rows[0]?.valid === true) return;
  if (rows.length > 0) await db.query({ text: `DROP INDEX CONCURRENTLY IF EXISTS ${name}` });
  await db.query({ text: sql });
}

/** For a database that only one process uses. */
export function withoutConcurrently({ sql }: ConcurrentIndex): string {
  return sql.replace(/ CONCURRENTLY /i, ' IF NOT EXISTS ');
}
