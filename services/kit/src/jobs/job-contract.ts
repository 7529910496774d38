import { contract, object, Type, text, type Value, wholeNumber } from '../contract/contract.ts';
import { JOBS } from './job-paths.ts';

const Instant = Type.String({ format: 'date-time' });
const Run = object({
  id: Type.String(),
  state: Type.Enum(['waiting', 'running', 'completed', 'failed', 'cancelled']),
  attempts: Type.Integer({ description: 'Begun so far' }),
  key: Type.Optional(Type.String()),
  requestId: Type.Optional(Type.String({ description: 'Of the request that enqueued it' })),
  enqueuedAt: Instant,
  dueAt: Type.Optional(Type.String({ description: 'For a waiting run: not before this time' })),
  startedAt: Type.Optional(Instant),
  endedAt: Type.Optional(Instant),
  durationMs: Type.Optional(Type.Number()),
  error: Type.Optional(Type.String({ description: 'Of its latest attempt' })),
  output: Type.Optional(Type.Unknown()),
});
const Count = Type.Integer({ minimum: 0 });
const JOB = {
  name: Type.String(),
  title: object({ fr: Type.String(), en: Type.String() }),
  waiting: Count,
  deferred: Count,
  active: Count,
  failed: Count,
  recurrences: Type.Array(
    object({ key: Type.Optional(Type.String()), cron: Type.String(), timeZone: Type.String(), nextRun: Instant }),
  ),
  nextRun: Type.Optional(Instant),
  lastRun: Type.Optional(Run),
  canRunNow: Type.Boolean(),
};
const Job = object(JOB);
const BY_NAME = { access: 'administerAll', params: { name: text({ max: 128 }) } } as const;

/** Background jobs with their latest runs and next times. */
export const jobContract = contract(JOBS, {
  list: {
    access: 'administerAll',
    summary: 'The background jobs, with their last and next runs',
    answers: { 200: object({ jobs: Type.Array(Job) }) },
  },
  job: {
    ...BY_NAME,
    summary: 'A job and its latest runs',
    query: { limit: wholeNumber({ min: 1, max: 200, default: 20 }) },
    answers: { 200: object({ ...JOB, runs: Type.Array(Run) }) },
  },
  run: { ...BY_NAME, summary: 'Runs a job now', answers: { 202: object({ id: Type.String() }) } },
});

export type JobContract = typeof jobContract;
export type Run = Value<typeof Run>;
export type Job = Value<typeof Job>;
