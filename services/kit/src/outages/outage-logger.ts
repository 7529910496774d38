import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { OutageReporter, outageBehind } from './outage-reporter.ts';

const WARN = 40;

/**
 * Creates the logger of a process. A warning or error whose cause is an outage of the database is counted by the reporter instead
 * of written, whoever logs it: so no loop repeats that the database is away, and none has to think of it.
 */
export function createLogger(
  options: LoggerOptions,
  stream?: DestinationStream,
): { readonly logger: Logger; readonly outages: OutageReporter } {
  const outages = new OutageReporter();
  const hooks: LoggerOptions['hooks'] = {
    logMethod(args, method, level) {
      const [given, message] = args as unknown[];
      const error = level < WARN ? undefined : errorOf(given);
      const outage = error === undefined ? undefined : outageBehind(error);
      if (outage === undefined) method.apply(this, args);
      else outages.note(outage, error, typeof message === 'string' ? message : 'unnamed');
    },
  };
  const logger = stream === undefined ? pino({ ...options, hooks }) : pino({ ...options, hooks }, stream);
  outages.reportTo(logger);
  return { logger, outages };
}

/** `log.warn(error, …)`, `log.warn({ err }, …)` or `log.warn({ error }, …)`. */
function errorOf(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || given instanceof Error) return given ?? undefined;
  if ('err' in given) return given.err;
  return 'error' in given ? given.error : undefined;
}
