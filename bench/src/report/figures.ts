import { withCost } from '../cost.ts';
import { type Measurement, median } from '../load/measurement.ts';
import type { TargetWithDatabase } from '../target.ts';
import type { Workload } from '../workload.ts';
import { mqttMeasure } from '../workloads/mqtt-measure.ts';
import { notificationLatency } from '../workloads/notification-latency.ts';
import { notificationThroughput } from '../workloads/notification-throughput.ts';
import { uplinkLatency, uplinkToEntity } from '../workloads/uplink-to-entity.ts';
import type { Figure } from './report-text.ts';

const ENTITIES = 10_000;
const CONNECTIONS = 32;

/** Measures the figures with their own goals: notifications, device measurements, memory. */
export async function measureFigures(
  target: TargetWithDatabase,
  { seconds, runs }: { readonly seconds: number; readonly runs: number },
  say: (line: string) => void,
): Promise<Figure[]> {
  const idle = (await target.memory()) ?? Number.NaN;
  let most = 0;
  const measure = async (workload: Workload) => {
    const settings = { seconds, connections: CONNECTIONS, entities: ENTITIES };
    await workload.prepare?.(target, settings);
    await workload.run(target, settings, 0); // warms up
    const measured = [];
    for (let run = 1; run <= runs; run++) {
      const work = () => workload.run(target, settings, run);
      measured.push(await withCost(work, { program: target.pid, database: target.databasePid }));
    }
    most = Math.max(most, (await target.memory()) ?? 0);
    say(`${workload.name}: measured`);
    return median(measured);
  };

  const one = await measure(notificationThroughput(1));
  const ten = await measure(notificationThroughput(10));
  const paced = await measure(notificationLatency);
  const measures = await measure(mqttMeasure(1));
  const unacknowledged = await measure(mqttMeasure(0));
  const uplinks = await measure(uplinkToEntity);
  const uplinkPace = await measure(uplinkLatency);
  return [
    { name: 'notifications, one matching subscription', ...rate(one), must: 4000, stretch: 8000 },
    { name: 'update to notification at that rate, p95', value: one.p95, unit: 'ms', must: 10, isCeiling: true },
    {
      name: 'notifications, ten matching subscriptions',
      ...rate(ten),
      must: 10_000,
      stretch: 15_000,
    },
    { name: 'update to notification, p95 at 500/s', value: paced.p95, unit: 'ms', must: 5, isCeiling: true },
    {
      name: 'of all these lost, doubled or out of order',
      value: one.errors + ten.errors + paced.errors,
      unit: '',
      must: 0,
      isCeiling: true,
    },
    {
      name: 'MQTT measure to entity and history, QoS 1',
      ...rate(measures),
      must: 9000,
      stretch: 20_000,
    },
    {
      name: 'MQTT measure to entity and history, QoS 0',
      ...rate(unacknowledged),
      must: 9000,
      stretch: 20_000,
    },
    {
      name: 'of these lost, doubled or out of order',
      value: measures.errors + unacknowledged.errors,
      unit: '',
      must: 0,
      isCeiling: true,
    },
    { name: 'MQTT uplink of LoRaWAN, with a codec, to entity and history', ...rate(uplinks) },
    { name: 'MQTT uplink to live feed, p95 at 100/s', value: uplinkPace.p95, unit: 'ms', must: 50, isCeiling: true },
    { name: 'memory at the start', value: idle, unit: 'MiB', must: 200, isCeiling: true },
    { name: 'memory, the most after a load', value: most, unit: 'MiB', must: 400, isCeiling: true },
  ];
}

function rate({ perSecond, cost }: Measurement): Pick<Figure, 'value' | 'unit' | 'cost'> {
  return { value: perSecond, unit: '/s', ...(cost && { cost }) };
}
