import type { Logger } from 'pino';

/** Logs that a step of the start is done. */
export type StepDone = (step: string) => void;

/** Steps of the start in the log at level debug, with milliseconds since the process began. `npm run bench -- starts` reads them. */
export function stepsOf(logger: Logger): StepDone {
  return (step) => logger.debug({ step, atMs: Math.round(performance.now()) }, 'a step of the start is done');
}
