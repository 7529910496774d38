import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { cpuSeconds, familySeconds } from '../cost.ts';
import type { TargetWithDatabase } from '../target.ts';

/** The resources that the product and its PostgreSQL have used, or use per item. */
export interface Resources {
  /** CPU seconds. */
  readonly program: number;
  readonly database: number;
  /** Bytes of the write-ahead log. */
  readonly wal: number;
  /** Bytes of tables with their indexes: those of entities, and the history. */
  readonly entities: number;
  readonly history: number;
  /** Resident memory of the program in bytes. */
  readonly memory: number;
}

const SIZES = `
  SELECT pg_current_wal_insert_lsn() - '0/0' AS wal,
    coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE c.relname LIKE 'entity%'), 0)::float8 AS entities,
    coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE c.relname NOT LIKE 'entity%'), 0)::float8 AS others
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'`;

/** Reads the resources used so far. */
export class Meter {
  readonly #target: TargetWithDatabase;
  readonly #client: pg.Client;
  /** The CPU seconds per second that the program and its database use without requests. */
  #idle = { program: 0, database: 0 };

  private constructor(target: TargetWithDatabase, client: pg.Client) {
    this.#target = target;
    this.#client = client;
  }

  static async open(target: TargetWithDatabase): Promise<Meter> {
    const client = new pg.Client({ connectionString: target.databaseUrl });
    await client.connect();
    return new Meter(target, client);
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  /** Measures the idle use, which is subtracted from later measurements. */
  async rest(ms: number): Promise<void> {
    const [before, since] = [await this.read(), performance.now()];
    await pause(ms);
    const [after, seconds] = [await this.read(), (performance.now() - since) / 1000];
    this.#idle = {
      program: (after.program - before.program) / seconds,
      database: (after.database - before.database) / seconds,
    };
  }

  /** A checkpoint, because the first write to each page after it logs the whole page. */
  async checkpoint(): Promise<void> {
    await this.#client.query('CHECKPOINT');
  }

  async read(): Promise<Resources> {
    const { rows } = await this.#client.query<{ wal: string; entities: number; others: number }>(SIZES);
    const { wal = '0', entities = 0, others = 0 } = rows[0] ?? {};
    const status = await readFile(`/proc/${this.#target.pid}/status`, 'utf8');
    return {
      program: await cpuSeconds(this.#target.pid),
      database: await familySeconds(this.#target.databasePid),
      wal: Number(wal),
      entities,
      history: others,
      memory: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024,
    };
  }

  /** The resources per item; `work` returns the number of items. */
  async each(work: () => Promise<number>): Promise<Resources & { readonly count: number }> {
    const [before, since] = [await this.read(), performance.now()];
    const count = await work();
    const [after, seconds] = [await this.read(), (performance.now() - since) / 1000];
    const ofProcessor = (member: 'program' | 'database') =>
      Math.max(0, after[member] - before[member] - this.#idle[member] * seconds) / count;
    const of = (member: keyof Resources) => (after[member] - before[member]) / count;
    return {
      count,
      program: ofProcessor('program'),
      database: ofProcessor('database'),
      wal: of('wal'),
      entities: of('entities'),
      history: of('history'),
      memory: of('memory'),
    };
  }
}
