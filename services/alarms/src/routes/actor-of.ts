import { actor as actorName } from '@alzette/kit/access';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../records/perform.ts';

/** The caller of a request, as an actor on records. */
export function actorOf({ callerOf, clientOf }: ServiceContext, request: FastifyRequest): Actor {
  const caller = callerOf(request);
  return { tenant: caller.tenant, client: clientOf(request), name: actorName(caller) };
}
