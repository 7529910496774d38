import type { Queryable } from '@alzette/kit/database';
import type { Override } from '../contract/contract.ts';

export type NewOverride = Omit<Override, 'sent' | 'begun' | 'createdAt' | 'decidedBy'>;

/** The lamps of an override that has ended, and how many of them must return to their programme. */
export type EndedOverride = Pick<Override, 'lamps' | 'command' | 'sent' | 'begun'>;

/** Who asked: the result of `authorOf`, and the person; null: there is none, or access was open. */
export interface Asker {
  readonly grant: object | null;
  readonly person: string | null;
}

const INSERT = `
  INSERT INTO lighting.override (tenant, id, lamps, level, until, reason, command, author, state, pace_lamps, pace_s,
    author_grant, person, begun)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;
const COLUMNS = `id, lamps, level, until, reason, command, state, author, created_at AS "createdAt", sent, begun,
  CASE WHEN pace_lamps IS NOT NULL THEN jsonb_build_object('lamps', pace_lamps, 'everyS', pace_s) END AS pace,
  decided_by AS "decidedBy"`;
const LIST = `SELECT ${COLUMNS} FROM lighting.override WHERE tenant = $1 ORDER BY created_at DESC LIMIT 100`;
const FIND = `SELECT ${COLUMNS} FROM lighting.override WHERE tenant = $1 AND id::text = $2`;
const ASKER = `
  SELECT author_grant::text AS "grant", person FROM lighting.override WHERE tenant = $1 AND id::text = $2`;
const BEGIN = `
  UPDATE lighting.override SET begun = greatest(begun, $3) WHERE tenant = $1 AND id = $2 AND state = 'active' RETURNING id`;
const SENT = `
  UPDATE lighting.override SET sent = $3, begun = greatest(begun, $3)
  WHERE tenant = $1 AND id = $2 AND sent < $3 AND state = ANY($4::text[]) RETURNING id`;
const DECIDE = `
  UPDATE lighting.override SET state = $3, decided_by = $4 WHERE tenant = $1 AND id = $2 AND state = 'waiting' RETURNING id`;
const END = `
  UPDATE lighting.override SET state = 'ended', is_returning = true
  WHERE tenant = $1 AND id = $2 AND state IN ('active', 'waiting') RETURNING id`;
const RETURNING = `
  SELECT lamps, command, sent, begun FROM lighting.override WHERE tenant = $1 AND id::text = $2 AND is_returning`;
const RETURNED = 'UPDATE lighting.override SET is_returning = false WHERE tenant = $1 AND id = $2';
const POLICY = 'SELECT approval_from AS "approvalFrom" FROM lighting.override_policy WHERE tenant = $1';
const KEEP_POLICY = `
  INSERT INTO lighting.override_policy (tenant, approval_from) VALUES ($1, $2)
  ON CONFLICT (tenant) DO UPDATE SET approval_from = excluded.approval_from`;
const DROP_POLICY = 'DELETE FROM lighting.override_policy WHERE tenant = $1';

export async function insertOverride(
  tx: Queryable,
  tenant: string,
  override: NewOverride,
  { grant, person }: Asker,
  begun = 0,
): Promise<void> {
  const { id, lamps, level, until, reason, command, author, state, pace } = override;
  const values = [tenant, id, lamps, level, until, reason, command, author, state];
  const how = [pace?.lamps ?? null, pace?.everyS ?? null, grant && JSON.stringify(grant), person, begun];
  await tx.query({ text: INSERT, values: [...values, ...how] });
}

/** Who asked for an override that exists. */
export async function askerOfOverride(db: Queryable, tenant: string, id: string): Promise<Asker> {
  return askerIn(db, { text: ASKER, values: [tenant, id] });
}

/** Reads the columns `grant`, as text, and `person` of one row. */
export async function askerIn(db: Queryable, query: Parameters<Queryable['query']>[0]): Promise<Asker> {
  const { rows } = await db.query<{ grant: string | null; person: string | null }>(query);
  const { grant, person } = rows[0] ?? { grant: null, person: null };
  return { grant: grant === null ? null : (JSON.parse(grant) as object), person };
}

/** The latest first. */
export async function listOverrides(db: Queryable, tenant: string): Promise<Override[]> {
  return (await db.query<OverrideRow>({ text: LIST, values: [tenant] })).rows.map(shown);
}

export async function findOverride(db: Queryable, tenant: string, id: string): Promise<Override | undefined> {
  return (await db.query<OverrideRow>({ text: FIND, values: [tenant, id] })).rows.map(shown)[0];
}

type OverrideRow = Omit<Override, 'pace' | 'until' | 'createdAt'> & {
  readonly pace: string | Override['pace'];
  readonly until: Date;
  readonly createdAt: Date;
};

/** A document is text in one database and parsed in the other. */
function shown({ pace, until, createdAt, ...row }: OverrideRow): Override {
  return {
    ...row,
    until: until.toISOString(),
    createdAt: createdAt.toISOString(),
    pace: typeof pace === 'string' ? (JSON.parse(pace) as Override['pace']) : pace,
  };
}

/** Stores that the first `begun` lamps may get a command from now on. False: the override is not active any more. */
export async function markBegun(db: Queryable, tenant: string, id: string, begun: number): Promise<boolean> {
  return (await db.query({ text: BEGIN, values: [tenant, id, begun] })).rows.length > 0;
}

/** Marks the first `sent` lamps as done. False: another run has done more, or it is in another state. */
export async function markSent(
  tx: Queryable,
  tenant: string,
  id: string,
  sent: number,
  states: readonly Override['state'][] = ['active', 'ended'],
): Promise<boolean> {
  return (await tx.query({ text: SENT, values: [tenant, id, sent, states] })).rows.length > 0;
}

/** False: it was decided already. */
export async function decideOverride(
  tx: Queryable,
  tenant: string,
  id: string,
  state: 'active' | 'rejected',
  by: string,
): Promise<boolean> {
  return (await tx.query({ text: DECIDE, values: [tenant, id, state, by] })).rows.length > 0;
}

/** Ends an override, whose lamps must return to their programme. False: it had ended. */
export async function closeOverride(tx: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await tx.query({ text: END, values: [tenant, id] })).rows.length > 0;
}

/** An override that has ended, and whose lamps have not all been told so; undefined: they have. */
export async function findReturning(db: Queryable, tenant: string, id: string): Promise<EndedOverride | undefined> {
  return (await db.query<EndedOverride>({ text: RETURNING, values: [tenant, id] })).rows[0];
}

/** All lamps have been told. */
export async function markReturned(db: Queryable, tenant: string, id: string): Promise<void> {
  await db.query({ text: RETURNED, values: [tenant, id] });
}

/** The number of lamps from which a second person must approve; null: never. */
export async function readApproval(db: Queryable, tenant: string): Promise<number | null> {
  const { rows } = await db.query<{ approvalFrom: number }>({ text: POLICY, values: [tenant] });
  return rows[0]?.approvalFrom ?? null;
}

export async function keepApproval(db: Queryable, tenant: string, from: number | null): Promise<void> {
  await db.query(
    from === null ? { text: DROP_POLICY, values: [tenant] } : { text: KEEP_POLICY, values: [tenant, from] },
  );
}
