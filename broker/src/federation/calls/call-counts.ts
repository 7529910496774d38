import { Histogram, SECONDS } from '../../metrics/histogram.ts';
import type { SourceReply } from './source-call.ts';

/**
 * `answered`: also by 404, there is nothing; `refused`: 4xx; `failed`: 5xx, or what can't be read; `silent`: no connection,
 * or too late; `leftAlone`: not asked, it failed a moment ago; `reused`: not asked, what it answered before still counts.
 */
type CallOutcome = 'answered' | 'refused' | 'failed' | 'silent' | 'leftAlone' | 'reused';

/** What came of asking context sources, since the start. */
export class CallCounts {
  readonly outcomes: Record<CallOutcome, number> = {
    answered: 0,
    refused: 0,
    failed: 0,
    silent: 0,
    leftAlone: 0,
    reused: 0,
  };
  /** Of those that were asked. */
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
