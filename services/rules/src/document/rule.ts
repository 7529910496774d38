import type { Calendar } from '../calendar/calendar.ts';
/** A rule as its document says it (JSON, schema `rule.schema.json`). Durations are ISO 8601, names are terms. */
export interface RuleDocument {
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
  /** What makes the alarm more severe, the least severe first. */
  readonly steps?: readonly SeverityStep[];
  readonly absence?: Absence;
  /** When alarms may be raised; clearing knows no hours. */
  readonly schedule?: Calendar;
  /** How much later than the newest of its entity a sample may come and still count. Default PT10M. */
  readonly lateness?: string;
  readonly dedup?: Dedup;
  readonly suppressIf?: readonly Suppression[];
  /** Many alike become one. */
  readonly group?: Grouping;
  readonly severity: Severity;
  readonly category?: string;
  readonly subCategory?: string;
  /** What the alarm says; `{entity}`, `{value}` and names of attributes in braces are filled in. */
  readonly text?: Words;
  readonly actions?: readonly RuleAction[];
}

export interface Words {
  readonly fr: string;
  readonly en: string;
}

export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Which entities: chosen by the broker, so they mean what they mean in an NGSI-LD query. */
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

/** A value, one of several (`==`, `!=`), or another attribute of the entity, multiplied. */
export type Comparand = Scalar | readonly Scalar[] | { readonly attr: string; readonly times?: number };

export interface Threshold {
  readonly attr: string;
  readonly op: Operator;
  readonly value: Comparand;
  /** UN/CEFACT common code of `value`; absent: the unit in which the model keeps the attribute. */
  readonly unit?: string;
}

export const AGGREGATES = ['avg', 'min', 'max', 'sum', 'count', 'changes', 'spread', 'rate'] as const;
export type AggregateName = (typeof AGGREGATES)[number];

/** Of the samples of the window that ends now: its end belongs to it, its beginning does not. */
export interface Aggregate {
  readonly attr: string;
  readonly agg: AggregateName;
  readonly window: string;
  /** Counts only samples that compare so. */
  readonly where?: { readonly op: Operator; readonly value: Scalar };
  readonly op: Operator;
  readonly value: number;
  readonly unit?: string;
  /** Of a rate: per how long. Default PT1H. */
  readonly per?: string;
}

/** Within the window the attribute changed: from, to, or by at least so much. */
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
  /** Of `enter` and `leave`: how long they count. */
  readonly window?: string;
}

/** Until `when` does not hold any more (no hysteresis), or until a condition of its own does. */
export type Clear = ({ readonly when: Condition } | { readonly whenOver: true }) & { readonly for?: string };

/** An alarm has the severity of the highest step that it has reached, until it is cleared. A step raises it, too. */
export interface SeverityStep {
  readonly severity: Severity;
  readonly when: Condition;
  /** How long it must hold. Default PT0S. */
  readonly for?: string;
  /** Default: that of the rule. */
  readonly text?: Words;
}

interface Absence {
  /** Default: any attribute of `when`. */
  readonly attr?: string;
  /** Default: what the types' cadence says. */
  readonly after?: string;
  /** Default: that of the rule. */
  readonly severity?: Severity;
  readonly text?: Words;
}

interface Dedup {
  /** What makes two alarms one: default `["rule", "entity"]`. A name of an attribute stands for its value. */
  readonly key?: readonly string[];
  /** Episodes closer to each other than this are one alarm. Default PT0S. */
  readonly minInterval?: string;
}

/** `parentAlarm`: the entity that the Relationship leads to has an active alarm. */
type Suppression = 'maintenance' | { readonly parentAlarm: string; readonly rules?: readonly string[] };

export interface Grouping {
  /** How many active alarms of the rule become one. */
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
