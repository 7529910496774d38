import { Problem } from '@alzette/kit/problems';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { Counters, Refusal } from '../frames/counters.ts';
import type { RegistryErrorName } from '../frames/registry-error.ts';
import { RegistryError } from '../frames/registry-error.ts';

const STATUS: Readonly<Record<RegistryErrorName, number>> = {
  WRONG_SYNTAX: 400,
  DEVICE_NOT_FOUND: 404,
  DUPLICATE_DEVICE_ID: 409,
  PROFILE_NOT_FOUND: 404,
  DUPLICATE_PROFILE: 409,
  PROFILE_IN_USE: 409,
  FRAME_NOT_FOUND: 404,
  CONNECTION_NOT_FOUND: 404,
  SOURCE_NOT_FOUND: 404,
  DUPLICATE_SOURCE: 409,
  SOURCE_BUSY: 409,
  SOURCE_UNREADABLE: 422,
  UNAUTHORIZED: 401,
  TOO_MANY_DEVICES: 429,
  CREDENTIAL_NOT_FOUND: 404,
  COMMAND_NOT_FOUND: 404,
  COMMAND_UNKNOWN: 404,
  NO_DOWNLINK_ROUTE: 409,
  ENCODE_ERROR: 400,
  CODEC_EXAMPLE_FAILED: 400,
  BAD_REQUEST: 400,
  MISSING_HEADERS: 400,
  MISSING_CONFIG_PARAMS: 400,
  MISMATCHED_SERVICE: 403,
  DUPLICATE_GROUP: 409,
  DEVICE_GROUP_NOT_FOUND: 404,
  AMBIGUOUS_DEVICE_ID: 409,
  MANDATORY_PARAMS_NOT_FOUND: 400,
  UNSUPPORTED_TYPE: 400,
  PARSE_ERROR: 400,
};

const TITLES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'It does not exist',
  409: 'It conflicts with what exists',
  429: 'Too many requests',
  500: 'Something went wrong',
};

/** As RFC 9457 has it; `name` and `message` are how FIWARE's IoT agents say the same. */
interface ProblemAnswer {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly name: string;
  readonly message: string;
}

/** Answers every error under `/iot` as a problem. A fault of ours is logged, and its client learns only that there is one. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | RegistryError | Problem, request, reply) => {
    // An error of the application around this scope (its `type` is its name), which has its own handler.
    if ('type' in error && error.type === error.name) throw error;
    const problem = problemOf(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'a request to the IoT agents failed');
    if (error instanceof Problem) reply.headers(error.headers);
    return reply.code(problem.status).type('application/problem+json').send(problem);
  });
}

function problemOf(error: FastifyError | RegistryError | Problem): ProblemAnswer {
  if (error instanceof Problem) {
    const { type, title, status, message } = error;
    return { type, title, status, detail: message, name: 'WRONG_SYNTAX', message };
  }
  if (error instanceof RegistryError) return answer(STATUS[error.name], error.name, error.message);
  const status = error.statusCode ?? 500;
  if (status < 500) return answer(status, 'WRONG_SYNTAX', error.message);
  return answer(500, 'INTERNAL_ERROR', 'something went wrong inside');
}

function answer(status: number, name: string, message: string): ProblemAnswer {
  const title = TITLES[status] ?? 'The request is not valid';
  return { type: 'about:blank', title, status, detail: message, name, message };
}

/** Counts what is not let in, and leaves the answer to the handler around it. */
export function countRefusals(
  app: FastifyInstance,
  { refused }: Pick<Counters, 'refused'>,
  kinds: { readonly [name in RegistryErrorName]?: Refusal },
): void {
  app.setErrorHandler((error: FastifyError | RegistryError) => {
    const kind = error instanceof RegistryError ? kinds[error.name] : undefined;
    if (kind !== undefined) refused[kind] += 1;
    throw error;
  });
}
