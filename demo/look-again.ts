import type { Logger } from 'pino';

interface Looks {
  readonly afterMs: number;
  readonly everyMs: number;
  readonly most: number;
  readonly logger: Logger;
}

/**
 * Looks several times while the history of the demo is imported in the background.
 *
 * @param look called with 1, 2, …; true: it need not look again
 *
 * @returns a function that ends it
 */
export function lookAgain(
  look: (number: number) => Promise<boolean>,
  { afterMs, everyMs, most, logger }: Looks,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isOver = false;
  const next = (number: number, ms: number) => {
    timer = setTimeout(() => {
      looking = look(number)
        .catch((err: unknown) => logger.warn({ err }, 'could not complete the demo; will retry'))
        .then((isDone) => {
          if (isDone !== true && !isOver && number < most) next(number + 1, everyMs);
        });
    }, ms);
  };
  next(1, afterMs);
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await looking;
  };
}
