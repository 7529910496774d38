import { type Client, createClient } from '@alzette/kit/client';
import type { Contract } from '@alzette/kit/contract';
import { ask } from './ask.ts';

/**
 * The operations of a service, with the rights of the user: `clientOf<EnergyContract>(ENERGY)`. The paths come from its
 * package; the contract is imported as a type, so that no page loads its schemas.
 *
 * @param headersOf headers that each call sends, besides its own
 * @throws AnswerError, each: the answer has an error status
 */
export function clientOf<C extends Contract>(
  paths: C['paths'],
  headersOf?: () => Readonly<Record<string, string>>,
): Client<C> {
  return createClient<C>(paths, ({ method, path, body, signal, headers }) =>
    ask(method, path, body as object | undefined, signal, { ...headersOf?.(), ...headers }),
  );
}
