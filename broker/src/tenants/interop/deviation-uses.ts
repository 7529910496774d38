import type { Database } from '../../database/database.ts';
import type { Deviation } from '../../model/leniency.ts';

/** How often a client needed the leniency of its tenant for one deviation. */
export interface DeviationUse {
  readonly client: string;
  /** The name of the program, without its version; '': unknown. */
  readonly program: string;
  readonly deviation: string;
  readonly uses: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

interface Pending {
  readonly tenant: string;
  readonly client: string;
  readonly program: string;
  readonly deviation: Deviation;
  readonly firstAt: Date;
  uses: number;
  lastAt: Date;
}

const WRITE_EVERY_MS = 10_000;
/** Further ones are counted together, because a client may call itself differently with each request. */
const MAX_PENDING = 1_000;
const MAX_ROWS = 2_000;
/** Clients may be persons. */
const KEEP_DAYS = 90;

// New rows only up to a limit for each tenant; the rest is counted as that of others.
const ADD = `
  WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
      AS g(of_tenant, client, program, deviation, uses, first_at, last_at)
    WHERE of_tenant = '' OR EXISTS (SELECT FROM tenant t WHERE t.name = of_tenant)
  ), known AS (
    SELECT of_tenant, count(*) AS rows FROM deviation_use WHERE of_tenant = ANY ($1::text[]) GROUP BY of_tenant
  ), kept AS (
    SELECT g.of_tenant, g.deviation, g.uses, g.first_at, g.last_at,
      CASE WHEN is_full THEN 'others' ELSE g.client END AS client, CASE WHEN is_full THEN '' ELSE g.program END AS program
    FROM given g LEFT JOIN known k ON k.of_tenant = g.of_tenant
    CROSS JOIN LATERAL (SELECT coalesce(k.rows, 0) >= ${MAX_ROWS} AND NOT EXISTS (
      SELECT FROM deviation_use d WHERE d.of_tenant = g.of_tenant AND d.client = g.client AND d.program = g.program
        AND d.deviation = g.deviation) AS is_full) AS f
  )
  INSERT INTO deviation_use AS d (of_tenant, client, program, deviation, uses, first_at, last_at)
  SELECT of_tenant, client, program, deviation, sum(uses), min(first_at), max(last_at) FROM kept
  GROUP BY of_tenant, client, program, deviation ORDER BY of_tenant, client, program, deviation
  ON CONFLICT (of_tenant, client, program, deviation) DO UPDATE
  SET uses = d.uses + excluded.uses, last_at = greatest(d.last_at, excluded.last_at)`;

const SELECT = `
  SELECT client, program, deviation, uses::float8 AS uses, first_at AS "firstAt", last_at AS "lastAt"
  FROM deviation_use WHERE of_tenant = $1 ORDER BY last_at DESC, client, program, deviation`;

const REMOVE = 'DELETE FROM deviation_use WHERE of_tenant = $1';

const FORGET = `DELETE FROM deviation_use WHERE last_at < now() - interval '${KEEP_DAYS} days'`;
const FORGET_EVERY = 1_000;

/** Counts which clients of lenient tenants deviate from the standard. Written to the database now and then. */
export class DeviationUses {
  readonly #db: Database;
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #pending = new Map<string, Pending>();
  #writing: Promise<void> = Promise.resolve();
  #rounds = 0;

  constructor(db: Database, onError: (error: unknown) => void) {
    this.#db = db;
    this.#onError = onError;
    this.#timer = setInterval(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  /** @param userAgent the header, of which the name of the program is used */
  note(tenant: string, client: string, userAgent: string | undefined, deviations: Iterable<Deviation>): void {
    const at = new Date();
    for (const deviation of deviations) this.#count(tenant, client, programOf(userAgent), deviation, at);
  }

  /** The latest come first. */
  async list(tenant: string): Promise<DeviationUse[]> {
    await this.write();
    return (await this.#db.query<DeviationUse>({ text: SELECT, values: [tenant] })).rows;
  }

  /** Begins to count anew. */
  async forget(tenant: string): Promise<void> {
    await this.write();
    await this.#db.query({ text: REMOVE, values: [tenant] });
  }

  /** Resolves when everything counted so far has been written, or could not be. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writePending()).catch(this.#onError);
    return this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }

  #count(tenant: string, client: string, program: string, deviation: Deviation, at: Date): void {
    const key = JSON.stringify([tenant, client, program, deviation]);
    const known = this.#pending.get(key);
    if (known !== undefined) {
      known.uses++;
      known.lastAt = at;
    } else if (this.#pending.size < MAX_PENDING || client === OTHERS) {
      this.#pending.set(key, { tenant, client, program, deviation, uses: 1, firstAt: at, lastAt: at });
    } else this.#count(tenant, OTHERS, '', deviation, at);
  }

  async #writePending(): Promise<void> {
    if (this.#rounds++ % FORGET_EVERY === 0) await this.#db.query({ text: FORGET });
    const all = [...this.#pending.values()];
    if (all.length === 0) return;
    this.#pending = new Map();
    const column = (name: keyof Pending) => all.map((each) => each[name]);
    const values = (['tenant', 'client', 'program', 'deviation', 'uses', 'firstAt', 'lastAt'] as const).map(column);
    await this.#db.query({ text: ADD, values });
  }
}

const OTHERS = 'others';
const MAX_PROGRAM = 60;

/** `curl/8.5.0` is `curl`, `Mozilla/5.0 (…)` is `Mozilla`. */
function programOf(userAgent = ''): string {
  return (/^[^/\s]+/.exec(userAgent)?.[0] ?? '').replace(/[^\u0021-\u007e]/g, '?').slice(0, MAX_PROGRAM);
}
