import type { Metrics } from '@alzette/kit/metrics';
import type { FastifyInstance } from 'fastify';

interface JoinedMetrics extends Metrics {
  /** What all tell. */
  read(): Promise<string>;
}

/**
 * Has `/metrics` tell of the broker and the services before it tells of the devices, so that Prometheus has one place to
 * read. To be called before the agents, whose route it is, start.
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
    app.log.warn({ err: cause }, 'metrics lack what one service knows');
    return '';
  };
  app.addHook('onRoute', (route) => {
    if (route.url !== '/metrics') return;
    route.onSend = async (_request, reply, payload) =>
      reply.statusCode === 200 && typeof payload === 'string' ? `${await read()}${payload}` : payload;
  });
  return { add: (reader) => readers.push(reader), read };
}
