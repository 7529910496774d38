import { setTimeout as sleep } from 'node:timers/promises';
import { entityId, TYPE } from '../bench-entity.ts';
import { countingSink } from '../counting-sink.ts';
import { httpLoad } from '../load.ts';
import { postJson, seed } from '../seed.ts';
import type { Workload } from '../workload.ts';

const LONGEST_WAIT_MS = 60_000;

/** Updates as fast as they are taken, each matched by so many subscriptions; counted until the last notification is there. */
export function notificationThroughput(subscriptions: number): Workload {
  return {
    name: `notifications, ${subscriptions} matching`,
    unit: 'notifications',
    prepare: (target, { entities }) => seed(target, entities),
    async run({ url }, { connections, seconds, entities }, run) {
      const sink = await countingSink();
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
      const start = performance.now();
      let sent = 0;
      const load = await httpLoad({
        url,
        connections,
        seconds,
        request: (n) => ({
          method: 'PATCH',
          path: `/ngsi-ld/v1/entities/${entityId((n * 7919) % entities)}/attrs/power`,
          body: `{"value":${run * 1_000_000 + ++sent}}`,
        }),
      });
      // What the load no longer waits for when it ends may be written or not: done when nothing more comes.
      let last = -1;
      let at = performance.now();
      for (let waited = 0; waited < LONGEST_WAIT_MS && sink.count() !== last; waited += 500) {
        last = sink.count();
        at = performance.now();
        await sleep(500);
      }
      const perSecond = sink.count() / ((at - start) / 1000);
      for (const { headers } of made) await fetch(`${url}${headers.get('location')}`, { method: 'DELETE' });
      await sink.close();
      return { ...load, perSecond };
    },
  };
}
