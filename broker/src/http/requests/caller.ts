import type { FastifyRequest } from 'fastify';
import { type Caller, systemCaller } from '../../access/caller.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether whoever reaches the broker may do everything. */
    isAccessOpen: boolean;
  }
}

/**
 * Who sends a request, with their rights to its tenant.
 *
 * @param tenant where the data are: another than the request's for a snapshot of it
 * @throws Error: access is enforced, and the route doesn't look who it is
 */
export function callerOf(request: FastifyRequest, tenant: string): Caller {
  if (request.access !== null) {
    const { read, write } = request.access.grant;
    return { tenant, read, write };
  }
  if (request.server.isAccessOpen) return systemCaller(tenant);
  throw new Error(`${request.method} ${request.routeOptions.url} reads or writes entities, but asks nobody who it is`);
}
