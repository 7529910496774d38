import type { FastifyInstance } from 'fastify';
import { serve } from '../contract/serve.ts';
import type { Database } from '../database/database.ts';
import { conflict, missing } from '../problems/problems.ts';
import { serviceRoutes } from '../routes/service-routes.ts';
import type { JobDefinition } from './definitions.ts';
import { type Job, jobContract } from './job-contract.ts';
import { type Counts, countRuns, lastRuns, latestRuns } from './job-records.ts';
import { recurrencesOf, type StoredRecurrence } from './recurrences.ts';

interface JobBoard {
  readonly db: Database;
  readonly definitions: ReadonlyMap<string, JobDefinition<object>>;
  /** False until the tables exist. */
  isRunning(): boolean;
  /** @returns the id of the run; undefined: one is already waiting */
  runNow(definition: JobDefinition<object>): Promise<string | undefined>;
}

const NONE: Counts = { waiting: 0, deferred: 0, active: 0, failed: 0 };

/** `/ops/jobs`: background jobs with their latest runs and next times. */
export function jobRoutes(app: FastifyInstance, board: JobBoard): Promise<void> {
  const { db, definitions } = board;

  const reportOf = async (names: readonly string[]): Promise<Job[]> => {
    const known = board.isRunning() ? names : [];
    const [counts, lasts, stored] = await Promise.all([
      countRuns(db, known),
      lastRuns(db, known),
      recurrencesOf(db, known),
    ]);
    return names.map((name) => {
      const definition = definitions.get(name) as JobDefinition<object>;
      const recurrences = stored.filter(({ job }) => job === name).map(recurrenceOf);
      const nextRun = recurrences.map((each) => each.nextRun).sort()[0];
      const lastRun = lasts.get(name);
      return {
        name,
        title: definition.title,
        ...(counts.get(name) ?? NONE),
        recurrences,
        ...(nextRun && { nextRun }),
        ...(lastRun && { lastRun }),
        canRunNow: canRunNow(definition),
      };
    });
  };
  const definitionOf = (name: string) => {
    const definition = definitions.get(name);
    if (definition === undefined) throw missing('job', name);
    return definition;
  };

  return serviceRoutes(app, '/ops/jobs', (scope) =>
    serve(scope, jobContract, {
      list: async () => ({ jobs: await reportOf([...definitions.keys()].sort()) }),
      async job({ params, query }) {
        const { name } = definitionOf(params.name);
        const [report] = await reportOf([name]);
        return { ...(report as Job), runs: board.isRunning() ? await latestRuns(db, name, query.limit) : [] }; // it is known
      },
      async run({ params: { name } }) {
        const definition = definitionOf(name);
        if (!canRunNow(definition)) throw conflict(`${name} needs data from its service`);
        const id = await board.runNow(definition);
        if (id === undefined) throw conflict(`A run of ${name} is already waiting`, 'busy');
        return { id };
      },
    }),
  );
}

function canRunNow({ runNow, schedule }: JobDefinition<object>): boolean {
  return runNow ?? schedule !== undefined;
}

function recurrenceOf({ key, cron, time_zone, next_at }: StoredRecurrence) {
  return { ...(key !== '' && { key }), cron, timeZone: time_zone, nextRun: next_at.toISOString() };
}
