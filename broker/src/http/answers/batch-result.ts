import type { FastifyReply } from 'fastify';
import type { ItemOutcome } from '../../federation/write/distributed-batch.ts';
import type { WriteFailure } from '../../federation/write/distributed-write.ts';
import { type ProblemDetails, problemOf } from './problem.ts';
import { sendJson } from './send-json.ts';

/** The result of a batch (5.2.16). */
export interface BatchOperationResult {
  readonly success: string[];
  readonly errors: {
    readonly entityId: string;
    readonly error: ProblemDetails;
    /** Absent: it concerns this broker. */
    readonly registrationId?: string;
  }[];
}

/** The outcomes as reported to a client. An entity with several successful writes is listed once. */
export function batchResult(outcomes: readonly ItemOutcome<unknown>[]): BatchOperationResult {
  const success = new Set(outcomes.filter(({ failures }) => failures.length === 0).map(({ entityId }) => entityId));
  const errors = outcomes.flatMap(({ entityId, failures }) =>
    failures.map((failure) => entityError(entityId, failure)),
  );
  return { success: [...success], errors };
}

/** An entry of `errors` (5.2.17). */
export function entityError(
  entityId: string,
  { error, registrationId }: WriteFailure,
): BatchOperationResult['errors'][number] {
  return { entityId, error: problemOf(error), ...(registrationId !== undefined && { registrationId }) };
}

/**
 * 207 with a BatchOperationResult if an item failed; otherwise 201 with ids, or 204 if there are no ids to return.
 *
 * @param named which ids to return: those of all items, of created entities, or none
 */
export function sendBatchOutcome(
  reply: FastifyReply,
  outcomes: readonly ItemOutcome<unknown>[],
  named: 'all' | 'created' | 'none',
): FastifyReply {
  if (outcomes.some(({ failures }) => failures.length > 0)) return sendJson(reply.code(207), batchResult(outcomes));
  const ids = outcomes
    .filter(({ created }) => named === 'all' || (named === 'created' && created))
    .map(({ entityId }) => entityId);
  return ids.length === 0 ? reply.code(204).send() : sendJson(reply.code(201), ids);
}
