import type { FastifyInstance } from 'fastify';
import type { Access } from './access/access.ts';
import { type Caller, systemCaller } from './access/caller.ts';
import { covers, coversSome } from './access/entity-plan.ts';
import { ANONYMOUS, type Principal } from './access/principal.ts';
import { refusedEntities } from './entities/refused-entities.ts';
import { callerOf, callerWith } from './http/requests/caller.ts';
import { type InProcessParts, inProcessClient } from './in-process-client.ts';
import type { Broker } from './options.ts';

type SenderRights = Pick<
  Broker,
  | 'clientOf'
  | 'authorOf'
  | 'clientAs'
  | 'mayWrite'
  | 'mayPropose'
  | 'mayRead'
  | 'mayAny'
  | 'refused'
  | 'refusedTo'
  | 'rightsOf'
>;

/** What services in the same process may do in the name of who sends a request, or sent an earlier one. */
export function rightsOfSenders(
  app: FastifyInstance,
  access: Access,
  parts: Omit<InProcessParts, 'callerIn'>,
): SenderRights {
  const callerAs = (author: object | null, tenant: string): Caller => {
    if (app.isAccessOpen) return systemCaller(tenant);
    const principal = (author as Principal | null) ?? ANONYMOUS; // a result of authorOf
    const { read, write } = access.grantOfEarlier(principal, tenant);
    return { tenant, read, write, sender: principal };
  };
  return {
    clientOf: (request) =>
      inProcessClient({
        ...parts,
        callerIn(tenant) {
          if (request.access === null) return callerOf(request, tenant);
          return callerWith(request, tenant, access.grant(request.access.principal, tenant));
        },
      }),

    authorOf(request) {
      if (request.access === null && !app.isAccessOpen) {
        throw new Error(`${request.routeOptions.url} does not authenticate its sender`);
      }
      return request.access?.principal ?? null;
    },

    clientAs: (author, { isAdmitted = false } = {}) =>
      inProcessClient({ ...parts, callerIn: (tenant) => ({ ...callerAs(author, tenant), isAdmitted }) }),

    mayWrite: (request, entity, attributes) => covers(callerOf(request, request.tenant).write, entity, attributes),
    mayPropose: (request, entity) => covers(request.access?.grant.propose ?? callerOf(request, '').write, entity),
    mayRead: (request, entity, attributes) => covers(callerOf(request, request.tenant).read, entity, attributes),
    mayAny: (request, action, type) => coversSome(callerOf(request, request.tenant)[action], type),

    refused(request, action, ids, attributes) {
      const rights = callerOf(request, request.tenant)[action];
      return refusedEntities(parts.db, request.tenant, rights, ids, attributes);
    },

    rightsOf(author, tenant) {
      const principal = access.asOfNow((author as Principal | null) ?? ANONYMOUS); // a result of authorOf
      const rights = callerAs(author, tenant);
      return {
        access: app.isAccessOpen ? null : { principal, grant: access.grant(principal, tenant) },
        may: (action, entity, attributes) => covers(rights[action], entity, attributes),
        mayAny: (action, type) => coversSome(rights[action], type),
        refused: (action, ids, attributes) => refusedEntities(parts.db, tenant, rights[action], ids, attributes),
      };
    },

    refusedTo: (author, tenant, action, ids, attributes) =>
      refusedEntities(parts.db, tenant, callerAs(author, tenant)[action], ids, attributes),
  };
}
