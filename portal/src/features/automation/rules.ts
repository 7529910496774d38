import type { AlarmSeverity } from '../../alarms/alarm.ts';
import { ask } from '../../broker/ask.ts';

/** Texts by language. */
export type Words = Readonly<Partial<Record<string, string>>>;

/** The part of a rule's document that the pages read; `GET /rules/schema` returns the whole schema. */
export interface RuleDocument {
  readonly id: string;
  readonly name: Words;
  readonly description?: Words;
  readonly scope: { readonly types?: readonly string[] };
  readonly severity: AlarmSeverity;
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
  readonly text: Words;
}

/** In the reader's language, or in French, or in any available language. */
export function wordsOf(words: Words | undefined, locale: string): string {
  return words?.[locale] ?? words?.fr ?? Object.values(words ?? {}).find(Boolean) ?? '';
}

export const pathOfRule = (id: string): string => `/rules/${encodeURIComponent(id)}`;

const A_DAY_MS = 86_400_000;

/** The alarms that a rule would have raised in the last days. @throws AnswerError */
export function backtestRule(id: string, days: number): Promise<Backtest> {
  const now = Date.now();
  const period = { from: new Date(now - days * A_DAY_MS).toISOString(), to: new Date(now).toISOString() };
  return ask('POST', `${pathOfRule(id)}/backtest`, period);
}
