import type { Broker } from '@alzette/broker';
import { callers, callerWith } from '@alzette/kit/access';
import type { Judge } from '@alzette/kit/objects';
import type { FastifyRequest } from 'fastify';

/**
 * Lets the routes of services judge their objects by the broker's policies.
 *
 * @param names the territory's @context, whose terms services use
 *
 * @returns how the present rights of who sent an earlier request are judged
 */
export function judgeRequests(
  broker: Pick<Broker, 'app' | 'mayRead' | 'mayWrite' | 'mayAny' | 'refused' | 'rightsOf'>,
  access: 'open' | 'enforced',
  names: { attribute(term: string): string; type(term: string): string },
): (author: object | null, tenant: string) => Judge {
  const callerOf = callers(access);
  const iris = (terms: readonly string[] | undefined) => terms?.map((term) => names.attribute(term));
  broker.app.decorate(
    'judgeOf',
    (request: FastifyRequest): Judge => ({
      caller: callerOf(request),
      may(action, plan, attributes) {
        const entity = { ...plan, types: plan.types.map((term) => names.type(term)) };
        return broker[action === 'read' ? 'mayRead' : 'mayWrite'](request, entity, iris(attributes));
      },
      mayAny: (action, types) => types.some((term) => broker.mayAny(request, action, names.type(term))),
      refused: (action, ids, attributes) => broker.refused(request, action, ids, iris(attributes)),
    }),
  );
  return (author, tenant) => {
    const rights = broker.rightsOf(author, tenant);
    return {
      caller: callerWith(rights.access, tenant),
      may(action, plan, attributes) {
        const entity = { ...plan, types: plan.types.map((term) => names.type(term)) };
        return rights.may(action, entity, iris(attributes));
      },
      mayAny: (action, types) => types.some((term) => rights.mayAny(action, names.type(term))),
      refused: (action, ids, attributes) => rights.refused(action, ids, iris(attributes)),
    };
  };
}
