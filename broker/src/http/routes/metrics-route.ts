import type { FastifyInstance } from 'fastify';
import { METRICS_TYPE } from '../../metrics/metric.ts';

/** `GET /metrics` for Prometheus. Used if the broker runs alone; otherwise another package provides the route. */
export function metricsRoute(app: FastifyInstance, metrics: () => Promise<string>): void {
  app.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(await metrics()));
}
