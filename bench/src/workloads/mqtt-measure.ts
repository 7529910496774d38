import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { publishAll } from '../mqtt-publisher.ts';
import { postJson } from '../seed.ts';
import type { Target } from '../target.ts';
import type { Workload } from '../workload.ts';

const DEVICES = 1_000;
const CONNECTIONS = 8;
/** The maximum number of unacknowledged messages per connection. */
const WINDOW = 250;
const PATIENCE_MS = 10_000;
const APIKEY = 'benchmeasures';
const SERVICE = 'benchmeasures';
const FIWARE = { 'fiware-service': SERVICE, 'fiware-servicepath': '/' };

// Continues from run to run, so that each value differs from the previous one and is a row of the history.
let next = 0;

/**
 * IoTA-JSON measurements of one attribute over MQTT, until entities and history are committed: the rate when they come
 * as fast as they are acknowledged, or with QoS 0 as the sockets accept them. Lost, duplicate and reordered ones are
 * errors.
 */
export function mqttMeasure(qos: 0 | 1): Workload {
  // Of all runs, because one faulty run invalidates the median.
  let errors = 0;
  return {
    name: `MQTT measure to entity, QoS ${qos}`,
    unit: 'measures',
    ownOnly: true,
    prepare: provision,
    async run(target, { seconds }) {
      const before = await recorded(target);
      const delivered = await deliveredBy(target);
      const first = next;
      const start = performance.now();
      const sent = await publishAll({
        port: target.mqttPort ?? 1883,
        connections: CONNECTIONS,
        seconds,
        qos,
        window: WINDOW,
        message: (n) => ({
          topic: `/json/${APIKEY}/m${n % DEVICES}/attrs`,
          payload: `{"p":${(first + n) / 100}}`,
        }),
      });
      await untilDelivered(target, delivered + sent);
      const took = (performance.now() - start) / 1000;
      // Whatever the share of each connection.
      next += (sent + 1) * CONNECTIONS;
      const { rows, disorder } = await recorded(target);
      errors += Math.abs(rows - before.rows - sent) + (disorder - before.disorder);
      const answers = rows - before.rows;
      return { perSecond: answers / took, p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, errors, answers };
    },
  };
}

async function provision({ url }: Target): Promise<void> {
  const known = await fetch(`${url}/iot/groups`, { headers: FIWARE });
  if (((await known.json()) as { count: number }).count > 0) return;
  const group = {
    apikey: APIKEY,
    resource: '/iot/json',
    entity_type: 'Streetlight',
    attributes: [{ object_id: 'p', name: 'powerConsumption', type: 'Number' }],
  };
  await postJson(`${url}/iot/groups`, { groups: [group] }, FIWARE);
  const devices = Array.from({ length: DEVICES }, (_, n) => ({ device_id: `m${n}` }));
  await postJson(`${url}/iot/devices`, { devices }, FIWARE);
}

/** Waits until `goal` are delivered, or none has been for so long that no more will be. */
async function untilDelivered(target: Target, goal: number): Promise<void> {
  let last = await deliveredBy(target);
  let since = performance.now();
  while (last < goal && performance.now() - since < PATIENCE_MS) {
    await sleep(5);
    const now = await deliveredBy(target);
    if (now > last) since = performance.now();
    last = now;
  }
}

async function deliveredBy({ url }: Target): Promise<number> {
  const about = (await (await fetch(`${url}/iot/about`)).json()) as { counters: { delivered: number } };
  return about.counters.delivered;
}

/** Rows of the history, and how many of them have a smaller value than the previous one of the same device. */
async function recorded({ databaseUrl }: Target): Promise<{ rows: number; disorder: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT count(*)::int AS rows, (count(*) FILTER (WHERE number < last))::int AS disorder
       FROM (SELECT number, lag(number) OVER (PARTITION BY entity_id ORDER BY n) AS last
         FROM evolution WHERE tenant = $1 AND number IS NOT NULL) AS measures`,
      [SERVICE],
    );
    return rows[0];
  } finally {
    await client.end();
  }
}
