import type { FastifyInstance } from 'fastify';
import { METRICS_TYPE } from '../../metrics/metric.ts';

/** `GET /metrics`, for Prometheus. For a broker alone: beside other packages one of them has the route. */
export function metricsRoute(app: FastifyInstance, metrics: () => Promise<string>): void {
  app.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(await metrics()));
}
