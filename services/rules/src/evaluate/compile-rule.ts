import { durationMs } from '../calendar/duration.ts';
import type { RuleDocument } from '../contract/rule.ts';
import type { CalendarPlace } from './calendar-hours.ts';
import {
  absent,
  type CompileParts,
  combinedTests,
  compileCondition,
  during,
  negated,
  type Test,
  unlessTrue,
} from './condition.ts';
import { all } from './truth.ts';

/** The cause of an alarm: the rule's condition, or absent data. */
export const CAUSES = ['condition', 'absence'] as const;
export type Cause = (typeof CAUSES)[number];

/** A compiled severity step. */
export interface CompiledStep {
  readonly raise: Test;
  readonly shown: Test;
  readonly forMs: number;
}

/** A compiled cause of a rule. */
export interface CompiledCause {
  readonly cause: Cause;
  /** Whether an alarm may begin: the condition, within the schedule, and without the clear condition. */
  readonly raise: Test;
  readonly clear: Test;
  /** The condition whose values the evidence shows. */
  readonly shown: Test;
  readonly forMs: number;
  readonly clearForMs: number;
  /** The least severe first. */
  readonly steps: readonly CompiledStep[];
}

/** A compiled rule, for use on any entity. */
export interface CompiledRule {
  readonly id: string;
  readonly version: number;
  readonly causes: readonly CompiledCause[];
  readonly minIntervalMs: number;
  readonly latenessMs: number;
  /** The attributes it reads, and how long their samples are needed. */
  readonly reads: ReadonlyMap<string, number>;
  readonly attrs: readonly string[];
}

const DEFAULT_LATENESS = 'PT10M';

/**
 * @param rule a valid rule
 * @param silenceMs the time without data, if `absence` does not define it
 */
export function compileRule(rule: RuleDocument, version: number, parts: CompileParts, silenceMs: number): CompiledRule {
  const { place } = parts;
  const condition = conditionOf(rule, parts);
  const watched = condition === undefined ? [] : [...new Set(condition.shown.reads.map(({ attr }) => attr))];
  const absence = absenceOf(rule, watched, place, silenceMs);
  const causes = [condition, absence].filter((cause) => cause !== undefined);
  const reads = new Map<string, number>();
  for (const { attr, windowMs } of causes.flatMap(readsOf)) {
    reads.set(attr, Math.max(reads.get(attr) ?? 0, windowMs));
  }
  return {
    id: rule.id,
    version,
    causes,
    minIntervalMs: ms(rule.dedup?.minInterval),
    latenessMs: ms(rule.lateness ?? DEFAULT_LATENESS),
    reads,
    attrs: [...reads.keys()],
  };
}

function readsOf({ raise, clear, steps }: CompiledCause): Test['reads'] {
  return [raise, clear, ...steps.map((step) => step.raise)].flatMap(({ reads }) => reads);
}

function conditionOf(rule: RuleDocument, parts: CompileParts): CompiledCause | undefined {
  const { when, clear, steps = [] } = rule;
  if (when === undefined || clear === undefined) return undefined;
  const shown = compileCondition(when, parts);
  const clearing = 'when' in clear ? compileCondition(clear.when, parts) : negated(shown);
  // An alarm whose clear condition already holds is not raised, otherwise raising and clearing would alternate forever.
  const raising = (test: Test) => combinedTests([test, ...scheduleOf(rule, parts.place), unlessTrue(clearing)], all);
  return {
    cause: 'condition',
    shown,
    raise: raising(shown),
    clear: clearing,
    forMs: ms(rule.for),
    clearForMs: ms(clear.for),
    steps: steps.map((step) => {
      const test = compileCondition(step.when, parts);
      return { shown: test, raise: raising(test), forMs: ms(step.for) };
    }),
  };
}

function absenceOf(
  rule: RuleDocument,
  watched: readonly string[],
  place: CalendarPlace,
  silenceMs: number,
): CompiledCause | undefined {
  if (rule.absence === undefined) return undefined;
  const { attr, after } = rule.absence;
  const shown = absent(attr === undefined ? watched : [attr], after === undefined ? silenceMs : ms(after));
  return {
    cause: 'absence',
    shown,
    raise: combinedTests([shown, ...scheduleOf(rule, place)], all),
    clear: negated(shown),
    forMs: 0,
    clearForMs: 0,
    steps: [],
  };
}

function scheduleOf({ schedule }: RuleDocument, place: CalendarPlace): Test[] {
  return schedule === undefined ? [] : [during(schedule, place)];
}

function ms(duration: string | undefined): number {
  return duration === undefined ? 0 : (durationMs(duration) ?? 0);
}
