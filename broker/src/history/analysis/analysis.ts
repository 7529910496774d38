import type { MEASURES, STEPS } from '../../contract/territory.ts';
import type { EntityFilter } from '../../query/entity-query.ts';

/** An analysis of many entities. Names are IRIs. */
export interface Analysis {
  readonly filter: EntityFilter;
  /** Only entities near one of these, within this distance. */
  readonly near?: { readonly filter: EntityFilter; readonly metres: number };
  readonly group: readonly Dimension[];
  readonly measure: Measure;
  /** Absent: current values. */
  readonly over?: Period;
  /** The maximum number of rows. */
  readonly limit: number;
}

/** Grouping criteria. `scope`: the first levels of the first scope. */
export type Dimension =
  | { readonly by: 'attribute'; readonly attribute: string; readonly path: readonly string[] }
  | { readonly by: 'scope'; readonly levels: number }
  | { readonly by: 'type' | 'entity' };

/** `increase`: for counters, the sum of increases in each step. */
export type MeasureKind = (typeof MEASURES)[number];
/** `count` without an attribute counts entities. */
export type Measure = { readonly kind: MeasureKind; readonly attribute?: string };

export type Step = (typeof STEPS)[number];

export interface Period {
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly step: Step;
  /** An IANA time zone, which defines where days begin. */
  readonly timeZone: string;
}

export interface AnalysisRow {
  /** The value of each dimension; null: the entity has none. */
  readonly keys: readonly (string | null)[];
  /** The start of the step, ISO 8601; null: the whole period, or current values. */
  readonly at: string | null;
  readonly value: number | null;
  readonly count: number;
}

export interface AnalysisAnswer {
  readonly rows: readonly AnalysisRow[];
  /** Whether there are more rows than requested. */
  readonly isCut: boolean;
  /** Some days are UTC days, because sums of hours are gone or too many to read. */
  readonly hasUtcDays?: boolean;
}
