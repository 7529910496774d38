import type { FastifyInstance, onSendHookHandler, RouteOptions } from 'fastify';

/** The routes that change what each process keeps in memory. */
const FOLLOWED =
  /^\/(ngsi-ld\/v1\/(subscriptions|csourceSubscriptions|csourceRegistrations|jsonldContexts|snapshots)|ops\/(access|models|tenants|collectivit(?:y|ies)))(\/|$)/;
/** The routes that change rows behind the memory of this process, too: it applies them as the others do. */
const FOLLOWED_HERE = /^\/ops\/leaving\//;
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Delays answers to changes of in-memory data until all processes on the database have them, because the next request
 * may reach another process. Routes of entities are not affected. Call it before routes are added.
 */
export function waitForProcesses(app: FastifyInstance, allCaughtUp: (alsoHere: boolean) => Promise<void>): void {
  const waiting =
    (alsoHere: boolean): onSendHookHandler<unknown> =>
    async (_request, reply, payload) => {
      if (reply.statusCode < 300) await allCaughtUp(alsoHere);
      return payload;
    };
  app.addHook('onRoute', (route: RouteOptions) => {
    const alsoHere = FOLLOWED_HERE.test(route.url);
    if (!alsoHere && !FOLLOWED.test(route.url)) return;
    if (![route.method].flat().some((method) => WRITES.has(method))) return;
    route.onSend = [route.onSend ?? [], waiting(alsoHere)].flat();
  });
}
