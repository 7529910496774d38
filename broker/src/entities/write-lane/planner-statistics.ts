import type { Database } from '../../database/database.ts';
import type { EntityChange } from '../../model/change.ts';

/** The minimum number of created or deleted entities before statistics are renewed. */
const LEAST_CHANGES = 500;
/** The same as a share of existing entities. */
const SHARE = 1;
const LEAST_PAUSE_MS = 5_000;
const VACUUM_EVERY_MS = 10 * 60 * 1000;

const COUNT_ENTITIES = `
  SELECT greatest(reltuples, 0)::bigint AS entities FROM pg_class WHERE oid = 'entity'::regclass`;
/** How many entities the present statistics describe, 0 without statistics, and an estimate of how many there are. */
const COMPARE = `
  SELECT CASE WHEN EXISTS (SELECT FROM pg_statistic WHERE starelid = c.oid) THEN greatest(reltuples, 0) ELSE 0 END::bigint AS described,
    (greatest(reltuples, 0) * pg_relation_size(oid) / current_setting('block_size')::int / greatest(relpages, 1))::bigint AS estimated
  FROM pg_class c WHERE oid = 'entity'::regclass`;

interface Log {
  warn(fields: object, message: string): void;
}

/**
 * Keeps the planner's statistics of entities up to date. After a large import, queries would otherwise sort all
 * entities of a type for a page of twenty until autovacuum runs. The embedded database has no autovacuum.
 */
export class PlannerStatistics {
  readonly #db: Database;
  readonly #log: Log;
  readonly #vacuum: NodeJS.Timeout | undefined;
  #entities = 0;
  #changes = 0;
  #isCompared = false;
  #isBusy = false;
  #notBefore = 0;

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
    if (db.kind === 'pglite') {
      this.#vacuum = setInterval(() => void this.#run('VACUUM entity, outbox, history, birth'), VACUUM_EVERY_MS);
      this.#vacuum.unref();
    }
  }

  /** Receives committed changes. */
  committed(changes: readonly EntityChange[]): void {
    for (const { before, after } of changes) if (before === undefined || after === undefined) this.#changes++;
    if (this.#changes === 0 || this.#isBusy) return;
    if (!this.#isCompared) void this.#compare();
    else this.#analyzeIfDue();
  }

  close(): void {
    clearInterval(this.#vacuum);
  }

  /** At the first change: earlier processes may have left good statistics, or none. */
  async #compare(): Promise<void> {
    this.#isCompared = true;
    const [row] = await this.#run<{ described: number; estimated: number }>(COMPARE);
    this.#notBefore = 0;
    const { described, estimated } = row ?? { described: 0, estimated: 0 };
    this.#entities = described;
    this.#changes = Math.max(this.#changes, described === 0 ? LEAST_CHANGES : estimated - described);
    this.#analyzeIfDue();
  }

  #analyzeIfDue(): void {
    if (this.#changes < LEAST_CHANGES + this.#entities * SHARE || Date.now() < this.#notBefore) return;
    this.#changes = 0;
    void this.#analyze();
  }

  async #analyze(): Promise<void> {
    const rows = await this.#run<{ entities: number }>('ANALYZE entity', COUNT_ENTITIES);
    this.#entities = rows[0]?.entities ?? 0;
  }

  /** Runs statements in sequence. Returns the rows of the last one, or none if one failed. */
  async #run<Row>(...texts: readonly string[]): Promise<Row[]> {
    this.#isBusy = true;
    try {
      let rows: Row[] = [];
      for (const text of texts) ({ rows } = await this.#db.query<Row>({ text }));
      return rows;
    } catch (error) {
      this.#log.warn({ error }, `${texts[0]} failed: queries may be slower than necessary`);
      return [];
    } finally {
      this.#isBusy = false;
      this.#notBefore = Date.now() + LEAST_PAUSE_MS;
    }
  }
}
