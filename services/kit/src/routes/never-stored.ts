import type { FastifyInstance } from 'fastify';

/** No cache stores the answers of these routes: they are for one person, or their address is secret. */
export function neverStored(scope: FastifyInstance): void {
  scope.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'private, no-store');
  });
}
