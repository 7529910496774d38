import type { Queryable } from '@alzette/kit/database';
import type { DayUse } from '@alzette/kit/forecasting';
import type { HeatModel } from '../analysis/degree-days.ts';
import type { Night, NightFault } from '../analysis/nights.ts';
import type { Meter } from './entities.ts';

/** The latest results of a meter; days are local days since 1970. */
export interface MeterState {
  readonly meter: string;
  readonly madeAt: Date;
  readonly kind: Meter['kind'];
  /** Of the last 365 days. */
  readonly lastYear: number;
  readonly days: readonly DayUse[];
  readonly nights: readonly Night[];
  readonly faults: readonly NightFault[];
  readonly heating?: HeatModel;
  /** The day on which all readings were last read. */
  readonly wholeOn?: number;
  /** How many readings it then had from before the last days: more of them arrived late if they are more. */
  readonly early?: number;
}

const KEEP = `
  INSERT INTO energy.meter (tenant, meter, made_at, document) VALUES ($1, $2, now(), $3)
  ON CONFLICT (tenant, meter) DO UPDATE SET made_at = excluded.made_at, document = excluded.document`;
const READ = 'SELECT meter, made_at, document::text AS document FROM energy.meter WHERE tenant = $1';
const FORGET = 'DELETE FROM energy.meter WHERE tenant = $1 AND NOT meter = ANY ($2::text[])';
const BUDGETS = 'SELECT building, amount::float8 AS amount FROM energy.budget WHERE tenant = $1 AND year = $2';
const KEEP_BUDGET = `
  INSERT INTO energy.budget (tenant, building, year, amount) VALUES ($1, $2, $3, $4)
  ON CONFLICT (tenant, building, year) DO UPDATE SET amount = excluded.amount`;

export async function keepState(db: Queryable, tenant: string, { meter, ...document }: Omit<MeterState, 'madeAt'>) {
  await db.query({ text: KEEP, values: [tenant, meter, JSON.stringify(document)] });
}

export async function readStates(db: Queryable, tenant: string): Promise<Map<string, MeterState>> {
  const { rows } = await db.query<{ meter: string; made_at: Date; document: string }>({ text: READ, values: [tenant] });
  return new Map(
    rows.map(({ meter, made_at: madeAt, document }) => {
      return [meter, { ...(JSON.parse(document) as Omit<MeterState, 'meter' | 'madeAt'>), meter, madeAt }];
    }),
  );
}

export async function forgetOthers(db: Queryable, tenant: string, meters: readonly string[]): Promise<void> {
  await db.query({ text: FORGET, values: [tenant, [...meters]] });
}

/** Budgets of a year in euros, by building. */
export async function readBudgets(db: Queryable, tenant: string, year: number): Promise<Map<string, number>> {
  const { rows } = await db.query<{ building: string; amount: number }>({ text: BUDGETS, values: [tenant, year] });
  return new Map(rows.map(({ building, amount }) => [building, amount]));
}

export async function keepBudget(
  db: Queryable,
  tenant: string,
  { building, year, amount }: { readonly building: string; readonly year: number; readonly amount: number },
): Promise<void> {
  await db.query({ text: KEEP_BUDGET, values: [tenant, building, year, amount] });
}
