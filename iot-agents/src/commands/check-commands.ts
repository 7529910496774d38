import { denied } from '@alzette/kit/problems';
import type { FastifyRequest } from 'fastify';

/**
 * Judges commands that a request asks for, beside its rights.
 *
 * @returns why they are refused, in a sentence; undefined: they are not
 */
export type CheckCommands = (
  request: FastifyRequest,
  commands: readonly { readonly entityId: string; readonly command: string }[],
) => Promise<string | undefined>;

/** @throws Problem 403 */
export async function refuseUnlessChecked(check: CheckCommands, ...asked: Parameters<CheckCommands>): Promise<void> {
  const refusal = await check(...asked);
  if (refusal !== undefined) throw denied(refusal);
}
