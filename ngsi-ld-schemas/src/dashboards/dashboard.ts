/** A question over many entities, for dashboards and saved questions: the selection, the grouping and the measure. */
export interface Question {
  /** The term of a type, or `TYPE_VARIABLE` for the type that the reader chooses. */
  readonly type: string;
  /** NGSI-LD query language. */
  readonly q?: string;
  /** Only entities that have one of these within this distance. */
  readonly near?: { readonly type: string; readonly q?: string; readonly metres: number };
  readonly group?: readonly Grouping[];
  readonly measure: { readonly kind: MeasureKind; readonly attribute?: string };
  /**
   * A series over the period of the dashboard, with this step; absent: the present values. `auto`: at most about a
   * hundred steps.
   */
  readonly over?: 'auto' | Step;
}

/** A placeholder for the type that the reader chooses among those of the dashboard. */
export const TYPE_VARIABLE = '$type';

/** The question with the chosen type, if it has the placeholder; undefined: no type is chosen. */
export function askedOf(question: Question, chosen: string | undefined): Question | undefined {
  if (question.type !== TYPE_VARIABLE) return question;
  return chosen === undefined ? undefined : { ...question, type: chosen };
}

export interface Grouping {
  readonly by: 'attribute' | 'scope' | 'type' | 'entity';
  readonly attribute?: string;
  readonly path?: string;
  readonly levels?: number;
}

export const MEASURE_KINDS = ['count', 'sum', 'average', 'lowest', 'highest', 'increase'] as const;
export type MeasureKind = (typeof MEASURE_KINDS)[number];
export const QUESTION_STEPS = ['hour', 'day', 'week', 'month', 'all'] as const;
export type Step = (typeof QUESTION_STEPS)[number];

export const WIDGET_KINDS = [
  'number',
  'gauge',
  'series',
  'bar',
  'heat',
  'map',
  'table',
  'alarms',
  'text',
  'image',
] as const;
export type WidgetKind = (typeof WIDGET_KINDS)[number];

/** A rectangle of a dashboard's grid of twelve columns. */
export interface Widget {
  readonly id: string;
  readonly kind: WidgetKind;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly question?: Question;
  /** The id of a saved question, instead of `question`. */
  readonly saved?: string;
  /** The name of a figure of the catalogue, instead of `question`. Only for a number. */
  readonly figure?: string;
  /** Also shows the previous period of the same length. */
  readonly compare?: boolean;
  /** Only for a series: whether alarms about the type and events are marked on the curve. */
  readonly marks?: boolean;
  readonly unit?: string;
  readonly thresholds?: Thresholds;
  /** Only for a gauge. */
  readonly from?: number;
  readonly to?: number;
  /** Only for a text. */
  readonly text?: string;
  /** Only for an image: a path on this site. */
  readonly image?: string;
}

/** The limits from which a value needs attention; `below`: low values do. */
export interface Thresholds {
  readonly warning?: number;
  readonly alarm?: number;
  readonly below?: boolean;
}

export interface Dashboard {
  readonly title: string;
  readonly description?: string;
  /** The roles that see it, in addition to its author and administrators; empty: all who may read. */
  readonly roles: readonly string[];
  /** The initial period. */
  readonly period: '24h' | '7d' | '30d' | '1y';
  /** The types that the reader can choose for widgets with the placeholder; the first is the initial one. */
  readonly types?: readonly string[];
  readonly widgets: readonly Widget[];
}

export const COLUMNS = 12;
export const MAX_WIDGETS = 40;

export interface AskedPeriod {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly timeZone: string;
}

const DAY_MS = 86_400_000;

/** The body of `POST /territory/analysis` for a question in a scope (absent: everywhere) and a period. */
export function analysisOf({ over, ...question }: Question, scope: string | undefined, period: AskedPeriod): object {
  return {
    ...question,
    ...(scope !== undefined && { scopes: [scope] }),
    ...(over !== undefined && {
      over: {
        from: new Date(period.from).toISOString(),
        to: new Date(period.to).toISOString(),
        step: over === 'auto' ? stepFor(period) : over,
        timeZone: period.timeZone,
      },
    }),
  };
}

function stepFor({ from, to }: AskedPeriod): Step {
  const days = (to - from) / DAY_MS;
  if (days <= 4) return 'hour';
  return days <= 400 ? 'day' : 'month';
}

/** The previous period of the same length. */
export function periodBefore({ from, to, timeZone }: AskedPeriod): AskedPeriod {
  return { from: from - (to - from), to: from, timeZone };
}

/** The severity of a value by its thresholds. */
export function severityOf(value: number | null, thresholds: Thresholds = {}): 'none' | 'warning' | 'alarm' {
  if (value === null) return 'none';
  const { warning, alarm, below = false } = thresholds;
  const isBeyond = (limit: number | undefined) => limit !== undefined && (below ? value <= limit : value >= limit);
  if (isBeyond(alarm)) return 'alarm';
  return isBeyond(warning) ? 'warning' : 'none';
}
