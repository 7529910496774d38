import { withCost } from '../cost.ts';
import { type Measurement, median } from '../load/measurement.ts';
import type { TargetWithDatabase } from '../target.ts';
import type { Settings, Workload } from '../workload.ts';
import { mqttMeasure } from '../workloads/mqtt-measure.ts';
import { notificationLatency } from '../workloads/notification-latency.ts';
import { notificationThroughput } from '../workloads/notification-throughput.ts';
import { uplinkLatency, uplinkToEntity } from '../workloads/uplink-to-entity.ts';
import type { Figure } from './report-text.ts';

const ENTITIES = 10_000;
const CONNECTIONS = 32;

/** What the figures measure, in their order. */
export const FIGURE_WORKLOADS = {
  one: notificationThroughput(1),
  ten: notificationThroughput(10),
  paced: notificationLatency,
  measures: mqttMeasure(1),
  unacknowledged: mqttMeasure(0),
  uplinks: uplinkToEntity,
  uplinkPace: uplinkLatency,
} as const;

/** The settings of these workloads for runs of this length. */
export function figureSettings(seconds: number): Settings {
  return { seconds, connections: CONNECTIONS, entities: ENTITIES };
}

/** Measures the figures with their own goals: notifications, device measurements, memory. */
export async function measureFigures(
  target: TargetWithDatabase,
  { seconds, runs }: { readonly seconds: number; readonly runs: number },
  say: (line: string) => void,
): Promise<Figure[]> {
  const idle = (await target.memory()) ?? Number.NaN;
  let most = 0;
  const measure = async (workload: Workload) => {
    const settings = figureSettings(seconds);
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

  const one = await measure(FIGURE_WORKLOADS.one);
  const ten = await measure(FIGURE_WORKLOADS.ten);
  const paced = await measure(FIGURE_WORKLOADS.paced);
  const measures = await measure(FIGURE_WORKLOADS.measures);
  const unacknowledged = await measure(FIGURE_WORKLOADS.unacknowledged);
  const uplinks = await measure(FIGURE_WORKLOADS.uplinks);
  const uplinkPace = await measure(FIGURE_WORKLOADS.uplinkPace);
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
      name: 'notifications lost, duplicate or out of order',
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
      name: 'measures lost, duplicate or out of order',
      value: measures.errors + unacknowledged.errors,
      unit: '',
      must: 0,
      isCeiling: true,
    },
    { name: 'MQTT uplink of LoRaWAN, with a codec, to entity and history', ...rate(uplinks) },
    { name: 'MQTT uplink to live feed, p95 at 100/s', value: uplinkPace.p95, unit: 'ms', must: 50, isCeiling: true },
    { name: 'memory at the start', value: idle, unit: 'MiB', must: 200, isCeiling: true },
    { name: 'peak memory after a load', value: most, unit: 'MiB', must: 400, isCeiling: true },
  ];
}

function rate({ perSecond, cost }: Measurement): Pick<Figure, 'value' | 'unit' | 'cost'> {
  return { value: perSecond, unit: '/s', ...(cost && { cost }) };
}
