/** How long is waited between attempts to send. */
export interface RetrySettings {
  readonly firstPauseMs: number;
  /** By how much each pause is longer than the one before. */
  readonly factor: number;
  readonly longestPauseMs: number;
  /** From the first attempt on; then the message has failed. */
  readonly giveUpAfterMs: number;
}

export const RETRY: RetrySettings = {
  firstPauseMs: 5_000,
  factor: 3,
  longestPauseMs: 15 * 60_000,
  giveUpAfterMs: 24 * 60 * 60_000,
};

/** The pause after so many attempts, with a random part so that those who failed together do not come back together. */
export function pauseMs(
  { firstPauseMs, factor, longestPauseMs }: RetrySettings,
  attempts: number,
  random = Math.random(),
): number {
  const pause = Math.min(firstPauseMs * factor ** (attempts - 1), longestPauseMs);
  return Math.round(pause * (0.8 + 0.4 * random));
}
