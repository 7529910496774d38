/** What is asked of many entities, as dashboards and questions keep it: which of them, told apart by what, measured how. */
export interface Question {
  /** The term of a type, or `TYPE_VARIABLE`: that which the reader chooses. */
  readonly type: string;
  /** NGSI-LD's query language. */
  readonly q?: string;
  /** Only those with one of these so near. */
  readonly near?: { readonly type: string; readonly q?: string; readonly metres: number };
  readonly group?: readonly Grouping[];
  readonly measure: { readonly kind: MeasureKind; readonly attribute?: string };
  /** Over the period of the dashboard, by these steps; absent: as it is now. `auto`: some hundred steps at most. */
  readonly over?: 'auto' | Step;
}

/** Stands for the type that is chosen among those of the dashboard. */
export const TYPE_VARIABLE = '$type';

/** The question of a type, where it leaves that to the reader; undefined: none is chosen. */
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
  /** The id of a saved question, in place of `question`. */
  readonly saved?: string;
  /** Beside the same time before. */
  readonly compare?: boolean;
  readonly unit?: string;
  readonly thresholds?: Thresholds;
  /** Of a gauge. */
  readonly from?: number;
  readonly to?: number;
  /** Of a text. */
  readonly text?: string;
  /** Of an image: a path of this site. */
  readonly image?: string;
}

/** From where on a value is to be looked at; `below`: it is too low. */
export interface Thresholds {
  readonly warning?: number;
  readonly alarm?: number;
  readonly below?: boolean;
}

export interface Dashboard {
  readonly title: string;
  readonly description?: string;
  /** Who sees it beside its author and administrators; empty: whoever may read. */
  readonly roles: readonly string[];
  /** What it shows until another period is chosen. */
  readonly period: '24h' | '7d' | '30d' | '1y';
  /** Among which the reader chooses what widgets that leave it open are about; the first until then. */
  readonly types?: readonly string[];
  readonly widgets: readonly Widget[];
}

export const COLUMNS = 12;
export const MOST_WIDGETS = 40;

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

/** The same length of time before a period. */
export function periodBefore({ from, to, timeZone }: AskedPeriod): AskedPeriod {
  return { from: from - (to - from), to: from, timeZone };
}

/** How a value stands to thresholds. */
export function severityOf(value: number | null, thresholds: Thresholds = {}): 'none' | 'warning' | 'alarm' {
  if (value === null) return 'none';
  const { warning, alarm, below = false } = thresholds;
  const isBeyond = (limit: number | undefined) => limit !== undefined && (below ? value <= limit : value >= limit);
  if (isBeyond(alarm)) return 'alarm';
  return isBeyond(warning) ? 'warning' : 'none';
}
