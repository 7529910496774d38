import type { Issue } from '@alzette/ngsi-ld-schemas/validation';
import type { FastifyRequest } from 'fastify';
import { type Caller, EVERYTHING } from '../../access/caller.ts';
import type { Rights } from '../../access/visibility.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether everyone who reaches the broker may do everything. */
    isAccessOpen: boolean;
  }
  interface FastifyRequest {
    /** Collects validation warnings for what the request writes; null if nothing is validated. */
    issues: Set<Issue> | null;
  }
}

/**
 * The caller of a request, with their rights to its tenant.
 *
 * @param tenant where the data are; for a snapshot a different one than the request's
 *
 * @throws Error: access control is enabled, but the route does not authenticate
 */
export function callerOf(request: FastifyRequest, tenant: string): Caller {
  if (request.access !== null) return callerWith(request, tenant, request.access.grant);
  if (request.server.isAccessOpen) return callerWith(request, tenant, EVERYTHING);
  throw new Error(
    `${request.method} ${request.routeOptions.url} reads or writes entities, but does not authenticate the caller`,
  );
}

/** The caller of a request, with other rights than those to the request's tenant. */
export function callerWith({ access, hops, issues }: FastifyRequest, tenant: string, { read, write }: Rights): Caller {
  return {
    tenant,
    read,
    write,
    ...(access !== null && { sender: access.principal }),
    ...(hops !== undefined && { hops }),
    ...(issues !== null && { issues }),
  };
}
