import { entityId, TYPE } from '../bench-entity.ts';
import { httpLoad } from '../load/http-load.ts';
import { STAMP } from '../load/load.ts';
import { measurementOf } from '../load/measurement.ts';
import { notificationSink } from '../notification-sink/notification-sink.ts';
import { postJson, seedAndRest } from '../seed.ts';
import type { Workload } from '../workload.ts';

/**
 * Updates as fast as they are accepted, each matched by several subscriptions, until the last notification has arrived.
 * Latencies are from the request of an update to its notification.
 */
export function notificationThroughput(subscriptions: number): Workload {
  return {
    name: `notifications, ${subscriptions} matching`,
    unit: 'notifications',
    prepare: (target, { entities }) => seedAndRest(target, entities),
    async run({ url }, { connections, seconds, entities }) {
      const sink = await notificationSink();
      const made = await Promise.all(
        Array.from({ length: subscriptions }, (_, number) =>
          postJson(`${url}/ngsi-ld/v1/subscriptions`, {
            type: 'Subscription',
            entities: [{ type: TYPE }],
            watchedAttributes: ['power'],
            notification: { endpoint: { uri: `${sink.url}/${number}` } },
          }),
        ),
      );
      const load = await httpLoad({
        url,
        connections,
        seconds,
        request: (n) => ({
          method: 'PATCH',
          path: `/ngsi-ld/v1/entities/${entityId((n * 7919) % entities)}/attrs/power`,
          body: `{"value":${STAMP}}`,
        }),
      });
      const { count, outOfOrder, latencies, firstSentAt, lastAt } = await sink.quiet();
      const waitedMs = Date.now() - lastAt;
      for (const { headers } of made) await fetch(`${url}${headers.get('location')}`, { method: 'DELETE' });
      await sink.close();
      // Requests without an answer at the end of the load may be written or not: one per connection.
      const lost = Math.max(0, load.answers * subscriptions - count);
      const doubled = Math.max(0, count - (load.answers + connections) * subscriptions);
      const errors = load.errors + lost + doubled + outOfOrder;
      return {
        ...measurementOf(latencies, seconds, errors),
        perSecond: count / ((lastAt - firstSentAt) / 1000),
        waitedMs,
      };
    },
  };
}
