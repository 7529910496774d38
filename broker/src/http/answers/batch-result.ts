import type { BatchOutcome } from '../../entities/batch.ts';
import type { NgsiLdError } from '../../model/errors.ts';
import { type ProblemDetails, problemOf } from './problem.ts';

/** What became of a batch (5.2.16). */
export interface BatchOperationResult {
  readonly success: string[];
  readonly errors: {
    readonly entityId: string;
    readonly error: ProblemDetails;
    /** Absent: it happened here. */
    readonly registrationId?: string;
  }[];
}

export function hasFailed<Result>(
  outcome: BatchOutcome<Result>,
): outcome is { readonly entityId: string; readonly error: NgsiLdError } {
  return 'error' in outcome;
}

/** The outcomes as a client is told of them; an entity that succeeded twice is named once. */
export function batchResult(outcomes: readonly BatchOutcome<unknown>[]): BatchOperationResult {
  const success = new Set(outcomes.filter((outcome) => !hasFailed(outcome)).map(({ entityId }) => entityId));
  const errors = outcomes.filter(hasFailed).map(({ entityId, error }) => ({ entityId, error: problemOf(error) }));
  return { success: [...success], errors };
}
