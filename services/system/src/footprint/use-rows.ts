import type { Queryable } from '@alzette/kit/database';
import { DOMAINS } from './domains.ts';

const KEEP_DAYS = 800;
const ADD = `
  INSERT INTO system.footprint_use (day, domain, what, amount)
  SELECT (now() AT TIME ZONE 'UTC')::date, * FROM unnest($1::text[], $2::text[], $3::float8[])
  ON CONFLICT (day, domain, what) DO UPDATE SET amount = system.footprint_use.amount + excluded.amount`;
const SET = `
  INSERT INTO system.footprint_use (day, domain, what, amount)
  SELECT (now() AT TIME ZONE 'UTC')::date, domain, 'storageBytes', bytes FROM unnest($1::text[], $2::float8[]) AS t (domain, bytes)
  ON CONFLICT (day, domain, what) DO UPDATE SET amount = excluded.amount`;
const IS_MEASURED = `
  SELECT EXISTS (SELECT FROM system.footprint_use WHERE day = (now() AT TIME ZONE 'UTC')::date AND domain = ''
    AND what = 'storageBytes') AS "isMeasured"`;
const FORGET = `DELETE FROM system.footprint_use WHERE day < now() - make_interval(days => ${KEEP_DAYS})`;
const SINCE = `
  SELECT day::text AS day, domain, what, amount FROM system.footprint_use
  WHERE day >= $1::date ORDER BY day`;
const SIZES = `
  SELECT n.nspname AS schema, sum(pg_total_relation_size(c.oid))::float8 AS bytes
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND n.nspname = ANY ($1) GROUP BY 1`;

/** The whole installation. */
export const WHOLE = '';

/** What is counted by processes; a process adds what it has used since it last did. */
export type Counted = 'processorSeconds' | 'memoryByteSeconds' | 'processSeconds' | 'trafficBytes' | 'requests';

export interface Used {
  readonly domain: string;
  readonly what: Counted;
  readonly amount: number;
}

export interface UseRow {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly domain: string;
  readonly what: Counted | 'storageBytes';
  readonly amount: number;
}

export async function addUse(db: Queryable, given: readonly Used[]): Promise<void> {
  // In one order, so that two processes never wait for each other.
  const used = given
    .filter(({ amount }) => amount > 0)
    .toSorted((a, b) => (`${a.domain} ${a.what}` < `${b.domain} ${b.what}` ? -1 : 1));
  if (used.length === 0) return;
  const column = <K extends keyof Used>(name: K) => used.map((each) => each[name]);
  await db.query({ text: ADD, values: [column('domain'), column('what'), column('amount')] });
}

/** Whether storage was measured today. */
export async function isStorageMeasured(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ isMeasured: boolean }>({ text: IS_MEASURED });
  return rows[0]?.isMeasured === true;
}

/** Measures what each domain stores now. What belongs to none is the rest of the whole. */
export async function measureStorage(db: Queryable, wholeBytes: number): Promise<void> {
  const { rows } = await db.query<{ schema: string; bytes: number }>({ text: SIZES, values: [DOMAINS] });
  const domains = [WHOLE, ...rows.map(({ schema }) => schema)];
  await db.query({ text: SET, values: [domains, [wholeBytes, ...rows.map(({ bytes }) => bytes)]] });
  await db.query({ text: FORGET });
}

export async function useSince(db: Queryable, day: string): Promise<UseRow[]> {
  const { rows } = await db.query<UseRow>({ text: SINCE, values: [day] });
  return rows;
}
