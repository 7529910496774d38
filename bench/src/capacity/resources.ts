import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { cpuSeconds, familySeconds } from '../cost.ts';
import type { TargetWithDatabase } from '../target.ts';

/** What the product and its PostgreSQL have taken, or take. */
export interface Resources {
  /** Seconds of the processor. */
  readonly program: number;
  readonly database: number;
  /** Bytes of the write-ahead log. */
  readonly wal: number;
  /** Bytes of tables with their indexes: the entities and what hangs on them, and the history. */
  readonly entities: number;
  readonly history: number;
  /** Bytes of memory that the program holds. */
  readonly memory: number;
}

const SIZES = `
  SELECT pg_current_wal_insert_lsn() - '0/0' AS wal,
    coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE c.relname LIKE 'entity%'), 0)::float8 AS entities,
    coalesce(sum(pg_total_relation_size(c.oid)) FILTER (WHERE c.relname NOT LIKE 'entity%'), 0)::float8 AS others
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'`;

/** Reads what has been taken so far. */
export class Meter {
  readonly #target: TargetWithDatabase;
  readonly #client: pg.Client;
  /** Seconds of the processor a second that the program and its database take by themselves. */
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

  /** Measures what is taken while nothing is asked, to be left out of what follows. */
  async rest(ms: number): Promise<void> {
    const [before, since] = [await this.read(), performance.now()];
    await pause(ms);
    const [after, seconds] = [await this.read(), (performance.now() - since) / 1000];
    this.#idle = {
      program: (after.program - before.program) / seconds,
      database: (after.database - before.database) / seconds,
    };
  }

  /** So that the log of what follows has as many whole pages as it has by itself. */
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

  /** What one of them takes, of all that `work` says it did. */
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
