import { randomUUID } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { Changes } from './entry.ts';

/** The latest proposal of a link. */
export interface Proposal {
  readonly id: string;
  readonly link: string;
  readonly item: string;
  readonly changes: Changes;
  readonly state: 'waiting' | 'accepted' | 'refused';
  /** Why it was refused. */
  readonly reason?: string;
  readonly proposedAt: Date;
  readonly decidedAt?: Date;
}

const COLUMNS = 'id, link, item, changes, state, reason, proposed_at, decided_at';
const PUT = `
  INSERT INTO publishing.proposal (tenant, id, link, item, changes, state, decided_at)
  VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $6 <> 'waiting' THEN now() END)
  ON CONFLICT (tenant, link) DO UPDATE SET id = excluded.id, changes = excluded.changes, state = excluded.state,
    reason = NULL, proposed_at = excluded.proposed_at, decided_at = excluded.decided_at
  RETURNING ${COLUMNS}`;
const OF_LINK = `SELECT ${COLUMNS} FROM publishing.proposal WHERE tenant = $1 AND link = $2`;
const FIND = `SELECT ${COLUMNS} FROM publishing.proposal WHERE tenant = $1 AND item = $2 AND id = $3`;
const WAITING = `
  SELECT ${COLUMNS} FROM publishing.proposal AS p
  WHERE tenant = $1 AND state = 'waiting' AND ($2::text IS NULL OR item = $2)
    AND EXISTS (SELECT FROM publishing.item AS i WHERE i.tenant = $1 AND i.id = p.item AND i.owner = ANY($3::text[]))
  ORDER BY proposed_at, id LIMIT $4`;
const DECIDE = `
  UPDATE publishing.proposal SET state = $4, reason = $5, decided_at = now()
  WHERE tenant = $1 AND item = $2 AND id = $3 AND state = 'waiting'`;
const WITHDRAW = `DELETE FROM publishing.proposal WHERE tenant = $1 AND link = $2 AND state = 'waiting'`;

interface Row {
  readonly id: string;
  readonly link: string;
  readonly item: string;
  readonly changes: string;
  readonly state: Proposal['state'];
  readonly reason: string | null;
  readonly proposed_at: Date;
  readonly decided_at: Date | null;
}

/** Stores a proposal in place of the link's previous one. */
export async function putProposal(
  db: Queryable,
  tenant: string,
  { id: link, item }: { readonly id: string; readonly item: string },
  changes: Changes,
  state: 'waiting' | 'accepted',
): Promise<Proposal> {
  const values = [tenant, randomUUID(), link, item, JSON.stringify(changes), state];
  const [row] = (await db.query<Row>({ text: PUT, values })).rows;
  if (row === undefined) throw new Error(`the proposal of the link ${link} was not stored`);
  return proposalOf(row);
}

export async function proposalOfLink(db: Queryable, tenant: string, link: string): Promise<Proposal | undefined> {
  const [row] = (await db.query<Row>({ text: OF_LINK, values: [tenant, link] })).rows;
  return row && proposalOf(row);
}

export async function findProposal(
  db: Queryable,
  tenant: string,
  item: string,
  id: string,
): Promise<Proposal | undefined> {
  const [row] = (await db.query<Row>({ text: FIND, values: [tenant, item, id] })).rows;
  return row && proposalOf(row);
}

/** The proposals for entries of these owners that wait for a decision, the oldest first. @param item absent: all */
export async function waitingProposals(
  db: Queryable,
  tenant: string,
  owners: readonly string[],
  limit: number,
  item?: string,
): Promise<Proposal[]> {
  return (await db.query<Row>({ text: WAITING, values: [tenant, item ?? null, owners, limit] })).rows.map(proposalOf);
}

/** False: it is no longer pending. */
export async function decideProposal(
  db: Queryable,
  tenant: string,
  { item, id }: Proposal,
  decision: { readonly state: 'accepted' } | { readonly state: 'refused'; readonly reason: string },
): Promise<boolean> {
  const reason = decision.state === 'refused' ? decision.reason : null;
  return (await db.query({ text: DECIDE, values: [tenant, item, id, decision.state, reason] })).rowCount === 1;
}

/** Deletes the waiting proposal of a link. False: there is none. */
export async function withdrawProposal(db: Queryable, tenant: string, link: string): Promise<boolean> {
  return (await db.query({ text: WITHDRAW, values: [tenant, link] })).rowCount === 1;
}

function proposalOf(row: Row): Proposal {
  return {
    id: row.id,
    link: row.link,
    item: row.item,
    changes: JSON.parse(row.changes) as Changes, // written by this file
    state: row.state,
    ...(row.reason !== null && { reason: row.reason }),
    proposedAt: row.proposed_at,
    ...(row.decided_at !== null && { decidedAt: row.decided_at }),
  };
}
