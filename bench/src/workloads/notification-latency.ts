import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { entityId, TYPE } from '../bench-entity.ts';
import { measurementOf } from '../load/measurement.ts';
import { clock } from '../notification-sink/ledger.ts';
import { notificationSink } from '../notification-sink/notification-sink.ts';
import { postJson, seedAndRest } from '../seed.ts';
import type { Workload } from '../workload.ts';

const PER_SECOND = 500;
const ENTITIES = 1000;

/**
 * The time from an update's request to its notification, at 500 updates per second, with one subscription that matches
 * all of them.
 */
export const notificationLatency: Workload = {
  name: `notification latency at ${PER_SECOND}/s`,
  unit: 'notifications',
  prepare: (target) => seedAndRest(target, ENTITIES),
  async run({ url }, { seconds }) {
    const sink = await notificationSink();
    const created = await postJson(`${url}/ngsi-ld/v1/subscriptions`, {
      type: 'Subscription',
      entities: [{ type: TYPE }],
      watchedAttributes: ['power'],
      notification: { endpoint: { uri: `${sink.url}/` } },
    });
    const location = created.headers.get('location') as string;

    const agent = new Agent({ connections: 16 });
    const total = PER_SECOND * seconds;
    const start = performance.now();
    const answers: Promise<unknown>[] = [];
    let failed = 0;
    let last = 0;
    for (let n = 0; n < total; n++) {
      const due = start + (n * 1000) / PER_SECOND - performance.now();
      if (due > 1) await sleep(due);
      last = Math.max(last + 1, Math.floor(clock() * 1000));
      const path = `${url}/ngsi-ld/v1/entities/${entityId(n % ENTITIES)}/attrs/power`;
      const options = { method: 'PATCH', dispatcher: agent, headers: { 'content-type': 'application/json' } } as const;
      answers.push(
        request(path, { ...options, body: `{"value":${last}}` }).then(
          ({ statusCode, body }) => {
            if (statusCode !== 204) failed++;
            return body.dump();
          },
          () => failed++,
        ),
      );
    }
    await Promise.all(answers);
    const { count, outOfOrder, latencies } = await sink.quiet();
    await request(`${url}${location}`, { method: 'DELETE', dispatcher: agent });
    await agent.close();
    await sink.close();
    // A lost notification is an error, because it would improve the latencies.
    return measurementOf(latencies, seconds, failed + Math.abs(total - count) + outOfOrder);
  },
};
