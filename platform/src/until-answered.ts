import { setTimeout as pause } from 'node:timers/promises';
import { outageOf } from '@alzette/kit/outage';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';

const AGAIN_MS = 2_000;
const UNAVAILABLE = 503;

/**
 * Repeats a step of the demo until the database answers. The product already serves requests, so an overloaded database must
 * not end it.
 *
 * @param step has no effect when it is repeated after it was done in part
 * @throws any error that is not an outage of the database
 */
export async function untilAnswered<T>(
  step: () => Promise<T>,
  logger: Logger,
  wait: () => Promise<unknown> = () => pause(AGAIN_MS),
): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!isOutage(error)) throw error;
      logger.warn({ err: error }, 'the demo waits for the database; will retry');
      await wait();
    }
  }
}

function isOutage(error: unknown): boolean {
  return outageOf(error) !== undefined || (error instanceof NgsiLdClientError && error.status === UNAVAILABLE);
}
