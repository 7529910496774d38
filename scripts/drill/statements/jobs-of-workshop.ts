import type { Database, Queryable } from '@alzette/kit/database';
import type { Job, JobDefinition, Jobs } from '@alzette/kit/jobs';
import { pino } from 'pino';

const TABLES = `
  CREATE TABLE IF NOT EXISTS drill_run (
    n bigint GENERATED ALWAYS AS IDENTITY, id uuid DEFAULT gen_random_uuid(), job text NOT NULL, key text NOT NULL, data text NOT NULL, UNIQUE (job, key))`;
const ENQUEUE = `
  INSERT INTO drill_run (job, key, data) VALUES ($1, coalesce($2, gen_random_uuid()::text), $3) ON CONFLICT DO NOTHING
  RETURNING id::text AS id`;
const CANCEL = 'DELETE FROM drill_run WHERE job = $1 AND key = $2';
const WAITING = 'SELECT id::text AS id, job, data FROM drill_run ORDER BY n';
const DONE = 'DELETE FROM drill_run WHERE id = $1::uuid';

/** Jobs whose runs wait in a table, as those of the product, and run only when a case says so. */
export interface JobsOfWorkshop extends Jobs {
  /** Runs a job as its schedule does. */
  run(name: string, data?: object): Promise<void>;
  enqueue(name: string, data: object): Promise<void>;
  /** Runs what waits, also what that enqueues. A run that is killed still waits, with the same id. */
  runWaiting(): Promise<void>;
}

export async function openJobsOfWorkshop(db: Database): Promise<JobsOfWorkshop> {
  await db.runScript(TABLES);
  const definitions = new Map<string, JobDefinition<object>>();
  const logger = pino({ level: 'silent' });
  const start = async (name: string, data: object, id: string) => {
    const definition = definitions.get(name);
    if (definition === undefined) throw new Error(`The drill runs ${name}, which no started service defines`);
    const { signal } = new AbortController();
    await definition.run(data, { id, attempt: 1, isLastAttempt: false, signal, logger });
  };
  return {
    define<Data extends object>(definition: JobDefinition<Data>): Job<Data> {
      const { name } = definition;
      definitions.set(name, definition as unknown as JobDefinition<object>);
      return {
        name,
        async enqueue(data, { key, tx } = {}) {
          const to: Queryable = tx ?? db;
          const values = [name, key, JSON.stringify(data)];
          return (await to.query<{ id: string }>({ text: ENQUEUE, values })).rows[0]?.id;
        },
        cancel: async (key) => (await db.query({ text: CANCEL, values: [name, key] })).rowCount,
        async schedule() {},
        async unschedule() {},
      };
    },
    async enqueue(name, data) {
      await db.query({ text: ENQUEUE, values: [name, undefined, JSON.stringify(data)] });
    },
    run: (name, data = {}) => start(name, data, `run of ${name}`),
    async runWaiting() {
      for (;;) {
        const { rows } = await db.query<{ id: string; job: string; data: string }>({ text: WAITING });
        if (rows.length === 0) return;
        for (const { id, job, data } of rows) {
          await start(job, JSON.parse(data), id);
          await db.query({ text: DONE, values: [id] });
        }
      }
    },
  };
}
