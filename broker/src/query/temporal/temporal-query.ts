import { type AggregateMethod, isAggregateMethod } from '../../model/temporal/temporal-aggregate.ts';
import { badMember, readDateTime } from '../../model/values.ts';
import { type Duration, parseDuration } from './temporal-duration.ts';
import { temporalKey } from './temporal-key.ts';

const TEMPORAL_PROPERTIES = ['observedAt', 'createdAt', 'modifiedAt', 'deletedAt'] as const;

/** The time by which instances are selected (4.8). */
export type TemporalProperty = (typeof TEMPORAL_PROPERTIES)[number];

/** `before` is exclusive, `after` inclusive, `between` half-open (4.11). DateTimes as given in the request. */
interface TimeRelation {
  readonly timerel: 'before' | 'after' | 'between';
  readonly timeAt: string;
  /** Present for `between`. */
  readonly endTimeAt?: string;
}

/** Selects instances of attributes (5.2.21). */
export interface TemporalQuery {
  /** Absent: instances with any time. */
  readonly timeproperty?: TemporalProperty;
  readonly relation?: TimeRelation;
  /** The most recent instances of each dataset of each attribute. */
  readonly lastN?: number;
}

/** How the instances of each period are aggregated to one value (4.5.19). */
export interface Aggregation {
  readonly methods: readonly AggregateMethod[];
  readonly period: Duration;
}

export const TEMPORAL_PARAMETERS = ['timerel', 'timeAt', 'endTimeAt', 'timeproperty', 'lastN'] as const;
export const AGGREGATION_PARAMETERS = ['aggrMethods', 'aggrPeriodDuration'] as const;

type Parameters = { readonly [name: string]: string };

/**
 * Parses a temporal query (4.11).
 *
 * @throws NgsiLdError BadRequestData: names the parameter
 */
export function parseTemporalQuery(parameters: Parameters): TemporalQuery {
  const { timeproperty, lastN } = parameters;
  const property = TEMPORAL_PROPERTIES.find((name) => name === timeproperty);
  if (timeproperty !== undefined && property === undefined) {
    throw badMember('timeproperty', timeproperty, `one of ${TEMPORAL_PROPERTIES.join(', ')}`);
  }
  if (lastN !== undefined && !/^0*[1-9]\d{0,8}$/.test(lastN)) {
    throw badMember('lastN', lastN, 'an integer of at least 1');
  }
  const relation = parseRelation(parameters);
  const by = property ?? (relation && 'observedAt');
  return {
    ...(by && { timeproperty: by }),
    ...(relation && { relation }),
    ...(lastN !== undefined && { lastN: Number(lastN) }),
  };
}

function parseRelation({ timerel, timeAt, endTimeAt }: Parameters): TimeRelation | undefined {
  if (timerel === undefined) {
    if (timeAt !== undefined) throw badMember('timerel', timerel, 'before, after or between, because timeAt is given');
    if (endTimeAt !== undefined) throw badMember('timerel', timerel, 'between, because endTimeAt is given');
    return undefined;
  }
  if (timerel !== 'before' && timerel !== 'after' && timerel !== 'between') {
    throw badMember('timerel', timerel, 'before, after or between');
  }
  const from = readDateTime(timeAt, 'timeAt');
  if (timerel !== 'between') return { timerel, timeAt: from };
  const to = readDateTime(endTimeAt, 'endTimeAt');
  if ((temporalKey(to, 'dateTime') ?? '') < (temporalKey(from, 'dateTime') ?? '')) {
    throw badMember('endTimeAt', to, `a time after timeAt, ${from}`);
  }
  return { timerel, timeAt: from, endTimeAt: to };
}

/**
 * Parses the aggregation parameters (4.5.19).
 *
 * @throws NgsiLdError BadRequestData: names the parameter
 */
export function parseAggregation({ aggrMethods, aggrPeriodDuration }: Parameters): Aggregation {
  if (aggrMethods === undefined) throw badMember('aggrMethods', aggrMethods, 'a list of aggregation methods');
  const methods = new Set<AggregateMethod>();
  for (const item of aggrMethods.split(',')) {
    const method = item.trim();
    if (!isAggregateMethod(method)) throw badMember('aggrMethods', method, 'aggregation methods, e.g. avg,min,max');
    methods.add(method);
  }
  return { methods: [...methods], period: parseDuration(aggrPeriodDuration ?? 'PT0S', 'aggrPeriodDuration') };
}
