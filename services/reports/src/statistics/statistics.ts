import type { Queryable } from '@alzette/kit/database';
import type { Delay, Figures, HiddenReports, Statistics } from '../contract/figures.ts';

const GIVEN = `
  WITH given AS (
    SELECT commune, category, status, requested_at, (state->>'closedAt')::timestamptz AS closed_at,
      (state->>'promisedAt')::timestamptz AS promised_at, (state->>'isSatisfied')::boolean AS is_satisfied,
      (state->>'supporters')::int AS supporters, moderation = 'hidden' AS is_hidden,
      coalesce(state->>'hiddenCause', 'other') AS cause
    FROM reports.report
    WHERE tenant = $1 AND status <> 'duplicate'
      AND ($2::timestamptz IS NULL OR requested_at >= $2) AND ($3::timestamptz IS NULL OR requested_at < $3)
      AND ($4::text[] IS NULL OR commune = ANY($4) OR state->>'organisation' = ANY($5::text[])))`;
const STATISTICS = `${GIVEN}
  SELECT commune, category, count(*)::int AS received,
    count(*) FILTER (WHERE closed_at IS NULL)::int AS open,
    count(*) FILTER (WHERE closed_at IS NULL AND promised_at < now())::int AS late,
    count(*) FILTER (WHERE status = 'fixed')::int AS fixed,
    count(*) FILTER (WHERE closed_at <= promised_at)::int AS on_time,
    count(*) FILTER (WHERE closed_at IS NOT NULL)::int AS closed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - requested_at) / 86400)
      FILTER (WHERE closed_at IS NOT NULL) AS median_days,
    count(*) FILTER (WHERE is_satisfied)::int AS satisfied,
    count(*) FILTER (WHERE is_satisfied IS NOT NULL)::int AS answered,
    coalesce(sum(supporters), 0)::int AS supporters, count(*) FILTER (WHERE is_hidden)::int AS hidden
  FROM given GROUP BY GROUPING SETS ((), (commune), (category)) ORDER BY received DESC`;
/** Limits in days; the last class is open. */
const DELAYS = [2, 7, 14, 30] as const;
const BY_DELAY = `${GIVEN}, delayed AS (
    SELECT closed_at, extract(epoch FROM coalesce(closed_at, now()) - requested_at) / 86400 AS days FROM given)
  SELECT (SELECT min(d) FROM unnest($6::int[]) AS d WHERE days <= d) AS up_to,
    count(*) FILTER (WHERE closed_at IS NOT NULL)::int AS closed, count(*) FILTER (WHERE closed_at IS NULL)::int AS open
  FROM delayed GROUP BY 1`;
const HIDDEN = `${GIVEN} SELECT cause, count(*)::int AS n FROM given WHERE is_hidden GROUP BY cause ORDER BY n DESC, cause`;
const ORGANISATIONS = `
  SELECT DISTINCT state->>'organisation' AS organisation FROM reports.report
  WHERE tenant = $1 AND state->>'organisation' IS NOT NULL`;

interface Row {
  readonly commune: string | null;
  readonly category: string | null;
  readonly received: number;
  readonly open: number;
  readonly late: number;
  readonly closed: number;
  readonly fixed: number;
  readonly on_time: number;
  readonly median_days: number | null;
  readonly satisfied: number;
  readonly answered: number;
  readonly supporters: number;
  readonly hidden: number;
}

interface Wanted {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Reports of these communes, and those assigned to these organisations; absent: all. */
  readonly visible?: { readonly communes: readonly string[]; readonly organisations: readonly string[] };
}

/** The number of reports and the time until they were closed. Merged reports count once, hidden ones as all others. */
export async function statisticsOf(
  db: Queryable,
  tenant: string,
  { since, until, visible }: Wanted,
): Promise<Statistics> {
  const values = [tenant, since ?? null, until ?? null, visible?.communes ?? null, visible?.organisations ?? null];
  const { rows } = await db.query<Row>({ text: STATISTICS, values });
  const delayed = await db.query<Omit<Delay, 'upTo'> & { readonly up_to: number | null }>({
    text: BY_DELAY,
    values: [...values, DELAYS],
  });
  const hidden = await db.query<HiddenReports>({ text: HIDDEN, values });
  const all = rows.find(({ commune, category }) => commune === null && category === null);
  return {
    all: all ? figuresOf(all) : NONE,
    communes: rows.flatMap((row) => (row.commune === null ? [] : { commune: row.commune, ...figuresOf(row) })),
    categories: rows.flatMap((row) => (row.category === null ? [] : { category: row.category, ...figuresOf(row) })),
    delays: [...DELAYS, null].map((upTo) => {
      const { closed = 0, open = 0 } = delayed.rows.find((row) => row.up_to === upTo) ?? {};
      return { upTo, closed, open };
    }),
    hidden: hidden.rows,
  };
}

/** Organisations that reports were assigned to. */
export async function organisationsOf(db: Queryable, tenant: string): Promise<string[]> {
  const { rows } = await db.query<{ organisation: string }>({ text: ORGANISATIONS, values: [tenant] });
  return rows.map(({ organisation }) => organisation);
}

const NONE: Figures = {
  received: 0,
  open: 0,
  late: 0,
  closed: 0,
  fixed: 0,
  onTime: 0,
  medianDays: null,
  satisfied: 0,
  answered: 0,
  supporters: 0,
  hidden: 0,
};

function figuresOf({
  commune: _commune,
  category: _category,
  on_time: onTime,
  median_days: days,
  ...figures
}: Row): Figures {
  return { ...figures, onTime, medianDays: days === null ? null : Math.round(days * 10) / 10 };
}
