import type { Database } from '@alzette/kit/database';
import { migrate } from '@alzette/kit/migrate';
import type { Proposal } from '../contract/contract.ts';

/** The lifetime of a proposal; after this its reasons are outdated. */
const LIFE = `interval '30 days'`;
const COLUMNS = `id::text AS id, kind, entity, change, reason, proposed_by, client, proposed_at,
  CASE WHEN state = 'open' AND proposed_at < now() - ${LIFE} THEN 'expired' ELSE state END AS state, decided_by, decided_at`;
const THERE = `SELECT to_regclass('assistant.proposal') IS NOT NULL AS there`;
const WAITING = `
  SELECT count(*)::int AS of_all, (count(*) FILTER (WHERE proposed_by = $2))::int AS own FROM assistant.proposal
  WHERE tenant = $1 AND state = 'open' AND proposed_at >= now() - ${LIFE}`;
/** Proposals name accounts. They are kept for a year and deleted when the next one is stored. */
const FORGET = `DELETE FROM assistant.proposal WHERE proposed_at < now() - interval '366 days' /* all tenants: the job that deletes old proposals */`;
const KEEP = `
  INSERT INTO assistant.proposal (tenant, kind, entity, change, reason, proposed_by, client)
  VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id::text AS id`;
const LATEST = `
  SELECT ${COLUMNS} FROM assistant.proposal WHERE tenant = $1
  ORDER BY (state = 'open') DESC, proposed_at DESC LIMIT 200`;
const OF_ONE = `
  SELECT ${COLUMNS} FROM assistant.proposal WHERE tenant = $1 AND proposed_by = $2 ORDER BY proposed_at DESC LIMIT 50`;
const ONE = `SELECT ${COLUMNS} FROM assistant.proposal WHERE tenant = $1 AND id::text = $2`;
const DECIDE = `
  UPDATE assistant.proposal SET state = $3, decided_by = $4, decided_at = now()
  WHERE tenant = $1 AND id::text = $2 AND state = 'open' AND proposed_at >= now() - ${LIFE}`;
const REOPEN = `
  UPDATE assistant.proposal SET state = 'open', decided_by = NULL, decided_at = NULL
  WHERE tenant = $1 AND id::text = $2 AND state = 'confirmed'`;

export type NewProposal = Pick<Proposal, 'kind' | 'entity' | 'change' | 'reason' | 'proposedBy' | 'client'>;

/** Proposals of all tenants. The table is created with the first proposal, so unused sites have no table. */
export function openProposals(db: Database) {
  let isThere = false;
  let making: Promise<void> | undefined;
  const make = () => {
    making ??= migrate(db, new URL('../../migrations/', import.meta.url), 'assistant')
      .then(() => {
        isThere = true;
      })
      .finally(() => {
        making = undefined;
      });
    return making;
  };
  /** Another process may have created the table. */
  const known = async () => {
    isThere ||= (await db.query<{ there: boolean }>({ text: THERE })).rows[0]?.there === true;
    return isThere;
  };
  const rows = async (text: string, values: unknown[]) =>
    (await known()) ? (await db.query<Row>({ text, values })).rows.map(toProposal) : [];

  return {
    async keep(tenant: string, proposal: NewProposal): Promise<string> {
      if (!isThere) await make();
      await db.query({ text: FORGET });
      const { kind, entity, change, reason, proposedBy, client } = proposal;
      const values = [tenant, kind, entity ?? null, change, reason, proposedBy, client ?? null];
      const { rows: made } = await db.query<{ id: string }>({ text: KEEP, values });
      return (made[0] as { id: string }).id;
    },
    /** The number of undecided proposals, of all assistants and of one. */
    async waiting(tenant: string, proposedBy: string): Promise<{ readonly all: number; readonly own: number }> {
      if (!(await known())) return { all: 0, own: 0 };
      const [row] = (await db.query<{ of_all: number; own: number }>({ text: WAITING, values: [tenant, proposedBy] }))
        .rows;
      return { all: row?.of_all ?? 0, own: row?.own ?? 0 };
    },
    /** Undecided proposals first, then the latest. */
    latest: (tenant: string) => rows(LATEST, [tenant]),
    of: (tenant: string, proposedBy: string) => rows(OF_ONE, [tenant, proposedBy]),
    find: async (tenant: string, id: string): Promise<Proposal | undefined> => (await rows(ONE, [tenant, id]))[0],
    /** False: it was decided already. */
    async decide(tenant: string, id: string, state: 'confirmed' | 'refused', by: string): Promise<boolean> {
      return (await db.query({ text: DECIDE, values: [tenant, id, state, by] })).rowCount === 1;
    },
    /** It was confirmed, but its execution failed. */
    async reopen(tenant: string, id: string): Promise<void> {
      await db.query({ text: REOPEN, values: [tenant, id] });
    },
  };
}

export type Proposals = ReturnType<typeof openProposals>;

interface Row {
  readonly id: string;
  readonly kind: Proposal['kind'];
  readonly entity: string | null;
  readonly change: Proposal['change'] | string;
  readonly reason: string;
  readonly proposed_by: string;
  readonly client: string | null;
  readonly proposed_at: Date | string;
  readonly state: Proposal['state'];
  readonly decided_by: string | null;
  readonly decided_at: Date | string | null;
}

function toProposal(row: Row): Proposal {
  const { id, kind, entity, change, reason, client, state } = row;
  return {
    id,
    kind,
    ...(entity !== null && { entity }),
    change: typeof change === 'string' ? (JSON.parse(change) as Proposal['change']) : change,
    reason,
    proposedBy: row.proposed_by,
    ...(client !== null && { client }),
    proposedAt: new Date(row.proposed_at).toISOString(),
    state,
    ...(row.decided_by !== null && { decidedBy: row.decided_by }),
    ...(row.decided_at !== null && { decidedAt: new Date(row.decided_at).toISOString() }),
  };
}
