import { type JsonSchema, object } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';
import { ENTITY_ID, instant, pathWith, Q, TYPE, text, tool, whole, words } from './tool.ts';

const METHODS = ['avg', 'min', 'max', 'sum', 'totalCount', 'distinctCount', 'stddev', 'sumsq'] as const;
const STEPS = ['hour', 'day', 'week', 'month', 'all'] as const;
const MEASURES = ['count', 'sum', 'average', 'lowest', 'highest', 'increase'] as const;
const DAY_MS = 86_400_000;
const MAX_VALUES = 200;
/** The maximum number of steps of an aggregated history; more would not fit into an answer. */
const MAX_STEPS = 400;
const DURATION_MS = { PT15M: 900_000, PT1H: 3_600_000, P1D: DAY_MS, P7D: 7 * DAY_MS } as const;

interface HistoryInput {
  readonly id: string;
  readonly attributes: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly aggregate?: readonly string[];
  readonly every?: keyof typeof DURATION_MS;
  readonly last?: number;
}

interface AnalysisInput {
  readonly type: string;
  readonly q?: string;
  readonly scopes?: readonly string[];
  readonly group?: readonly object[];
  readonly measure?: object;
  readonly from?: string;
  readonly to?: string;
  readonly step?: string;
  readonly limit?: number;
}

const GROUP: JsonSchema = {
  type: 'array',
  maxItems: 2,
  description: 'At most two. By commune: {"by":"scope"}; by an attribute: {"by":"attribute","attribute":"status"}',
  items: object(
    {
      by: { enum: ['attribute', 'scope', 'type', 'entity'] },
      attribute: text('With by=attribute: the attribute'),
      levels: whole(1, 4, 'With by=scope: the number of levels, default 1'),
    },
    ['by'],
  ),
};

/** Tools for history, and for sums over many entities. */
export const HISTORY_TOOLS = [
  tool<HistoryInput>({
    name: 'get_history',
    title: 'Read or aggregate history',
    description:
      'Past values of attributes of one entity, by default of the last 24 hours. With `aggregate` and `every` they are aggregated by step; otherwise the latest values are returned with their times.',
    properties: {
      id: ENTITY_ID,
      attributes: words('Which attributes', 5),
      from: instant('From when; default 24 hours before `to`'),
      to: instant('Until when; default now'),
      aggregate: { type: 'array', items: { enum: METHODS }, minItems: 1, maxItems: 4, uniqueItems: true },
      every: { enum: Object.keys(DURATION_MS), description: 'The aggregation step; default PT1H' },
      last: whole(1, MAX_VALUES, `Without aggregate: the number of values of each attribute; default ${MAX_VALUES}`),
    },
    required: ['id', 'attributes'],
    request(input, { now }) {
      const { id, attributes, aggregate, every = 'PT1H', last = MAX_VALUES } = input;
      const to = input.to === undefined ? now : new Date(input.to);
      const from = input.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(input.from);
      const lastsMs = to.getTime() - from.getTime();
      if (lastsMs <= 0) throw refused('to', input.to, `a time after ${from.toISOString()}`);
      if (aggregate && lastsMs / DURATION_MS[every] > MAX_STEPS)
        throw refused('every', every, `a longer step: at most ${MAX_STEPS} steps`);
      return {
        method: 'GET',
        path: pathWith(`/ngsi-ld/v1/temporal/entities/${encodeURIComponent(id)}`, {
          attrs: attributes,
          timerel: 'between',
          timeAt: from.toISOString(),
          endTimeAt: to.toISOString(),
          ...(aggregate
            ? { options: 'aggregatedValues', aggrMethods: aggregate, aggrPeriodDuration: every }
            : { options: 'temporalValues', lastN: last }),
        }),
      };
    },
  }),
  tool<AnalysisInput>({
    name: 'analyse',
    title: 'Group and sum up entities',
    description:
      'Counts or aggregates many entities in one call, now or over a period: how many lamps are out in each commune, the energy of buildings by month. Prefer it to reading entities one by one.',
    properties: {
      type: TYPE,
      q: Q,
      scopes: words('Communes by their scope, e.g. /Villerupt; default all', 20),
      group: GROUP,
      measure: {
        ...object({ kind: { enum: MEASURES }, attribute: text('The attribute; omit it to count entities') }, ['kind']),
        description: 'Default: the number of entities',
      },
      from: instant('With `to`: over the history of this period, not as it is now'),
      to: instant('The end of the period'),
      step: { enum: STEPS, description: 'Default: all, one value for the whole period' },
      limit: whole(1, 200, 'The maximum number of rows; default 100'),
    },
    required: ['type'],
    request({ from, to, step, limit = 100, ...asked }, { timeZone }) {
      if ((from === undefined) !== (to === undefined)) throw refused('to', to, 'both from and to, or neither');
      const over = from === undefined ? undefined : { from, to, timeZone, ...(step !== undefined && { step }) };
      return { method: 'POST', path: '/territory/analysis', body: { ...asked, limit, ...(over && { over }) } };
    },
  }),
];
