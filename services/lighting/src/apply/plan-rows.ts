import type { Queryable } from '@alzette/kit/database';
import type { Plan, PlanLampState } from '../contract/contract.ts';
import { type Asker, askerIn } from './override-rows.ts';

export interface PlanLamp {
  readonly lamp: string;
  readonly stage: number;
  readonly state: PlanLampState;
  readonly info: string | null;
  readonly sent_at: Date | null;
}

interface StageCount {
  readonly stage: number;
  readonly state: PlanLampState;
  readonly lamps: number;
}

const COLUMNS = `
  id, strategy, version, kind, zone, command, deadline_s AS "deadlineS", most_failures AS "mostFailures", state, stage,
  stages, author, decided_by AS "decidedBy", reason`;
const INSERT = `
  INSERT INTO lighting.plan
    (tenant, id, strategy, version, kind, zone, command, deadline_s, most_failures, state, stages, author,
     author_grant, person)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'proposed', $10, $11, $12, $13)`;
const INSERT_LAMPS = `
  INSERT INTO lighting.plan_lamp (tenant, plan, lamp, stage)
  SELECT $1, $2::uuid, * FROM unnest($3::text[], $4::integer[])`;
const ASKER = `
  SELECT author_grant::text AS "grant", person FROM lighting.plan WHERE tenant = $1 AND id = $2::uuid`;
const ALL_LAMPS = `SELECT lamp FROM lighting.plan_lamp WHERE tenant = $1 AND plan = $2::uuid ORDER BY lamp`;
const FIND = `SELECT ${COLUMNS} FROM lighting.plan WHERE tenant = $1 AND id = $2::uuid`;
const LOCK = `${FIND} FOR UPDATE`;
const LIST = `SELECT ${COLUMNS} FROM lighting.plan WHERE tenant = $1 ORDER BY created_at DESC LIMIT 100`;
const MOVE = `
  UPDATE lighting.plan SET state = $3, stage = $4, decided_by = coalesce($5, decided_by), reason = coalesce($6, reason),
    ended_at = now() + CASE WHEN $3 IN ('rejected', 'done', 'rolledBack', 'cancelled') THEN interval '0' END
  WHERE tenant = $1 AND id = $2::uuid`;
const LAMPS = `
  SELECT lamp, stage, state, info, sent_at FROM lighting.plan_lamp
  WHERE tenant = $1 AND plan = $2::uuid AND state = ANY ($3::text[]) AND ($4::integer IS NULL OR stage = $4) ORDER BY lamp`;
const MARK = `
  UPDATE lighting.plan_lamp p SET state = g.state, info = g.info,
    sent_at = CASE WHEN g.state IN ('sent', 'backSent') THEN $6::timestamptz ELSE p.sent_at END,
    ended_at = CASE WHEN g.state IN ('sent', 'backSent') THEN NULL ELSE $6::timestamptz END
  FROM unnest($3::text[], $4::text[], $5::text[]) AS g (lamp, state, info)
  WHERE p.tenant = $1 AND p.plan = $2::uuid AND p.lamp = g.lamp`;
const COUNT = `
  SELECT stage, state, count(*) AS lamps FROM lighting.plan_lamp
  WHERE tenant = $1 AND plan = $2::uuid GROUP BY stage, state ORDER BY stage, state`;
const LEASE = `
  UPDATE lighting.plan SET leased_by = $3, leased_until = now() + interval '30 seconds'
  WHERE tenant = $1 AND id = $2::uuid AND (leased_by = $3 OR leased_until IS NULL OR leased_until < now())`;
const OPEN = `SELECT tenant, id FROM lighting.plan WHERE state IN ('running', 'rollingBack') /* all tenants: roll-outs that a crash interrupted */`;

export async function insertPlan(
  tx: Queryable,
  tenant: string,
  plan: Omit<Plan, 'state' | 'stage' | 'decidedBy' | 'reason'>,
  lamps: readonly { readonly lamp: string; readonly stage: number }[],
  { grant, person }: Asker,
): Promise<void> {
  const { id, strategy, version, kind, zone, command, deadlineS, mostFailures, stages, author } = plan;
  const values = [tenant, id, strategy, version, kind, zone, command, deadlineS, mostFailures, stages, author];
  await tx.query({ text: INSERT, values: [...values, grant && JSON.stringify(grant), person] });
  await tx.query({
    text: INSERT_LAMPS,
    values: [tenant, id, lamps.map(({ lamp }) => lamp), lamps.map(({ stage }) => stage)],
  });
}

/** @param lock locks the row until the transaction ends */
export async function findPlan(tx: Queryable, tenant: string, id: string, lock = false): Promise<Plan | undefined> {
  return (await tx.query<Plan>({ text: lock ? LOCK : FIND, values: [tenant, id] })).rows[0];
}

/** Who asked for a plan that exists. */
export async function askerOfPlan(db: Queryable, tenant: string, id: string): Promise<Asker> {
  return askerIn(db, { text: ASKER, values: [tenant, id] });
}

export async function lampsOfPlan(db: Queryable, tenant: string, id: string): Promise<string[]> {
  const { rows } = await db.query<{ lamp: string }>({ text: ALL_LAMPS, values: [tenant, id] });
  return rows.map(({ lamp }) => lamp);
}

export async function listPlans(db: Queryable, tenant: string): Promise<Plan[]> {
  return (await db.query<Plan>({ text: LIST, values: [tenant] })).rows;
}

/** Whether this holder may advance the plan for the next 30 seconds. */
export async function leasePlan(db: Queryable, tenant: string, id: string, holder: string): Promise<boolean> {
  return (await db.query({ text: LEASE, values: [tenant, id, holder] })).rowCount === 1;
}

/** Active plans of all tenants. */
export async function openPlans(db: Queryable): Promise<{ tenant: string; id: string }[]> {
  return (await db.query<{ tenant: string; id: string }>({ text: OPEN })).rows;
}

export async function movePlan(
  tx: Queryable,
  tenant: string,
  {
    id,
    state,
    stage,
    decidedBy,
    reason,
  }: Pick<Plan, 'id' | 'state' | 'stage'> & {
    readonly decidedBy?: string;
    readonly reason?: string;
  },
): Promise<void> {
  await tx.query({ text: MOVE, values: [tenant, id, state, stage, decidedBy ?? null, reason ?? null] });
}

export async function lampsIn(
  db: Queryable,
  tenant: string,
  plan: string,
  states: readonly PlanLampState[],
  stage?: number,
): Promise<PlanLamp[]> {
  return (await db.query<PlanLamp>({ text: LAMPS, values: [tenant, plan, states, stage ?? null] })).rows;
}

export async function markLamps(
  tx: Queryable,
  tenant: string,
  plan: string,
  marks: readonly { readonly lamp: string; readonly state: PlanLampState; readonly info?: string }[],
  at: Date = new Date(),
): Promise<void> {
  if (marks.length === 0) return;
  const values = [
    tenant,
    plan,
    marks.map(({ lamp }) => lamp),
    marks.map(({ state }) => state),
    marks.map(({ info }) => info ?? null),
    at.toISOString(),
  ];
  await tx.query({ text: MARK, values });
}

export async function countLamps(db: Queryable, tenant: string, plan: string): Promise<StageCount[]> {
  return (await db.query<StageCount>({ text: COUNT, values: [tenant, plan] })).rows;
}
