import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyError, FastifyInstance } from 'fastify';
import { OUTAGES, outageOf, RETRY_AFTER_S } from '../database/outage.ts';
import type { Reason, ReasonKind } from './reasons.ts';

export type { Reason, ReasonKind } from './reasons.ts';

interface ProblemOptions {
  /** A URI for the type of problem. Default `about:blank`: the status says everything. */
  readonly type?: string;
  readonly cause?: unknown;
  readonly reason?: Reason;
  /** Response headers, e.g. `Retry-After`. */
  readonly headers?: { readonly [name: string]: string | number };
}

/** An error in a request, answered as ProblemDetails (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly type: string;
  readonly reason: Reason | undefined;
  readonly headers: { readonly [name: string]: string | number };

  constructor(status: number, title: string, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.type = options.type ?? 'about:blank';
    this.reason = options.reason;
    this.headers = options.headers ?? {};
  }
}

const NOT_VALID = 'The request is not valid';

/** An invalid field: its name, what was received and what was expected. `reason`: what a program can tell its reader. */
export function refused(
  field: string,
  got: unknown,
  expected: string,
  status = 400,
  reason: Omit<Reason, 'field'> = { kind: status === 409 ? 'taken' : got === undefined ? 'lacking' : 'value' },
): Problem {
  const title = status === 409 ? 'Already exists' : NOT_VALID;
  const detail = `${field}: got ${shown(got)}, expected ${expected}`;
  return new Problem(status, title, detail, { reason: { ...reason, field } });
}

/** 404. @param what the kind of thing, e.g. `alarm` */
export function missing(what: string, id: string): Problem {
  return new Problem(404, 'Not found', `There is no ${what} ${shown(id)}`, { reason: { kind: 'absent' } });
}

/** 409: the request is valid, but not in the current state. */
export function conflict(detail: string, kind: ReasonKind = 'state'): Problem {
  return new Problem(409, 'Conflict with existing data', detail, { reason: { kind } });
}

/** 403: the caller is known, but lacks the right. */
export function denied(detail: string, kind: ReasonKind = 'denied'): Problem {
  return new Problem(403, 'Forbidden', detail, { reason: { kind } });
}

/** 503: it may work later. */
export function unavailable(detail: string, retryAfterS: number): Problem {
  const headers = { 'Retry-After': retryAfterS };
  return new Problem(503, 'Temporarily unavailable', detail, { headers, reason: { kind: 'away' } });
}

const MAX_SHOWN = 200;

/** A value for error messages: JSON, truncated if it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/**
 * Answers every error of the routes in this scope as ProblemDetails. Errors of the broker are passed on with their
 * status. Unexpected errors are logged, and the client only learns that they happened.
 *
 * @param membersOf returns additional members of the answer (RFC 9457 3.2)
 */
export function answerProblems(scope: FastifyInstance, membersOf?: MembersOf): void {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    reply.header('cache-control', 'no-store'); // otherwise caches may keep a 404 (RFC 9111, 4.2.2)
    // An error of the enclosing application (its `type` is its name), which has its own handler.
    if ('type' in error && error.type === error.name) throw error;
    const absence = absenceOf(error);
    if (absence !== undefined) {
      request.log.debug({ err: error }, absence); // the broker logs the beginning and end of an outage once
      const away = unavailable(absence, RETRY_AFTER_S);
      return reply.code(503).headers(away.headers).type('application/problem+json').send(detailsOf(away));
    }
    const problem = detailsOf(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'a request failed');
    if (error instanceof Problem) reply.headers(error.headers);
    const answer = membersOf === undefined ? problem : { ...problem, ...membersOf(problem, error) };
    return reply.code(problem.status).type('application/problem+json').send(answer);
  });
}

/** Why the request can't be answered now: the database is away, or the broker says that it is overloaded. */
function absenceOf(error: Error): string | undefined {
  const outage = outageOf(error);
  if (outage !== undefined) return OUTAGES[outage];
  return error instanceof NgsiLdClientError && error.status === 503 ? error.problem.detail : undefined;
}

export type MembersOf = (problem: ProblemDetails, error: Error) => { readonly [member: string]: unknown };

export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly reason?: Reason;
}

function detailsOf(error: FastifyError | Problem): ProblemDetails {
  if (error instanceof Problem) {
    const { type, title, status, message: detail, reason } = error;
    return { type, title, status, detail, ...(reason && { reason }) };
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
