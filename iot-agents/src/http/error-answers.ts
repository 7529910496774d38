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

/** Answers errors as `{ name, message }`, the way of the IoT agents. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | RegistryError, request, reply) => {
    if (error instanceof RegistryError) {
      return reply.code(STATUS[error.name]).send({ name: error.name, message: error.message });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ name: 'WRONG_SYNTAX', message: error.message });
    request.log.error({ err: error }, 'a request to the IoT agents failed');
    return reply.code(500).send({ name: 'INTERNAL_ERROR', message: 'something went wrong inside' });
  });
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
