import type { Issue } from '@alzette/ngsi-ld-schemas/validation';
import type { FastifyRequest } from 'fastify';
import { type Caller, EVERYTHING } from '../../access/caller.ts';
import type { Rights } from '../../access/visibility.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether whoever reaches the broker may do everything. */
    isAccessOpen: boolean;
  }
  interface FastifyRequest {
    /** What the models warn of in what the request writes; null where nothing is held to a model. */
    issues: Set<Issue> | null;
  }
}

/**
 * Who sends a request, with their rights to its tenant.
 *
 * @param tenant where the data are: another than the request's for a snapshot of it
 * @throws Error: access is enforced, and the route doesn't look who it is
 */
export function callerOf(request: FastifyRequest, tenant: string): Caller {
  if (request.access !== null) return callerWith(request, tenant, request.access.grant);
  if (request.server.isAccessOpen) return callerWith(request, tenant, EVERYTHING);
  throw new Error(`${request.method} ${request.routeOptions.url} reads or writes entities, but asks nobody who it is`);
}

/** Who sends a request, with other rights than those to the request's tenant. */
export function callerWith({ hops, issues }: FastifyRequest, tenant: string, { read, write }: Rights): Caller {
  return { tenant, read, write, ...(hops !== undefined && { hops }), ...(issues !== null && { issues }) };
}
