import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyError, FastifyInstance } from 'fastify';
import { OUTAGES, outageOf, RETRY_AFTER_S } from '../database/outage.ts';

interface ProblemOptions {
  /** A URI that names the kind of problem. Default `about:blank`: it means no more than its status. */
  readonly type?: string;
  readonly cause?: unknown;
  /** Headers of the answer, e.g. `Retry-After`. */
  readonly headers?: { readonly [name: string]: string | number };
}

/** What is wrong with a request, answered as ProblemDetails (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly type: string;
  readonly headers: { readonly [name: string]: string | number };

  constructor(status: number, title: string, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.type = options.type ?? 'about:blank';
    this.headers = options.headers ?? {};
  }
}

const NOT_VALID = 'The request is not valid';

/** A field that can't be taken: what it is called, what was got and what was expected. */
export function refused(field: string, got: unknown, expected: string, status = 400): Problem {
  const title = status === 409 ? 'It exists already' : NOT_VALID;
  return new Problem(status, title, `${field}: got ${shown(got)}, expected ${expected}`);
}

/** 404. @param what its kind, e.g. `alarm` */
export function missing(what: string, id: string): Problem {
  return new Problem(404, 'It does not exist', `There is no ${what} ${shown(id)}`);
}

/** 409: the request is valid, but not in the present state. */
export function conflict(detail: string): Problem {
  return new Problem(409, 'It conflicts with what exists', detail);
}

/** 403: who asks is known and may not. */
export function denied(detail: string): Problem {
  return new Problem(403, 'Forbidden', detail);
}

/** 503: it may work later. */
export function unavailable(detail: string, retryAfterS: number): Problem {
  return new Problem(503, 'It is not available now', detail, { headers: { 'Retry-After': retryAfterS } });
}

const MOST_SHOWN = 200;

/** A value as an error shows it: JSON, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/**
 * Answers every error of the routes in this scope as ProblemDetails. What the broker refused is passed on with its own
 * status; an error that nobody foresaw is logged, and its client learns only that it happened.
 *
 * @param membersOf gives further members of the answers (RFC 9457 3.2)
 */
export function answerProblems(scope: FastifyInstance, membersOf?: MembersOf): void {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    // An error of the application around this scope (its `type` is its name), which has its own handler.
    if ('type' in error && error.type === error.name) throw error;
    const outage = outageOf(error);
    if (outage !== undefined) {
      request.log.debug({ err: error }, OUTAGES[outage]); // its beginning and end are told once, by the broker
      const away = unavailable(OUTAGES[outage], RETRY_AFTER_S);
      return reply.code(503).headers(away.headers).type('application/problem+json').send(detailsOf(away));
    }
    const problem = detailsOf(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'a request failed');
    if (error instanceof Problem) reply.headers(error.headers);
    const answer = membersOf === undefined ? problem : { ...problem, ...membersOf(problem, error) };
    return reply.code(problem.status).type('application/problem+json').send(answer);
  });
}

export type MembersOf = (problem: ProblemDetails, error: Error) => { readonly [member: string]: unknown };

export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

function detailsOf(error: FastifyError | Problem): ProblemDetails {
  if (error instanceof Problem) {
    return { type: error.type, title: error.title, status: error.status, detail: error.message };
  }
  if (error instanceof NgsiLdClientError && error.status >= 400 && error.status < 500) {
    return { ...error.problem, status: error.status };
  }
  const { statusCode: status = 500 } = error;
  if (status >= 500) {
    return { type: 'about:blank', title: 'Something went wrong', status: 500, detail: 'The error is in the log' };
  }
  return { type: 'about:blank', title: NOT_VALID, status, detail: error.message };
}
