import { RETRY_AFTER_S } from '@alzette/kit/outage';
import type { FastifyReply } from 'fastify';
import { Unauthenticated } from '../../access/access-error.ts';
import { LimitReached } from '../../model/errors.ts';
import { problemOf } from './problem.ts';
import { sendJson } from './send-json.ts';

/** Errors are always JSON and have no Link header (6.3.6). */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error);
  if (error instanceof Unauthenticated) reply.header('WWW-Authenticate', error.challenge);
  if (error instanceof LimitReached) reply.header('Retry-After', error.retryAfterS);
  else if (problem.status === 503) reply.header('Retry-After', RETRY_AFTER_S);
  return sendJson(reply.code(problem.status), problem);
}
