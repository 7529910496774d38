import type { ProblemDetails } from '@alzette/kit/problems';
import type { FastifyInstance } from 'fastify';
import type { Counters, Refusal } from '../frames/counters.ts';
import { RegistryError, type RegistryErrorName } from '../frames/registry-error.ts';

/** `name` and `message`, as FIWARE's IoT agents answer errors: beside what a problem has (RFC 9457). */
export function fiwareMembers({ status, detail }: ProblemDetails, error: Error): { name: string; message: string } {
  if (error instanceof RegistryError) return { name: error.name, message: detail };
  return { name: status < 500 ? 'WRONG_SYNTAX' : 'INTERNAL_ERROR', message: detail };
}

/** Counts what is not let in, and leaves the answer to the scope around it. */
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
