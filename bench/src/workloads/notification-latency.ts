import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { entityId, TYPE } from '../bench-entity.ts';
import { measurementOf } from '../load.ts';
import { postJson, seed } from '../seed.ts';
import type { Workload } from '../workload.ts';

const PER_SECOND = 500;
const ENTITIES = 1000;

/** From the update's request to its notification, at 500 updates a second, one subscription that matches them all. */
export const notificationLatency: Workload = {
  name: `notification latency at ${PER_SECOND}/s`,
  unit: 'notifications',
  prepare: (target) => seed(target, ENTITIES),
  async run({ url }, { seconds }) {
    const sentAt = new Map<number, number>();
    const latencies: number[] = [];
    const sink = createServer((incoming, answer) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => {
        const now = performance.now();
        for (const { power } of (JSON.parse(text) as { data: { power?: { value: number } }[] }).data) {
          const sent = power && sentAt.get(power.value);
          if (sent !== undefined) latencies.push(now - sent);
        }
        answer.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
    const created = await postJson(`${url}/ngsi-ld/v1/subscriptions`, {
      type: 'Subscription',
      entities: [{ type: TYPE }],
      watchedAttributes: ['power'],
      notification: { endpoint: { uri: `http://127.0.0.1:${(sink.address() as AddressInfo).port}/` } },
    });
    const location = created.headers.get('location') as string;

    const agent = new Agent({ connections: 16 });
    const total = PER_SECOND * seconds;
    const start = performance.now();
    const answers: Promise<unknown>[] = [];
    let failed = 0;
    for (let n = 0; n < total; n++) {
      const due = start + (n * 1000) / PER_SECOND - performance.now();
      if (due > 1) await sleep(due);
      const value = Math.round(start) * 100_000 + n;
      sentAt.set(value, performance.now());
      const path = `${url}/ngsi-ld/v1/entities/${entityId(n % ENTITIES)}/attrs/power`;
      const options = { method: 'PATCH', dispatcher: agent, headers: { 'content-type': 'application/json' } } as const;
      answers.push(
        request(path, { ...options, body: `{"value":${value}}` }).then(
          ({ statusCode, body }) => {
            if (statusCode !== 204) failed++;
            return body.dump();
          },
          () => failed++,
        ),
      );
    }
    await Promise.all(answers);
    for (let waited = 0; latencies.length < total && waited < 5000; waited += 50) await sleep(50);
    await request(`${url}${location}`, { method: 'DELETE', dispatcher: agent });
    await agent.close();
    sink.closeAllConnections();
    sink.close();
    // What never arrived is an error: a lost notification spoils any latency.
    return measurementOf(latencies, seconds, failed + total - latencies.length);
  },
};
