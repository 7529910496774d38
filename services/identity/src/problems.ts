import type { FastifyError, FastifyInstance } from 'fastify';

/** What is wrong with a request, told as ProblemDetails (RFC 9457). */
export class IdentityProblem extends Error {
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.name = 'IdentityProblem';
    this.status = status;
    this.title = title;
  }
}

/** A member that can't be taken, with what was got and what was expected. */
export function refused(member: string, got: unknown, expected: string, status = 400): IdentityProblem {
  const title = status === 409 ? 'It exists already' : 'The request is not valid';
  const shown = got === undefined ? 'nothing' : JSON.stringify(got);
  const text = shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
  return new IdentityProblem(status, title, `${member}: got ${text}, expected ${expected}`);
}

export function missing(what: string, id: string): IdentityProblem {
  return new IdentityProblem(404, 'It does not exist', `There is no ${what} "${id}"`);
}

/** Answers every error of the routes in this scope as ProblemDetails; what nobody foresaw is logged and told to nobody. */
export function answerProblems(scope: FastifyInstance): void {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    // Of a hook of the application around us (their `type` is their name), which knows how to answer it.
    if ('type' in error && error.type === error.name) throw error;
    const known = error instanceof IdentityProblem ? error : undefined;
    const status = known?.status ?? (error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500);
    if (status >= 500) request.log.error({ err: error }, 'a request to identity failed');
    return reply
      .code(status)
      .type('application/problem+json')
      .send({
        type: 'about:blank',
        title: known?.title ?? (status < 500 ? 'The request is not valid' : 'Something went wrong'),
        status,
        detail: status < 500 ? error.message : 'The error is in the log',
      });
  });
}
