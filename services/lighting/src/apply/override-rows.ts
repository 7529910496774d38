import type { Queryable } from '@alzette/kit/database';

export type OverrideState = 'waiting' | 'active' | 'ended' | 'rejected';

/** The number of lamps per group, and the seconds between groups. */
export interface Pace {
  readonly lamps: number;
  readonly everyS: number;
}

export interface Override {
  readonly id: string;
  readonly lamps: readonly string[];
  readonly level: number;
  readonly until: Date;
  readonly command: string;
  readonly state: OverrideState;
  readonly author: string;
  /** The number of lamps that were sent a command, counted from the first. */
  readonly sent: number;
  readonly pace: Pace | null;
}

export type NewOverride = Omit<Override, 'sent'> & { readonly reason: string };

/** Who asked: the result of `authorOf`, and the person; null: there is none, or access was open. */
export interface Asker {
  readonly grant: object | null;
  readonly person: string | null;
}

const INSERT = `
  INSERT INTO lighting.override (tenant, id, lamps, level, until, reason, command, author, state, pace_lamps, pace_s,
    author_grant, person)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;
const COLUMNS = `id, lamps, level, until, reason, command, state, author, created_at AS "createdAt", sent,
  CASE WHEN pace_lamps IS NOT NULL THEN jsonb_build_object('lamps', pace_lamps, 'everyS', pace_s) END AS pace,
  decided_by AS "decidedBy"`;
const LIST = `SELECT ${COLUMNS} FROM lighting.override WHERE tenant = $1 ORDER BY created_at DESC LIMIT 100`;
const FIND = `SELECT ${COLUMNS} FROM lighting.override WHERE tenant = $1 AND id::text = $2`;
const ASKER = `
  SELECT author_grant::text AS "grant", person FROM lighting.override WHERE tenant = $1 AND id::text = $2`;
const SENT = `UPDATE lighting.override SET sent = $3 WHERE tenant = $1 AND id = $2 AND sent < $3 RETURNING state`;
const DECIDE = `
  UPDATE lighting.override SET state = $3, decided_by = $4 WHERE tenant = $1 AND id = $2 AND state = 'waiting' RETURNING id`;
const END = `
  UPDATE lighting.override SET state = 'ended' WHERE tenant = $1 AND id = $2 AND state IN ('active', 'waiting')
  RETURNING lamps, command, sent`;
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
): Promise<void> {
  const { id, lamps, level, until, reason, command, author, state, pace } = override;
  const values = [tenant, id, lamps, level, until.toISOString(), reason, command, author, state];
  const how = [pace?.lamps ?? null, pace?.everyS ?? null, grant && JSON.stringify(grant), person];
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

type OverrideRow = Omit<Override, 'pace'> & { readonly pace: string | Pace | null };

/** A document is text in one database and parsed in the other. */
function shown({ pace, ...row }: OverrideRow): Override {
  return { ...row, pace: typeof pace === 'string' ? (JSON.parse(pace) as Pace) : pace };
}

/** Marks the first `sent` lamps as done. Resolves to the state; undefined: another run has done more. */
export async function markSent(
  tx: Queryable,
  tenant: string,
  id: string,
  sent: number,
): Promise<OverrideState | undefined> {
  const { rows } = await tx.query<{ state: OverrideState }>({ text: SENT, values: [tenant, id, sent] });
  return rows[0]?.state;
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

/** The override whose lamps must return to the programme; undefined: it had ended. */
export async function closeOverride(
  tx: Queryable,
  tenant: string,
  id: string,
): Promise<Pick<Override, 'lamps' | 'command' | 'sent'> | undefined> {
  const { rows } = await tx.query<Pick<Override, 'lamps' | 'command' | 'sent'>>({ text: END, values: [tenant, id] });
  return rows[0];
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
