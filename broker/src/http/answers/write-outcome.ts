import type { FastifyReply } from 'fastify';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import type { UpdateResult } from '../../model/change-entity.ts';
import { type BatchOperationResult, entityError } from './batch-result.ts';
import { problemOf } from './problem.ts';
import { sendJson } from './send-json.ts';

/** 207 with a BatchOperationResult of one entity (5.2.16), or the status for complete success, e.g. 204. */
export function sendEntityOutcome(
  reply: FastifyReply,
  entityId: string,
  { failures, anySucceeded }: WriteOutcome<unknown>,
  done: () => FastifyReply = () => reply.code(204).send(),
): FastifyReply {
  if (failures.length === 0) return done();
  const result: BatchOperationResult = {
    success: anySucceeded && entityId !== '' ? [entityId] : [],
    errors: failures.map((failure) => entityError(entityId, failure)),
  };
  return sendJson(reply.code(207), result);
}

/** 204, or 207 with the attributes that were not updated, and where (5.2.18). */
export function sendUpdateOutcome(
  reply: FastifyReply,
  { failures, written, local }: WriteOutcome<unknown>,
): FastifyReply {
  const own = isUpdateResult(local) ? local : { updated: [...written], notUpdated: [] };
  const notUpdated = [
    ...own.notUpdated,
    ...failures.flatMap(({ error, registrationId, names = [] }) =>
      [...names].map((attributeName) => ({
        attributeName,
        reason: problemOf(error).detail,
        ...(registrationId !== undefined && { registrationId }),
      })),
    ),
  ];
  if (notUpdated.length === 0) return reply.code(204).send();
  const skippedHere = new Set(own.notUpdated.map(({ attributeName }) => attributeName));
  const updated = new Set([...own.updated, ...[...written].filter((name) => !skippedHere.has(name))]);
  return sendJson(reply.code(207), { updated: [...updated], notUpdated });
}

function isUpdateResult(local: unknown): local is UpdateResult {
  return typeof local === 'object' && local !== null && 'notUpdated' in local;
}
