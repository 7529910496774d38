/** The pauses between attempts. */
export interface RetrySettings {
  readonly firstPauseMs: number;
  /** Each pause is this factor longer than the previous one. */
  readonly factor: number;
  readonly longestPauseMs: number;
  /** Measured from the first attempt; after this time the message has failed. */
  readonly giveUpAfterMs: number;
}

export const RETRY: RetrySettings = {
  firstPauseMs: 5_000,
  factor: 3,
  longestPauseMs: 15 * 60_000,
  giveUpAfterMs: 24 * 60 * 60_000,
};

/** The pause after a number of attempts. A random part spreads messages that failed together. */
export function pauseMs(
  { firstPauseMs, factor, longestPauseMs }: RetrySettings,
  attempts: number,
  random = Math.random(),
): number {
  const pause = Math.min(firstPauseMs * factor ** (attempts - 1), longestPauseMs);
  return Math.round(pause * (0.8 + 0.4 * random));
}
