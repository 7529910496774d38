import type { FastifyInstance, onResponseHookHandler } from 'fastify';
import { Histogram, SECONDS } from '../../metrics/histogram.ts';
import type { Metric } from '../../metrics/metric.ts';

/** The answers of one route and method. */
class RouteCount {
  readonly labels: { readonly method: string; readonly route: string };
  readonly byStatus = new Map<number, number>();
  readonly seconds = new Histogram(SECONDS);

  constructor(method: string, route: string) {
    this.labels = { method, route };
  }

  note(status: number, elapsedMs: number): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    this.seconds.observe(elapsedMs / 1000);
  }
}

/**
 * Counts requests by route, method and status, with their durations. Call it before routes are added: each route gets
 * its own counters, so that no look-up is needed per request. Requests that match no route are not counted.
 *
 * @returns a function that reads the counters
 */
export function countRequests(app: FastifyInstance): () => Metric[] {
  const counts: RouteCount[] = [];
  app.addHook('onRoute', (route) => {
    const own = new Map([route.method].flat().map((method) => [method, new RouteCount(method, route.url)]));
    counts.push(...own.values());
    const note: onResponseHookHandler = (request, reply, done) => {
      own.get(request.method)?.note(reply.statusCode, reply.elapsedTime);
      done();
    };
    route.onResponse = [route.onResponse ?? [], note].flat();
  });
  return () => {
    const used = counts.filter(({ byStatus }) => byStatus.size > 0);
    return [
      {
        name: 'alzette_broker_requests_total',
        type: 'counter',
        help: 'Requests answered',
        samples: used.flatMap(({ labels, byStatus }) =>
          [...byStatus].map(([status, value]) => ({ labels: { ...labels, status: String(status) }, value })),
        ),
      },
      {
        name: 'alzette_broker_request_duration_seconds',
        type: 'histogram',
        help: 'From the headers of a request to the last byte of its answer',
        samples: used.flatMap(({ labels, seconds }) => seconds.samples(labels)),
      },
    ];
  };
}
