import type { Queryable } from '@alzette/kit/database';
import type { ImportShown, Report } from '../contract/statistics.ts';
import type { Move, Observation } from './observation.ts';

const KEEP = `
  INSERT INTO decisions.import (tenant, id, flow, vintage, author_grant, report, observations)
  VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb)
  ON CONFLICT (tenant, id) DO UPDATE SET
    author_grant = excluded.author_grant, report = excluded.report, observations = excluded.observations, outcome = NULL
    WHERE decisions.import.outcome IS DISTINCT FROM 'done'`;
const ONE = `
  SELECT flow, vintage, author_grant::text AS author_grant, observations::text AS observations
  FROM decisions.import WHERE tenant = $1 AND id = $2`;
const END = 'UPDATE decisions.import SET outcome = $3, observations = NULL WHERE tenant = $1 AND id = $2';
const LIST = `
  SELECT id, flow, vintage, made_at, report::text AS report, outcome FROM decisions.import
  WHERE tenant = $1 ORDER BY made_at DESC LIMIT 200`;
const TENANTS = `
  SELECT tenant FROM decisions.import GROUP BY tenant /* all tenants: indicators of those with statistics */`;
const MOVES = `
  SELECT from_code, to_code, to_char(on_day, 'YYYY-MM-DD') AS on_day, kind FROM decisions.commune_move WHERE tenant = $1`;
const REPLACE_MOVES = `
  INSERT INTO decisions.commune_move (tenant, from_code, to_code, on_day, kind)
  SELECT $1, from_code, to_code, on_day::date, kind
  FROM unnest($2::text[], $3::text[], $4::text[], $5::int[]) AS given (from_code, to_code, on_day, kind)
  ON CONFLICT DO NOTHING`;
const FORGET_MOVES = 'DELETE FROM decisions.commune_move WHERE tenant = $1';

/** The author of what the product itself imports. */
export const PRODUCT = 'product';

export interface NewImport {
  readonly id: string;
  readonly flow: string;
  readonly vintage: number;
  readonly author: object | null | typeof PRODUCT;
  readonly report: Report;
  readonly observations: readonly Observation[];
}

/** Keeps an import to be written; one that is done stays as it is. */
export async function keepImport(tx: Queryable, tenant: string, given: NewImport): Promise<void> {
  const { id, flow, vintage, author, report, observations } = given;
  const json = [author && JSON.stringify(author), JSON.stringify(report), JSON.stringify(observations)];
  await tx.query({ text: KEEP, values: [tenant, id, flow, vintage, ...json] });
}

/** Undefined: it is done, or unknown. */
export async function waitingImport(db: Queryable, tenant: string, id: string) {
  interface Row {
    readonly flow: string;
    readonly vintage: number;
    readonly author_grant: string | null;
    readonly observations: string | null;
  }
  const [row] = (await db.query<Row>({ text: ONE, values: [tenant, id] })).rows;
  if (row === undefined || row.observations === null) return undefined;
  const { flow, vintage, author_grant: author } = row;
  return {
    flow,
    vintage,
    author: author === null ? null : (JSON.parse(author) as object | typeof PRODUCT),
    observations: JSON.parse(row.observations) as readonly Observation[],
  };
}

export async function endImport(db: Queryable, tenant: string, id: string, outcome: string): Promise<void> {
  await db.query({ text: END, values: [tenant, id, outcome] });
}

export async function listImports(db: Queryable, tenant: string): Promise<ImportShown[]> {
  interface Row {
    readonly id: string;
    readonly flow: string;
    readonly vintage: number;
    readonly made_at: Date;
    readonly report: string;
    readonly outcome: string | null;
  }
  const { rows } = await db.query<Row>({ text: LIST, values: [tenant] });
  return rows.map(({ made_at, report, outcome, ...row }) => ({
    ...row,
    madeAt: made_at.toISOString(),
    report: JSON.parse(report) as Report,
    ...(outcome !== null && { outcome }),
  }));
}

export async function tenantsWithStatistics(db: Queryable): Promise<readonly string[]> {
  return (await db.query<{ tenant: string }>({ text: TENANTS })).rows.map(({ tenant }) => tenant);
}

export async function readMovesOf(db: Queryable, tenant: string): Promise<Move[]> {
  interface Row {
    readonly from_code: string;
    readonly to_code: string;
    readonly on_day: string;
    readonly kind: number;
  }
  const { rows } = await db.query<Row>({ text: MOVES, values: [tenant] });
  return rows.map(({ from_code: from, to_code: to, on_day: on, kind }) => ({ from, to, on, kind }));
}

export async function replaceMoves(tx: Queryable, tenant: string, moves: readonly Move[]): Promise<void> {
  await tx.query({ text: FORGET_MOVES, values: [tenant] });
  const columns = [moves.map((m) => m.from), moves.map((m) => m.to), moves.map((m) => m.on), moves.map((m) => m.kind)];
  await tx.query({ text: REPLACE_MOVES, values: [tenant, ...columns] });
}
