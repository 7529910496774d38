import { clientGone } from '@alzette/kit/compute';
import { BY_ENTITIES } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { RoundContract } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { comparePolicies } from './run-simulation.ts';

/** `/waste/simulations`: other rounds, simulated over the past weeks. */
export function simulationHandlers(parts: WasteParts): Handlers<RoundContract, 'simulate'> {
  return {
    simulate: {
      objects: BY_ENTITIES,
      handle(request, reply) {
        const { kind, days, policies } = request.body;
        const client = parts.clientOf(request);
        const { tenant } = request;
        return comparePolicies(parts, {
          ...{ tenant, client, kind, days, signal: clientGone(reply) },
          policies: policies && (() => policies),
        });
      },
    },
  };
}
