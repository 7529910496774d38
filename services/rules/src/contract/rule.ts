import type { LanguageMap } from '@alzette/kit/languages';
import type { Calendar } from './calendar.ts';

/** The document of a rule (JSON, schema `rule.schema.json`). Durations are ISO 8601, names are terms. */
export type RuleDocument = {
  /** A URN, e.g. `urn:ngsi-ld:Rule:container-full`. */
  readonly id: string;
  readonly name: Words;
  readonly description?: Words;
  /** Default true. */
  readonly enabled?: boolean;
  readonly scope: RuleScope;
  readonly when?: Condition;
  /** How long `when` must hold before the alarm is raised. Default PT0S. */
  readonly for?: string;
  readonly clear?: Clear;
  /** Steps of higher severity, the least severe first. */
  readonly steps?: readonly SeverityStep[];
  readonly absence?: Absence;
  /** When alarms may be raised; they are cleared at any time. */
  readonly schedule?: Calendar;
  /** How much older than the newest sample of its entity a sample may be. Default PT10M. */
  readonly lateness?: string;
  readonly dedup?: Dedup;
  readonly suppressIf?: readonly Suppression[];
  /** Combines many similar alarms into one. */
  readonly group?: Grouping;
  readonly severity: Severity;
  readonly category?: string;
  readonly subCategory?: string;
  /** The text of the alarm; `{entity}`, `{value}` and names of attributes in braces are replaced. */
  readonly text?: Words;
  readonly actions?: readonly RuleAction[];
};

/** A text for the readers of alarms. Those of a missing language get the French one. */
export type Words = LanguageMap & { readonly en: string };

export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The entities of a rule. The broker selects them, so the members have the meaning of an NGSI-LD query. */
export interface RuleScope {
  readonly types: readonly string[];
  readonly q?: string;
  readonly scopeQ?: string;
  readonly area?: Area;
}

export type Area =
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly (readonly number[])[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly (readonly number[])[])[])[] }
  | { readonly center: readonly number[]; readonly radius: number };

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | Threshold
  | Aggregate
  | Change
  | Geofence
  | { readonly during: Calendar };

export const OPERATORS = ['==', '!=', '>', '>=', '<', '<='] as const;
export type Operator = (typeof OPERATORS)[number];

export type Scalar = string | number | boolean;

/** A value, a list of values (`==`, `!=`), or another attribute of the entity with a factor. */
export type Comparand = Scalar | readonly Scalar[] | { readonly attr: string; readonly times?: number };

export interface Threshold {
  readonly attr: string;
  readonly op: Operator;
  readonly value: Comparand;
  /** UN/CEFACT common code of `value`; absent: the unit of the attribute in its model. */
  readonly unit?: string;
}

export const AGGREGATES = ['avg', 'min', 'max', 'sum', 'count', 'changes', 'spread', 'rate'] as const;
export type AggregateName = (typeof AGGREGATES)[number];

/** An aggregate of the samples in the window that ends now; its end is included, its beginning is not. */
export interface Aggregate {
  readonly attr: string;
  readonly agg: AggregateName;
  readonly window: string;
  /** Only samples that compare like this are counted. */
  readonly where?: { readonly op: Operator; readonly value: Scalar };
  readonly op: Operator;
  readonly value: number;
  readonly unit?: string;
  /** For a rate: the time unit. Default PT1H. */
  readonly per?: string;
}

/** The attribute changed within the window: from, to, or by a minimum amount. */
export interface Change {
  readonly attr: string;
  readonly change: { readonly from?: Scalar; readonly to?: Scalar; readonly by?: number };
  readonly window: string;
  readonly unit?: string;
}

export interface Geofence {
  readonly geofence: 'inside' | 'outside' | 'enter' | 'leave';
  readonly area: Area;
  /** Default `location`. */
  readonly attr?: string;
  /** For `enter` and `leave`: how long they stay true. */
  readonly window?: string;
}

/** When the alarm is cleared: when `when` no longer holds (no hysteresis), or when a separate condition holds. */
export type Clear = ({ readonly when: Condition } | { readonly whenOver: true }) & { readonly for?: string };

/**
 * A step of higher severity. An alarm has the severity of the highest step that it has reached, until it is cleared. A
 * step can also raise it.
 */
export interface SeverityStep {
  readonly severity: Severity;
  readonly when: Condition;
  /** How long the condition must hold. Default PT0S. */
  readonly for?: string;
  /** Default: the rule's text. */
  readonly text?: Words;
}

interface Absence {
  /** Default: any attribute of `when`. */
  readonly attr?: string;
  /** Default: derived from the usual interval of the types. */
  readonly after?: string;
  /** Default: the rule's severity. */
  readonly severity?: Severity;
  readonly text?: Words;
}

interface Dedup {
  /** The deduplication key: default `["rule", "entity"]`. The name of an attribute stands for its value. */
  readonly key?: readonly string[];
  /** Episodes with a shorter interval are one alarm. Default PT0S. */
  readonly minInterval?: string;
}

/** `parentAlarm`: the object of the Relationship has an active alarm. */
type Suppression = 'maintenance' | { readonly parentAlarm: string; readonly rules?: readonly string[] };

export interface Grouping {
  /** The number of active alarms of the rule above which they become one. */
  readonly over: number;
  /** Default `rule`. */
  readonly by?: 'rule' | 'scope';
}

export type RuleAction =
  | {
      readonly on: 'raise' | 'clear';
      readonly type: 'notify';
      readonly channel: string;
      readonly to?: string;
      readonly after?: string;
      readonly unless?: 'acknowledged' | 'cleared';
      readonly template?: string;
    }
  | {
      readonly on: 'raise';
      readonly type: 'workOrder';
      readonly template?: string;
      readonly priority?: string;
      readonly organisation?: string;
      readonly after?: string;
      readonly unless?: 'acknowledged' | 'cleared';
    }
  | { readonly on: 'raise' | 'clear'; readonly type: 'update'; readonly attr: string; readonly value: Scalar };
