import type { Queryable } from '@alzette/kit/database';

const REACH = `
  INSERT INTO procedures.reached AS r (tenant, procedure, page, day, n) VALUES ($1, $2, $3, $4, 1)
  ON CONFLICT (tenant, procedure, page, day) DO UPDATE SET n = r.n + 1`;
const REACHED = `
  SELECT procedure, page, sum(n)::int AS n FROM procedures.reached WHERE tenant = $1 AND day BETWEEN $2 AND $3
  GROUP BY procedure, page`;
const SENT = `
  SELECT procedure, count(*)::int AS n FROM procedures.dossier WHERE tenant = $1 AND sent_at >= $2 AND sent_at < $3 GROUP BY procedure`;
const FIGURES = `
  SELECT procedure, count(*)::int AS received,
    count(*) FILTER (WHERE kind = 'open')::int AS open,
    count(*) FILTER (WHERE kind = 'open' AND due_on < $6::date)::int AS late,
    count(*) FILTER (WHERE kind IN ('accepted', 'done'))::int AS accepted,
    count(*) FILTER (WHERE kind = 'refused')::int AS refused,
    count(*) FILTER (WHERE kind = 'closed')::int AS withdrawn,
    count(*) FILTER (WHERE state->'decision' ? 'isSilent')::int AS silent,
    count(*) FILTER (WHERE (state->>'isSatisfied')::boolean)::int AS satisfied,
    count(*) FILTER (WHERE state ? 'isSatisfied')::int AS answered,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - sent_at) / 86400)
      FILTER (WHERE closed_at IS NOT NULL) AS "medianDays",
    percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - sent_at) / 86400)
      FILTER (WHERE closed_at IS NOT NULL) AS "slowDays"
  FROM procedures.dossier
  WHERE tenant = $1 AND sent_at >= $2 AND sent_at < $3 AND (commune = ANY ($4::text[]) OR ($5::boolean AND commune IS NULL))
  GROUP BY procedure`;

/** Dossiers by their outcome. Days from the request to its end are null if none has ended. */
export interface OutcomeRow {
  readonly procedure: string;
  readonly received: number;
  readonly open: number;
  readonly late: number;
  readonly accepted: number;
  readonly refused: number;
  readonly withdrawn: number;
  readonly silent: number;
  readonly satisfied: number;
  readonly answered: number;
  readonly medianDays: number | null;
  readonly slowDays: number | null;
}

/** The time in which requests were sent. */
export interface Between {
  readonly from: Date;
  readonly to: Date;
}

export async function countReached(
  db: Queryable,
  tenant: string,
  { procedure, page, day }: { readonly procedure: string; readonly page: string; readonly day: string },
): Promise<void> {
  await db.query({ text: REACH, values: [tenant, procedure, page, day] });
}

/** How often each page was reached between two local days, both included; by `procedure page`. */
export async function readReached(db: Queryable, tenant: string, from: string, to: string) {
  const { rows } = await db.query<{ procedure: string; page: string; n: number }>({
    text: REACHED,
    values: [tenant, from, to],
  });
  return new Map(rows.map(({ procedure, page, n }) => [`${procedure} ${page}`, n]));
}

/** How many requests of each procedure were sent, in all communes. */
export async function readSent(db: Queryable, tenant: string, { from, to }: Between) {
  const { rows } = await db.query<{ procedure: string; n: number }>({ text: SENT, values: [tenant, from, to] });
  return new Map(rows.map(({ procedure, n }) => [procedure, n]));
}

/** @param whole also those of the whole territory. @param today local, for what is late */
export async function readOutcomes(
  db: Queryable,
  tenant: string,
  { from, to }: Between,
  { communes, whole, today }: { readonly communes: readonly string[]; readonly whole: boolean; readonly today: string },
): Promise<OutcomeRow[]> {
  const values = [tenant, from, to, communes, whole, today];
  return (await db.query<OutcomeRow>({ text: FIGURES, values })).rows;
}
