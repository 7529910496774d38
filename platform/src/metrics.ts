import type { FastifyInstance } from 'fastify';

/**
 * Has `/metrics` tell of the broker before it tells of the devices, so that Prometheus has one place to read. To be called
 * before the agents, whose route it is, start.
 *
 * @param ofBroker never rejects
 */
export function joinMetrics(app: FastifyInstance, ofBroker: () => Promise<string>): void {
  app.addHook('onRoute', (route) => {
    if (route.url !== '/metrics') return;
    route.onSend = async (_request, reply, payload) =>
      reply.statusCode === 200 && typeof payload === 'string' ? `${await ofBroker()}${payload}` : payload;
  });
}
