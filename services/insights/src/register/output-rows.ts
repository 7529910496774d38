import type { AiOutput } from '@alzette/kit/ai-uses';
import type { Queryable } from '@alzette/kit/database';

const FORGET_KEY = `
  DELETE FROM insights.output o WHERE tenant = $1 AND use = $2 AND key = $3
    AND NOT EXISTS (SELECT FROM insights.feedback f WHERE f.tenant = $1 AND f.output = o.id)`;
const KEEP = `
  INSERT INTO insights.output (id, tenant, use, about, by, key, output, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
const ONE = 'SELECT id, use, about, by FROM insights.output WHERE tenant = $1 AND id = $2';
const LATEST = `
  SELECT id, about, output::text AS output, why::text AS why, at,
    (SELECT count(*)::int FROM insights.feedback WHERE tenant = $1 AND output = o.id AND is_right) AS right,
    (SELECT count(*)::int FROM insights.feedback WHERE tenant = $1 AND output = o.id AND NOT is_right) AS wrong,
    (SELECT note FROM insights.feedback WHERE tenant = $1 AND output = o.id AND note <> '' ORDER BY at DESC LIMIT 1) AS note
  FROM insights.output o WHERE tenant = $1 AND use = $2 ORDER BY at DESC, id LIMIT $3`;
const JUDGE = `
  INSERT INTO insights.feedback (tenant, output, actor, is_right, note) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, output, actor) DO UPDATE SET is_right = excluded.is_right, note = excluded.note, at = excluded.at`;
const COUNTS = `
  SELECT use, count(DISTINCT o.id)::int AS outputs, count(*) FILTER (WHERE is_right)::int AS right,
    count(*) FILTER (WHERE NOT is_right)::int AS wrong
  FROM insights.output o LEFT JOIN insights.feedback f ON f.tenant = $1 AND f.output = o.id
  WHERE o.tenant = $1 GROUP BY use`;
const FORGET_OLD = `DELETE FROM insights.output WHERE at < now() - make_interval(days => $1) /* all tenants: the job that deletes old outputs */`;
const FORGET_USE = `
  DELETE FROM insights.output o WHERE tenant = $1 AND use = $2
    AND NOT EXISTS (SELECT FROM insights.feedback f WHERE f.tenant = $1 AND f.output = o.id)`;

/** Stores an output. The previous output of its key is deleted, unless it has feedback. Runs within a transaction. */
export async function keepOutput(
  tx: Queryable,
  id: string,
  { tenant, use, about = '', by = '', key = '', output, why }: AiOutput,
): Promise<void> {
  if (key !== '') await tx.query({ text: FORGET_KEY, values: [tenant, use, key] });
  const values = [id, tenant, use, about, by, key, JSON.stringify(output), JSON.stringify(why)];
  await tx.query({ text: KEEP, values });
}

export interface OutputHead {
  readonly id: string;
  readonly use: string;
  readonly about: string;
  readonly by: string;
}

export async function findOutput(db: Queryable, tenant: string, id: string): Promise<OutputHead | undefined> {
  return (await db.query<OutputHead>({ text: ONE, values: [tenant, id] })).rows[0];
}

/** The latest outputs of a use, each with its feedback. */
export async function latestOutputs(db: Queryable, tenant: string, use: string, most: number) {
  const { rows } = await db.query<{
    id: string;
    about: string;
    output: string;
    why: string;
    at: Date;
    right: number;
    wrong: number;
    note: string | null;
  }>({ text: LATEST, values: [tenant, use, most] });
  return rows.map(({ output, why, note, about, ...row }) => ({
    ...row,
    at: row.at.toISOString(),
    ...(about !== '' && { about }),
    output: JSON.parse(output) as object,
    why: JSON.parse(why) as object,
    ...(note !== null && { note }),
  }));
}

/** Each person has one answer; the last one counts. */
export async function judgeOutput(
  db: Queryable,
  tenant: string,
  output: string,
  { actor, isRight, note }: { readonly actor: string; readonly isRight: boolean; readonly note: string },
): Promise<void> {
  await db.query({ text: JUDGE, values: [tenant, output, actor, isRight, note] });
}

export interface OutputCounts {
  readonly outputs: number;
  readonly right: number;
  readonly wrong: number;
}

/** The number of outputs of each use, and of each kind of feedback. */
export async function countOutputs(db: Queryable, tenant: string): Promise<Map<string, OutputCounts>> {
  const { rows } = await db.query<OutputCounts & { use: string }>({ text: COUNTS, values: [tenant] });
  return new Map(rows.map(({ use, ...counts }) => [use, counts]));
}

/** Deletes old outputs with their feedback. @returns how many */
export async function forgetOldOutputs(db: Queryable, days: number): Promise<number> {
  return (await db.query({ text: FORGET_OLD, values: [days] })).rowCount ?? 0;
}

/** Deletes the outputs without feedback of a use that was turned off. */
export async function forgetOutputsOf(db: Queryable, tenant: string, use: string): Promise<void> {
  await db.query({ text: FORGET_USE, values: [tenant, use] });
}
