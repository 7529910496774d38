import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/database.ts';
import { readPath, readQuery, text, wholeNumber } from '../parameters/parameters.ts';
import { conflict, missing } from '../problems/problems.ts';
import { operation } from '../routes/operation.ts';
import { serviceRoutes } from '../routes/service-routes.ts';
import type { JobDefinition } from './definitions.ts';
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

const NAME = { name: text({ required: true, max: 128 }) };
const RUNS = { limit: wholeNumber({ min: 1, max: 200, default: 20 }) };
const NONE: Counts = { waiting: 0, deferred: 0, active: 0, failed: 0 };
const OBJECT = { type: 'object' };

/** `/ops/jobs`: background jobs with their latest runs and next times. */
export function jobRoutes(app: FastifyInstance, board: JobBoard): Promise<void> {
  const { db, definitions } = board;

  const reportOf = async (names: readonly string[]) => {
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
  const checked = (name: string) => {
    if (!definitions.has(name)) throw missing('job', name);
    return name;
  };

  return serviceRoutes(app, '/ops/jobs', (scope) => {
    scope.get(
      '',
      operation({
        access: 'administerAll',
        summary: 'The background jobs, with their last and next runs',
        answer: { type: 'object', properties: { jobs: { type: 'array', items: OBJECT } }, required: ['jobs'] },
      }),
      async () => ({ jobs: await reportOf([...definitions.keys()].sort()) }),
    );
    scope.get(
      '/:name',
      operation({ access: 'administerAll', summary: 'A job and its latest runs', query: RUNS, answer: OBJECT }),
      async (request) => {
        const { limit } = readQuery(request, RUNS);
        const name = checked(readPath(request, NAME).name);
        const [report] = await reportOf([name]);
        return { ...report, runs: board.isRunning() ? await latestRuns(db, name, limit) : [] };
      },
    );
    scope.post(
      '/:name/run',
      operation({ access: 'administerAll', summary: 'Runs a job now', answer: OBJECT }),
      async (request, reply) => {
        const name = checked(readPath(request, NAME).name);
        const definition = definitions.get(name) as JobDefinition<object>;
        if (!canRunNow(definition)) throw conflict(`${name} needs data from its service`);
        const id = await board.runNow(definition);
        if (id === undefined) throw conflict(`A run of ${name} is already waiting`);
        return reply.code(202).send({ id });
      },
    );
  });
}

function canRunNow({ runNow, schedule }: JobDefinition<object>): boolean {
  return runNow ?? schedule !== undefined;
}

function recurrenceOf({ key, cron, time_zone, next_at }: StoredRecurrence) {
  return { ...(key !== '' && { key }), cron, timeZone: time_zone, nextRun: next_at.toISOString() };
}
