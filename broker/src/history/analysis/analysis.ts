import type { EntityFilter } from '../../query/entity-query.ts';

/** What is asked of many entities at once. Names are IRIs. */
export interface Analysis {
  readonly filter: EntityFilter;
  /** Only entities with one of these within so many metres. */
  readonly near?: { readonly filter: EntityFilter; readonly metres: number };
  readonly group: readonly Dimension[];
  readonly measure: Measure;
  /** Absent: of what entities are now. */
  readonly over?: Period;
  /** Rows at most. */
  readonly limit: number;
}

/** What rows are told apart by. `scope`: so many levels of the first scope. */
export type Dimension =
  | { readonly by: 'attribute'; readonly attribute: string; readonly path: readonly string[] }
  | { readonly by: 'scope'; readonly levels: number }
  | { readonly by: 'type' | 'entity' };

export const MEASURES = ['count', 'sum', 'average', 'lowest', 'highest', 'increase'] as const;
/** `increase`: of counters, how far each has come in each step, added up. */
export type MeasureKind = (typeof MEASURES)[number];
/** `count` without an attribute counts entities. */
export type Measure = { readonly kind: MeasureKind; readonly attribute?: string };

export const STEPS = ['hour', 'day', 'week', 'month', 'all'] as const;
export type Step = (typeof STEPS)[number];

export interface Period {
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly step: Step;
  /** Of the IANA database: where days begin. */
  readonly timeZone: string;
}

export interface AnalysisRow {
  /** A text for each dimension; null: it has none. */
  readonly keys: readonly (string | null)[];
  /** The beginning of the step, ISO 8601; null: of all, or of now. */
  readonly at: string | null;
  readonly value: number | null;
  /** Of entities, or of values measured. */
  readonly count: number;
}

export interface AnalysisAnswer {
  readonly rows: readonly AnalysisRow[];
  /** There are more rows than were asked for. */
  readonly isCut: boolean;
}
