import { aggregatesOf, groupsByAnchor, periodsOf, type Series } from '../../history/aggregate/aggregate-temporal.ts';
import { accumulatorAt } from '../../history/aggregate/period-values.ts';
import type { Slots } from '../../history/aggregate/temporal-aggregates.ts';
import { SCOPE } from '../../model/change-entity.ts';
import type { Accumulator, Aggregates } from '../../model/temporal/temporal-aggregate.ts';
import { periodOf } from '../../query/temporal/temporal-duration.ts';
import type { Aggregation, TemporalQuery } from '../../query/temporal/temporal-query.ts';
import type { TimedInstance } from '../../query/temporal/temporal-range.ts';
import type { TimedEvolution } from './join-evolutions.ts';

/** What to aggregate, and how. */
interface AggregateRequest {
  readonly temporalQ: TemporalQuery;
  /** Absent: all attributes, without the scope. */
  readonly attributes?: readonly string[] | undefined;
}

/**
 * The aggregates of evolutions, by id (4.5.19), if several parties have parts of them and all instances are in memory.
 *
 * @throws NgsiLdError InvalidRequest: an explicitly requested attribute has values that a method can't aggregate
 */
export function aggregateEvolutions(
  entities: readonly TimedEvolution[],
  asked: AggregateRequest,
  aggregation: Aggregation,
): Map<string, Aggregates> {
  const found = new Map<string, Aggregates>();
  const byId = new Map(entities.map((entity) => [entity.id, seriesOf(entity, asked)]));
  const bounds = [...byId].flatMap(([id, series]) => {
    const times = series.flatMap(({ instances }) => instances.map(({ time }) => time));
    if (times.length === 0) return [];
    return [{ id, first: Math.min(...times), last: Math.max(...times) }];
  });
  const selection = { temporalQ: asked.temporalQ };
  for (const [, group] of groupsByAnchor(bounds, selection)) {
    const periods = periodsOf(group, selection, aggregation);
    for (const { id } of group) {
      const series = (byId.get(id) ?? []).map((each) => accumulated(each, periods.slots, asked.temporalQ.lastN));
      found.set(id, aggregatesOf(series, aggregation, periods, asked.attributes !== undefined));
    }
  }
  return found;
}

interface InstanceSeries extends Pick<Series, 'key'> {
  readonly instances: readonly TimedInstance[];
}

function seriesOf({ id, attributes }: TimedEvolution, asked: AggregateRequest): InstanceSeries[] {
  return Object.entries(attributes).flatMap(([attribute, instances]) => {
    if (attribute === SCOPE && !asked.attributes?.includes(SCOPE)) return [];
    const present = instances.filter(({ deletedAt }) => deletedAt === undefined);
    const byDataset = Map.groupBy(present, ({ instance }) => instance.datasetId ?? '');
    return [...byDataset]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([dataset_id, ofDataset]) => ({ key: { id, attribute, dataset_id }, instances: ofDataset }));
  });
}

function accumulated({ key, instances: all }: InstanceSeries, slots: Slots, lastN: number | undefined): Series {
  const instances = lastN === undefined ? all : all.slice(-lastN);
  const accumulators = new Map<number, Accumulator>();
  for (const { instance, time } of instances) {
    accumulatorAt(accumulators, slotOf(time, slots)).add(instance.type, instance.value);
  }
  return { key, type: instances[0]?.instance.type ?? 'Property', slots: accumulators };
}

/** The number of the period that contains a time. */
function slotOf(time: number, slots: Slots): number {
  switch (slots.kind) {
    case 'one':
      return 0;
    case 'equal':
      return periodOf(slots.anchor, { months: 0, milliseconds: slots.milliseconds }, time);
    case 'listed':
      return Math.max(
        0,
        slots.starts.findLastIndex((start) => start <= time),
      );
  }
}
