import { Histogram, SECONDS } from '../../metrics/histogram.ts';
import type { SourceReply } from './source-call.ts';

/**
 * `answered`: also 404, nothing found. `refused`: 4xx. `failed`: 5xx or unreadable. `silent`: no connection or timeout.
 * `leftAlone`: not requested during the cooldown after a failure. `reused`: answered from the cache.
 */
type CallOutcome = 'answered' | 'refused' | 'failed' | 'silent' | 'leftAlone' | 'reused';

/** Counts the outcomes of requests to context sources since the start. */
export class CallCounts {
  readonly outcomes: Record<CallOutcome, number> = {
    answered: 0,
    refused: 0,
    failed: 0,
    silent: 0,
    leftAlone: 0,
    reused: 0,
  };
  /** The duration of requests that were sent. */
  readonly seconds = new Histogram(SECONDS);

  asked(reply: SourceReply, elapsedMs: number): void {
    this.outcomes[outcomeOf(reply)]++;
    this.seconds.observe(elapsedMs / 1000);
  }

  leftAlone(): void {
    this.outcomes.leftAlone++;
  }

  reused(): void {
    this.outcomes.reused++;
  }
}

function outcomeOf(reply: SourceReply): CallOutcome {
  if (reply.kind === 'silence') return 'silent';
  if (reply.status >= 500 || !reply.isReadable) return 'failed';
  return reply.status >= 400 && reply.status !== 404 ? 'refused' : 'answered';
}
