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
    // In the handler, as hooks that follow may compress what it returns.
    const ofAgents = route.handler;
    route.handler = async function joined(request, reply) {
      const text: unknown = await ofAgents.call(this, request, reply);
      return typeof text === 'string' ? `${await read()}${text}` : text;
    };
  });
  return { add: (reader) => readers.push(reader), read };
}
