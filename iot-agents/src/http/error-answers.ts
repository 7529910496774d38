import type { ProblemDetails } from '@alzette/kit/problems';
import type { FastifyInstance } from 'fastify';
import type { Counters, Refusal } from '../frames/counters.ts';
import { RegistryError, type RegistryErrorName } from '../frames/registry-error.ts';

/** `name` and `message`, as in errors of FIWARE's IoT agents, in addition to the members of RFC 9457. */
export function fiwareMembers({ status, detail }: ProblemDetails, error: Error): { name: string; message: string } {
  if (error instanceof RegistryError) return { name: error.name, message: detail };
  return { name: status < 500 ? 'WRONG_SYNTAX' : 'INTERNAL_ERROR', message: detail };
}

/** Counts refusals; the enclosing scope sends the answer. */
export function countRefusals(
  app: FastifyInstance,
  { refused }: Pick<Counters, 'refused'>,
  kinds: { readonly [name in RegistryErrorName]?: Refusal },
): void {
  app.setErrorHandler((error: Error) => {
    const kind = error instanceof RegistryError ? kinds[error.name] : undefined;
    if (kind !== undefined) refused[kind] += 1;
    throw error;
  });
}
