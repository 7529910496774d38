import type { AiEvaluation } from '@alzette/kit/ai-uses';
import type { Queryable } from '@alzette/kit/database';

/** The decision of an administrator on a use in a tenant. */
export interface UseState {
  readonly isOn: boolean;
  readonly owner: string;
  readonly switchedBy: string;
  readonly switchedAt: Date;
}

const STATES = 'SELECT name, is_on, owner, switched_by, switched_at FROM insights.use WHERE tenant = $1';
const IS_ON = 'SELECT is_on FROM insights.use WHERE tenant = $1 AND name = $2';
const TENANTS =
  'SELECT tenant FROM insights.use WHERE name = $1 AND is_on ORDER BY tenant /* all tenants: jobs for those that have turned it on */';
const SWITCH = `
  INSERT INTO insights.use (tenant, name, is_on, owner, switched_by) VALUES ($1, $2, $3, coalesce($4, ''), $5)
  ON CONFLICT (tenant, name) DO UPDATE SET
    is_on = excluded.is_on, owner = coalesce($4, use.owner),
    switched_by = CASE WHEN use.is_on = excluded.is_on THEN use.switched_by ELSE excluded.switched_by END,
    switched_at = CASE WHEN use.is_on = excluded.is_on THEN use.switched_at ELSE excluded.switched_at END`;
const SWITCH_FIRST = `
  INSERT INTO insights.use (tenant, name, is_on, owner, switched_by) VALUES ($1, $2, true, $3, $4)
  ON CONFLICT DO NOTHING`;
const ANY =
  'SELECT true AS found FROM insights.use WHERE is_on LIMIT 1 /* all tenants: whether the library of models is needed at all */';
const EVALUATIONS = 'SELECT name, document::text AS document, at FROM insights.evaluation WHERE tenant = $1';
const KEEP_EVALUATION = `
  INSERT INTO insights.evaluation (tenant, name, document) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, name) DO UPDATE SET document = excluded.document, at = excluded.at`;

export async function readUseStates(db: Queryable, tenant: string): Promise<Map<string, UseState>> {
  const { rows } = await db.query<{
    name: string;
    is_on: boolean;
    owner: string;
    switched_by: string;
    switched_at: Date;
  }>({ text: STATES, values: [tenant] });
  return new Map(
    rows.map(({ name, is_on: isOn, owner, switched_by: switchedBy, switched_at: switchedAt }) => {
      return [name, { isOn, owner, switchedBy, switchedAt }];
    }),
  );
}

export async function isUseOn(db: Queryable, tenant: string, name: string): Promise<boolean> {
  const { rows } = await db.query<{ is_on: boolean }>({ text: IS_ON, values: [tenant, name] });
  return rows[0]?.is_on === true;
}

export async function tenantsWithUse(db: Queryable, name: string): Promise<string[]> {
  const { rows } = await db.query<{ tenant: string }>({ text: TENANTS, values: [name] });
  return rows.map(({ tenant }) => tenant);
}

/** @param owner absent: unchanged */
export async function switchUse(
  db: Queryable,
  tenant: string,
  name: string,
  { isOn, owner, by }: { readonly isOn: boolean; readonly owner?: string | undefined; readonly by: string },
): Promise<void> {
  await db.query({ text: SWITCH, values: [tenant, name, isOn, owner ?? null, by] });
}

/** Turns a use on, unless somebody has decided before. True: it was turned on by this call. */
export async function switchOnFirst(
  db: Queryable,
  tenant: string,
  name: string,
  { owner, by }: { readonly owner: string; readonly by: string },
): Promise<boolean> {
  return (await db.query({ text: SWITCH_FIRST, values: [tenant, name, owner, by] })).rowCount === 1;
}

/** Whether the use is on in any tenant. */
export async function isAnyUseOn(db: Queryable): Promise<boolean> {
  return (await db.query({ text: ANY })).rows.length > 0;
}

export type KeptEvaluation = AiEvaluation & { readonly at: Date };

export async function readEvaluations(db: Queryable, tenant: string): Promise<Map<string, KeptEvaluation>> {
  const { rows } = await db.query<{ name: string; document: string; at: Date }>({
    text: EVALUATIONS,
    values: [tenant],
  });
  return new Map(rows.map(({ name, document, at }) => [name, { ...(JSON.parse(document) as AiEvaluation), at }]));
}

export async function keepEvaluation(db: Queryable, tenant: string, name: string, evaluation: AiEvaluation) {
  await db.query({ text: KEEP_EVALUATION, values: [tenant, name, JSON.stringify(evaluation)] });
}
