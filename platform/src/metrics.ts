import type { Metrics } from '@alzette/kit/metrics';
import type { FastifyInstance } from 'fastify';

interface JoinedMetrics extends Metrics {
  /** All metrics. */
  read(): Promise<string>;
}

/**
 * Adds the metrics of the broker and the services to the agents' `/metrics`, so that Prometheus needs only one target.
 * Must be called before the agents start, who own the route.
 *
 * @param ofBroker never rejects
 */
export function joinMetrics(app: FastifyInstance, ofBroker: () => Promise<string>): JoinedMetrics {
  const readers: (() => string | Promise<string>)[] = [ofBroker];
  const read = async () => {
    const texts = readers.map(async (each) => each()).map((text) => text.catch(left));
    return (await Promise.all(texts)).join('');
  };
  const left = (cause: unknown) => {
    app.log.warn({ err: cause }, 'metrics are incomplete: a service failed');
    return '';
  };
  app.addHook('onRoute', (route) => {
    if (route.url !== '/metrics') return;
    route.onSend = async (_request, reply, payload) =>
      reply.statusCode === 200 && typeof payload === 'string' ? `${await read()}${payload}` : payload;
  });
  return { add: (reader) => readers.push(reader), read };
}
