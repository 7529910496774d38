import { randomUUID } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { denied } from '@alzette/kit/problems';
import type { Block } from '../contract/setup.ts';

const ADD = `
  INSERT INTO reports.block (tenant, id, kind, hash, reason, actor, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const LIST = `
  SELECT id, kind, reason, actor, created_at, expires_at FROM reports.block
  WHERE tenant = $1 AND expires_at > now() ORDER BY created_at DESC LIMIT 500`;
const DELETE = 'DELETE FROM reports.block WHERE tenant = $1 AND id = $2 RETURNING id';
const FIND = `SELECT expires_at FROM reports.block WHERE tenant = $1 AND hash = ANY($2::text[]) AND expires_at > now() LIMIT 1`;
const FORGET = 'DELETE FROM reports.block WHERE expires_at <= now() /* all tenants: the job that deletes old blocks */';

interface Row {
  readonly id: string;
  readonly kind: Block['kind'];
  readonly reason: string;
  readonly actor: string;
  readonly created_at: Date;
  readonly expires_at: Date;
}

export async function addBlock(
  db: Queryable,
  tenant: string,
  block: {
    readonly kind: Block['kind'];
    readonly hash: string;
    readonly reason: string;
    readonly actor: string;
    readonly until: Date;
  },
): Promise<string> {
  const id = randomUUID();
  const { kind, hash, reason, actor, until } = block;
  await db.query({ text: ADD, values: [tenant, id, kind, hash, reason, actor, until] });
  return id;
}

export async function listBlocks(db: Queryable, tenant: string): Promise<Block[]> {
  const { rows } = await db.query<Row>({ text: LIST, values: [tenant] });
  return rows.map(({ created_at: createdAt, expires_at: expiresAt, ...block }) => ({
    ...block,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }));
}

export async function deleteBlock(db: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, id] })).rows.length > 0;
}

/** @throws Problem 403: one of the hashes is blocked */
export async function checkBlocks(db: Queryable, tenant: string, hashes: readonly string[]): Promise<void> {
  const { rows } = await db.query<{ expires_at: Date }>({ text: FIND, values: [tenant, hashes] });
  const [block] = rows;
  if (block)
    throw denied(`Reports from here are blocked until ${block.expires_at.toISOString()}; please call the town hall`);
}

export async function forgetBlocks(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET })).rowCount;
}
