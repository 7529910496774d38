import type { FastifyInstance, onSendHookHandler, RouteOptions } from 'fastify';

/** What each process holds in memory and follows the changes of. */
const FOLLOWED =
  /^\/(ngsi-ld\/v1\/(subscriptions|csourceSubscriptions|csourceRegistrations|jsonldContexts|snapshots)|ops\/(access|models|tenants))(\/|$)/;
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Has the answers to changes of what all processes on a database hold in memory wait until they all have it: the next
 * request may reach another. To be called before the routes are added; those of entities are not touched.
 */
export function waitForProcesses(app: FastifyInstance, heardByAll: () => Promise<void>): void {
  const wait: onSendHookHandler<unknown> = async (_request, reply, payload) => {
    if (reply.statusCode < 300) await heardByAll();
    return payload;
  };
  app.addHook('onRoute', (route: RouteOptions) => {
    if (!FOLLOWED.test(route.url) || ![route.method].flat().some((method) => WRITES.has(method))) return;
    route.onSend = [route.onSend ?? [], wait].flat();
  });
}
