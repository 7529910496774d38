import { actor as actorName } from '@alzette/kit/access';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../records/perform.ts';

/** The caller of a request, as an actor on records. Their acts are judged here, so no gate judges what they write. */
export function actorOf({ callerOf, authorOf, clientAs }: ServiceContext, request: FastifyRequest): Actor {
  const caller = callerOf(request);
  const client = clientAs(authorOf(request), { isAdmitted: true });
  return { tenant: caller.tenant, client, name: actorName(caller) };
}
