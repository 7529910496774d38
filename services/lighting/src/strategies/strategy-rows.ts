import { isDeepStrictEqual } from 'node:util';
import type { Database, Queryable } from '@alzette/kit/database';
import type { StrategyVersion } from '../contract/contract.ts';

interface Stored {
  readonly id: string;
  readonly version: number;
  readonly author: string;
  readonly created_at: Date;
  readonly document: string;
}

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('lighting.strategy ' || $1 || ' ' || $2, 0))`;
const LATEST = `
  SELECT id, version, author, created_at, document FROM lighting.strategy
  WHERE tenant = $1 AND id = $2 ORDER BY version DESC LIMIT 1`;
const VERSION = `
  SELECT id, version, author, created_at, document FROM lighting.strategy
  WHERE tenant = $1 AND id = $2 AND version = $3`;
const VERSIONS = `
  SELECT id, version, author, created_at, document FROM lighting.strategy
  WHERE tenant = $1 AND id = $2 ORDER BY version DESC`;
const INSERT = `
  INSERT INTO lighting.strategy (tenant, id, version, document, author) VALUES ($1, $2, $3, $4, $5)
  RETURNING id, version, author, created_at, document`;
const LIST = `
  SELECT DISTINCT ON (id) id, version, author, created_at, document FROM lighting.strategy
  WHERE tenant = $1 ORDER BY id, version DESC`;

/** The version that a document has or would have. */
export async function versionOf(
  db: Queryable,
  tenant: string,
  { id, document }: Pick<NewStrategy, 'id' | 'document'>,
): Promise<number> {
  const latest = await findStrategy(db, tenant, id);
  if (latest === undefined) return 1;
  return isSame(latest, document) ? latest.version : latest.version + 1;
}

interface NewStrategy {
  readonly id: string;
  readonly document: object;
  readonly author: string;
}

/**
 * Stores a strategy as a new version, unless it is equal to the latest.
 *
 * @param version the one that `versionOf` found
 * @returns undefined: another version was stored in the meantime
 */
export async function keepStrategy(
  db: Database,
  tenant: string,
  { id, document, author, version }: NewStrategy & { readonly version: number },
): Promise<{ readonly row: StrategyVersion; readonly isNew: boolean } | undefined> {
  return db.transaction(async (tx) => {
    await tx.query({ text: LOCK, values: [tenant, id] });
    const latest = await findStrategy(tx, tenant, id);
    if (latest && isSame(latest, document)) {
      return latest.version === version ? { row: latest, isNew: false } : undefined;
    }
    if (version !== (latest?.version ?? 0) + 1) return undefined;
    const values = [tenant, id, version, JSON.stringify(document), author];
    const { rows } = await tx.query<Stored>({ text: INSERT, values });
    return { row: rowOf(rows[0] as Stored), isNew: true };
  });
}

function isSame(latest: StrategyVersion, document: object): boolean {
  return isDeepStrictEqual(latest.document, JSON.parse(JSON.stringify(document)));
}

/** Without a version: the latest. */
export async function findStrategy(
  db: Queryable,
  tenant: string,
  id: string,
  version?: number,
): Promise<StrategyVersion | undefined> {
  const { rows } = await db.query<Stored>(
    version === undefined ? { text: LATEST, values: [tenant, id] } : { text: VERSION, values: [tenant, id, version] },
  );
  return rows[0] && rowOf(rows[0]);
}

export async function listStrategies(db: Queryable, tenant: string): Promise<StrategyVersion[]> {
  return (await db.query<Stored>({ text: LIST, values: [tenant] })).rows.map(rowOf);
}

export async function listVersions(db: Queryable, tenant: string, id: string): Promise<StrategyVersion[]> {
  return (await db.query<Stored>({ text: VERSIONS, values: [tenant, id] })).rows.map(rowOf);
}

function rowOf({ id, version, author, created_at, document }: Stored): StrategyVersion {
  return { id, version, author, createdAt: created_at.toISOString(), document: JSON.parse(document) };
}
