import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';

/** A personal link to an entry. Its token is known only to who received it. */
export interface KeptLink {
  readonly id: string;
  readonly item: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly endsAt: Date;
  readonly revokedAt?: Date;
}

const COLUMNS = 'id, item, created_by, created_at, ends_at, revoked_at';
/** Not more than `$7` that are valid. */
const ADD = `
  INSERT INTO publishing.keeper_link (tenant, id, item, token_hash, created_by, ends_at)
  SELECT $1, $2, $3, $4, $5, $6
  WHERE (SELECT count(*) FROM publishing.keeper_link
    WHERE tenant = $1 AND item = $3 AND revoked_at IS NULL AND ends_at > now()) < $7::int
  RETURNING ${COLUMNS}`;
const LIST = `
  SELECT ${COLUMNS} FROM publishing.keeper_link WHERE tenant = $1 AND item = $2 ORDER BY created_at DESC, id`;
const FIND = `SELECT ${COLUMNS} FROM publishing.keeper_link WHERE tenant = $1 AND token_hash = $2`;
const REVOKE = `
  UPDATE publishing.keeper_link SET revoked_at = now()
  WHERE tenant = $1 AND item = $2 AND id = $3 AND revoked_at IS NULL`;
const USE = `
  UPDATE publishing.keeper_link
  SET used_times = used_times * (used_on IS NOT DISTINCT FROM current_date)::int + 1, used_on = current_date
  WHERE tenant = $1 AND id = $2 AND (used_on IS DISTINCT FROM current_date OR used_times < $3)`;
const IS_OVER = `least(l.ends_at, l.revoked_at) < now() - interval '90 days'`;
const REFUSED_PICTURES = `
  SELECT l.tenant, p.changes->>'image.file' AS file
  FROM publishing.keeper_link AS l JOIN publishing.proposal AS p ON p.tenant = l.tenant AND p.link = l.id
  WHERE ${IS_OVER} AND p.state = 'refused' AND p.changes->>'image.file' IS NOT NULL
  /* all tenants: the job that deletes old links */`;
const FORGET = `
  DELETE FROM publishing.keeper_link AS l
  WHERE ${IS_OVER}
    AND NOT EXISTS (SELECT FROM publishing.proposal AS p
      WHERE p.tenant = l.tenant AND p.link = l.id AND p.state = 'waiting')
  /* all tenants: as above */`;
export const MAX_LINKS = 10;
export const MAX_PROPOSALS_A_DAY = 20;

interface Row {
  readonly id: string;
  readonly item: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly ends_at: Date;
  readonly revoked_at: Date | null;
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Adds a link. Undefined: the entry has the maximum number of links. @returns its token, which is stored only as a hash */
export async function addLink(
  db: Queryable,
  tenant: string,
  item: string,
  by: string,
  endsAt: Date,
): Promise<{ readonly link: KeptLink; readonly token: string } | undefined> {
  const token = randomBytes(24).toString('base64url');
  const values = [tenant, randomUUID(), item, hashOf(token), by, endsAt, MAX_LINKS];
  const [row] = (await db.query<Row>({ text: ADD, values })).rows;
  return row && { link: linkOf(row), token };
}

export async function listLinks(db: Queryable, tenant: string, item: string): Promise<KeptLink[]> {
  return (await db.query<Row>({ text: LIST, values: [tenant, item] })).rows.map(linkOf);
}

/** Undefined: there is no link with this token. It may have ended. */
export async function findLink(db: Queryable, tenant: string, token: string): Promise<KeptLink | undefined> {
  const [row] = (await db.query<Row>({ text: FIND, values: [tenant, hashOf(token)] })).rows;
  return row && linkOf(row);
}

/** False: the entry has no such link, or it was revoked before. */
export async function revokeLink(db: Queryable, tenant: string, item: string, id: string): Promise<boolean> {
  return (await db.query({ text: REVOKE, values: [tenant, item, id] })).rowCount === 1;
}

/** Counts a proposal. False: the daily limit is reached. */
export async function useLink(db: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await db.query({ text: USE, values: [tenant, id, MAX_PROPOSALS_A_DAY] })).rowCount === 1;
}

/**
 * Deletes links that ended 90 days ago, with their proposals.
 *
 * @param removePicture deletes the picture of a proposal that was refused
 * @returns how many
 */
export async function forgetLinks(
  db: Queryable,
  removePicture: (tenant: string, file: string) => Promise<void>,
): Promise<number> {
  const { rows } = await db.query<{ readonly tenant: string; readonly file: string }>({ text: REFUSED_PICTURES });
  for (const { tenant, file } of rows) await removePicture(tenant, file);
  return (await db.query({ text: FORGET })).rowCount;
}

function linkOf(row: Row): KeptLink {
  const { id, item, created_by: createdBy, created_at: createdAt, ends_at: endsAt, revoked_at: revokedAt } = row;
  return { id, item, createdBy, createdAt, endsAt, ...(revokedAt !== null && { revokedAt }) };
}
