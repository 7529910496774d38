import type { Database } from '../database/database.ts';

/** The usage of a consumer since it was last written. */
export interface Usage {
  readonly consumer: string;
  readonly requests: number;
  /** The number answered with 401 or 403. */
  readonly refused: number;
  /** The number answered with 429. */
  readonly limited: number;
}

export interface WindowCount {
  readonly consumer: string;
  readonly per: string;
  readonly start: Date;
  readonly requests: number;
}

interface HourOfUsage extends Usage {
  readonly hour: Date;
}

/** The tables `access_usage` and `access_window`. */
export interface UsageStore {
  add(hour: Date, usage: readonly Usage[]): Promise<void>;
  /** Adds to windows. Returns the total of all processes for each. */
  addToWindows(counts: readonly WindowCount[]): Promise<WindowCount[]>;
  usage(since: Date, before: Date, consumer?: string): Promise<HourOfUsage[]>;
  /** Deletes windows that have ended, and usage of more than a year ago. */
  forget(): Promise<void>;
}

const ADD = `
  INSERT INTO access_usage AS u (consumer, hour, requests, refused, limited)
  SELECT consumer, $1, requests, refused, limited
  FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS i(consumer, requests, refused, limited)
  ORDER BY consumer
  ON CONFLICT (consumer, hour) DO UPDATE SET requests = u.requests + excluded.requests,
    refused = u.refused + excluded.refused, limited = u.limited + excluded.limited`;
const ADD_TO_WINDOWS = `
  INSERT INTO access_window AS w (consumer, per, start, requests)
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[]) AS i(consumer, per, start, requests)
  ORDER BY consumer, per, start
  ON CONFLICT (consumer, per, start) DO UPDATE SET requests = w.requests + excluded.requests
  RETURNING consumer, per, start, requests`;
const SELECT = `
  SELECT consumer, hour, requests, refused, limited FROM access_usage
  WHERE hour >= $1 AND hour < $2 AND ($3::text IS NULL OR consumer = $3) ORDER BY hour, consumer LIMIT 10000`;
/** Consumers may be persons, so usage is not kept longer. */
const USAGE_DAYS = 400;
const FORGET_USAGE = `DELETE FROM access_usage WHERE hour < now() - interval '${USAGE_DAYS} days'`;
const FORGET = `DELETE FROM access_window WHERE start < now() - interval '32 days'
  OR (per = 'minute' AND start < now() - interval '10 minutes')`;

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;

/** What a key was used for in the last thirty days. */
export async function useOfKey(store: Pick<UsageStore, 'usage'>, id: string) {
  const since = new Date(Date.now() - MONTH_MS);
  const hours = await store.usage(since, new Date(Date.now() + MONTH_MS), `key:${id}`);
  const sum = (member: 'requests' | 'refused' | 'limited') => hours.reduce((total, hour) => total + hour[member], 0);
  return { since, requests: sum('requests'), refused: sum('refused'), limited: sum('limited') };
}

export function usageStore(db: Database): UsageStore {
  return {
    async add(hour, usage) {
      const column = (name: keyof Usage) => usage.map((each) => each[name]);
      const values = [hour, column('consumer'), column('requests'), column('refused'), column('limited')];
      await db.query({ text: ADD, values });
    },
    async addToWindows(counts) {
      const column = (name: keyof WindowCount) => counts.map((each) => each[name]);
      const values = [column('consumer'), column('per'), column('start'), column('requests')];
      return (await db.query<WindowCount>({ text: ADD_TO_WINDOWS, values })).rows;
    },
    usage: async (since, before, consumer) =>
      (await db.query<HourOfUsage>({ text: SELECT, values: [since, before, consumer ?? null] })).rows,
    async forget() {
      await db.query({ text: FORGET });
      await db.query({ text: FORGET_USAGE });
    },
  };
}
