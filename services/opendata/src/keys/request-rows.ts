import { randomBytes } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { Language } from '@alzette/kit/languages';
import type { KeyRequest } from '../contract/contract.ts';

/** So many may wait for a decision; more are told to come back. */
const MOST_OPEN = 100;
const ADD = `
  INSERT INTO opendata.key_request (tenant, id, name, email, language, purpose)
  SELECT $1, $2, $3, $4, $5, $6
  WHERE (SELECT count(*) FROM opendata.key_request WHERE tenant = $1 AND state = 'open') < ${MOST_OPEN}`;
const LIST = `
  SELECT id, name, email, language, purpose, state, policy, asked_at, decided_at FROM opendata.key_request
  WHERE tenant = $1 ORDER BY state <> 'open', asked_at DESC LIMIT 1000`;
const DECIDE = `
  UPDATE opendata.key_request SET state = $3, policy = $4, decided_at = now()
  WHERE tenant = $1 AND id = $2 AND state = 'open'`;
const FORGET = `
  DELETE FROM opendata.key_request WHERE coalesce(decided_at, asked_at) < now() - interval '180 days'
  /* all tenants: the job that forgets old requests */`;

export interface AskedKey {
  readonly name: string;
  readonly email: string;
  readonly language: Language;
  readonly purpose: string;
}

/** False: too many wait already. */
export async function addKeyRequest(db: Queryable, tenant: string, asked: AskedKey): Promise<boolean> {
  const { name, email, language, purpose } = asked;
  const id = randomBytes(8).toString('hex');
  return (await db.query({ text: ADD, values: [tenant, id, name, email, language, purpose] })).rowCount === 1;
}

interface Row extends AskedKey {
  readonly id: string;
  readonly state: KeyRequest['state'];
  readonly policy: string | null;
  readonly asked_at: Date;
  readonly decided_at: Date | null;
}

export interface KeptRequest extends KeyRequest {
  readonly language: Language;
}

/** Those that wait for a decision first. */
export async function keyRequests(db: Queryable, tenant: string): Promise<KeptRequest[]> {
  const { rows } = await db.query<Row>({ text: LIST, values: [tenant] });
  return rows.map(({ policy, asked_at, decided_at, ...row }) => ({
    ...row,
    ...(policy !== null && { policy }),
    askedAt: asked_at.toISOString(),
    ...(decided_at !== null && { decidedAt: decided_at.toISOString() }),
  }));
}

/** False: it was decided meanwhile. */
export async function decideKeyRequest(
  db: Queryable,
  tenant: string,
  { id, state, policy }: { readonly id: string; readonly state: 'granted' | 'refused'; readonly policy?: string },
): Promise<boolean> {
  return (await db.query({ text: DECIDE, values: [tenant, id, state, policy ?? null] })).rowCount === 1;
}

export async function forgetKeyRequests(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET })).rowCount;
}
