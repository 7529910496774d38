import { ask } from '@alzette/web/asking';
import type { AlarmSeverity } from '../alarms/alarm.ts';
import type { LanguageMap } from '../i18n/in-language.ts';

export const OPERATORS = ['==', '!=', '>', '>=', '<', '<='] as const;
export type Operator = (typeof OPERATORS)[number];
export const AGGREGATES = ['avg', 'min', 'max', 'sum', 'count', 'changes', 'spread', 'rate'] as const;
export type AggregateName = (typeof AGGREGATES)[number];
export type Scalar = string | number | boolean;

/** The comparison of an attribute, or of an aggregate of its values in a window, with a value. */
export interface Comparison {
  readonly attr: string;
  readonly op: Operator;
  readonly value: Scalar | readonly Scalar[] | { readonly attr: string; readonly times?: number };
  readonly unit?: string;
  readonly agg?: AggregateName;
  /** ISO 8601. */
  readonly window?: string;
  readonly where?: object;
  readonly per?: string;
}

export type Condition =
  | Comparison
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly during: { readonly from?: string; readonly to?: string; readonly days?: readonly number[] } }
  | { readonly geofence: 'inside' | 'outside' | 'enter' | 'leave' }
  | {
      readonly attr: string;
      readonly change: { readonly from?: Scalar; readonly to?: Scalar; readonly by?: number };
      readonly window: string;
    };

export interface Clear {
  readonly when?: Condition;
  readonly whenOver?: true;
  readonly for?: string;
}

/** The part of a rule's document that the pages read; `GET /rules/schema` returns the whole schema. */
export interface RuleDocument {
  readonly id: string;
  readonly name: LanguageMap;
  readonly description?: LanguageMap;
  readonly enabled?: boolean;
  readonly scope: { readonly types?: readonly string[]; readonly scopeQ?: string; readonly q?: string };
  readonly when?: Condition;
  readonly for?: string;
  readonly clear?: Clear;
  readonly absence?: { readonly attr?: string; readonly after?: string };
  readonly severity: AlarmSeverity;
  readonly category?: string;
  readonly actions?: readonly object[];
}

export interface Rule {
  readonly rule: RuleDocument;
  readonly version: number;
  readonly isEnabled: boolean;
}

export interface Backtest {
  readonly entities: number;
  readonly samples: number;
  readonly raised: number;
  readonly silenced: number;
  readonly days: readonly { readonly day: string; readonly raised: number }[];
  readonly alarms: readonly PastAlarm[];
  readonly tookMs: number;
}

export interface PastAlarm {
  readonly alarm: string;
  readonly entity: string;
  readonly severity: AlarmSeverity;
  readonly raisedAt: string;
  readonly clearedAt?: string;
  readonly text: LanguageMap;
}

export const pathOfRule = (id: string): string => `/rules/${encodeURIComponent(id)}`;

const A_DAY_MS = 86_400_000;

/** The alarms that a rule, stored or not, would have raised in the last days. @throws AnswerError */
export function backtestRule(rule: object, days: number): Promise<Backtest> {
  const now = Date.now();
  const period = { from: new Date(now - days * A_DAY_MS).toISOString(), to: new Date(now).toISOString() };
  return ask('POST', '/rules/backtest', { rule, ...period });
}
