import type { Client } from '@alzette/kit/client';
import type { Contract } from '@alzette/kit/contract';
import { clientOf } from '@alzette/web/asking';
import { contextLink } from './context-link.ts';

/** The operations of a service in the tenant of the page, with the rights of the user: `service<EnergyContract>(ENERGY)`. */
export function service<C extends Contract>(paths: C['paths']): Client<C> {
  return clientOf<C>(paths, contextLink);
}
