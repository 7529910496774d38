import type { Holidays } from '../contract/calendar.ts';
import type { CompiledRule } from './compile-rule.ts';
import { type Change, differences } from './differences.ts';
import { EntityReader } from './entity-reader.ts';
import { type Machine, newMachine, run } from './machine.ts';
import { lastIndexAt, type Sample, type Value } from './series.ts';
import type { Transition } from './track.ts';
import { isSame } from './window.ts';

/** The stored state of an entity: JSON. */
export interface EntityState {
  /** When the observation began. */
  readonly since: number;
  readonly holidays: Holidays;
  /** The samples that rules may still need. */
  readonly series: { [attr: string]: Sample[] };
  /** The time of its newest sample. */
  last: number;
  /** The time up to which timers have been evaluated. */
  reached: number;
  readonly rules: { [id: string]: RuleState };
}

/** Two states of a rule on the entity: up to where late samples can still arrive, and up to now. */
interface RuleState {
  readonly version: number;
  base: Machine;
  now: Machine;
  /** The transitions between the two. */
  told: Transition[];
}

/** A change of an alarm of this entity. */
export type AlarmChange = Change & { readonly rule: string };

export interface Arrival {
  readonly attr: string;
  readonly at: number;
  readonly value: Value;
}

export function newEntity(since: number, holidays: Holidays): EntityState {
  return { since, holidays, series: {}, last: since, reached: since, rules: {} };
}

/**
 * Inserts samples in the order of arrival and evaluates the rules. A sample is accepted if it is not older than the
 * newest one by more than the rules' lateness; the first of an attribute always is. A late sample is inserted at its
 * time, and the resulting differences are returned as changes. Of two samples with the same attribute and time, the
 * last arrival counts.
 *
 * @param state is changed
 * @param isRead samples that were read instead of notified: earlier ones may still be notified and are not late because
 * of them
 */
export function observe(
  state: EntityState,
  rules: readonly CompiledRule[],
  arrivals: readonly Arrival[],
  isRead = false,
): AlarmChange[] {
  const latenessMs = latenessOf(rules);
  const isNew = Object.keys(state.series).length === 0;
  let earliest = Number.POSITIVE_INFINITY;
  for (const arrival of arrivals)
    earliest = Math.min(earliest, insert(state, arrival, latenessMs, isNew, isRead && !isNew));
  if (earliest === Number.POSITIVE_INFINITY) return [];
  const changes = rules.flatMap((rule) => follow(state, rule, latenessMs, earliest));
  trim(state, rules);
  return changes;
}

/** Evaluates timers up to `now`. @param state is changed */
export function pass(state: EntityState, rules: readonly CompiledRule[], now: number): AlarmChange[] {
  state.reached = Math.max(state.reached, now);
  const latenessMs = latenessOf(rules);
  return rules.flatMap((rule) => follow(state, rule, latenessMs, Number.POSITIVE_INFINITY));
}

/** The earliest timer of its rules; undefined: there is none. */
export function dueOf({ rules }: EntityState): number | undefined {
  const dues = Object.values(rules).flatMap(({ now }) => now.due ?? []);
  return dues.length === 0 ? undefined : Math.min(...dues);
}

function latenessOf(rules: readonly CompiledRule[]): number {
  return rules.reduce((most, rule) => Math.max(most, rule.latenessMs), 0);
}

/**
 * Inserts a sample and returns its time if it is accepted and new; Infinity otherwise.
 *
 * @param isAhead earlier samples may follow and are not late because of it
 */
function insert(
  state: EntityState,
  { attr, at, value }: Arrival,
  latenessMs: number,
  isNew: boolean,
  isAhead: boolean,
): number {
  const horizon = state.last - latenessMs;
  const known = state.series[attr];
  if (known === undefined) {
    // The original time of an entity's first value matters; a later attribute counts from its arrival.
    const from = isNew ? at : Math.max(at, horizon + 1);
    state.series[attr] = [[from, value]];
    if (!isAhead) state.last = Math.max(state.last, from);
    return from;
  }
  if (at <= horizon) return Number.POSITIVE_INFINITY;
  if (!isAhead) state.last = Math.max(state.last, at);
  const before = lastIndexAt(known, at);
  const same = known[before];
  if (same !== undefined && same[0] === at) {
    if (isSame(same[1], value)) return Number.POSITIVE_INFINITY;
    known[before] = [at, value];
  } else {
    known.splice(before + 1, 0, [at, value]);
  }
  return at;
}

function follow(state: EntityState, rule: CompiledRule, latenessMs: number, earliest: number): AlarmChange[] {
  const followed = stateOf(state, rule);
  const entity = new EntityReader(state.series, state.since, state.holidays);
  const upTo = Math.max(state.reached, state.last);
  const isLate = earliest <= followed.now.at;
  const transitions: Transition[] = [];
  followed.now = run(isLate ? followed.base : followed.now, rule, entity, upTo, (transition) =>
    transitions.push(transition),
  );
  const changes = isLate ? differences(followed, rule, transitions) : transitions;
  const horizon = state.last - latenessMs;
  const told = isLate ? transitions : [...followed.told, ...transitions];
  followed.told = told.filter(({ at }) => at > horizon);
  followed.base = run(followed.base, rule, entity, horizon, () => {});
  return changes.map((change) => ({ ...change, rule: rule.id }));
}

/** A new rule or version on the entity is evaluated from now on. */
function stateOf(state: EntityState, rule: CompiledRule): RuleState {
  const known = state.rules[rule.id];
  if (known !== undefined && known.version === rule.version) return known;
  const machine = newMachine(rule, Math.max(state.since, state.reached));
  const begun: RuleState = { version: rule.version, base: machine, now: machine, told: [] };
  state.rules[rule.id] = begun;
  return begun;
}

/** Deletes samples that no rule can need. The last one before them stays, because it is the present value. */
function trim(state: EntityState, rules: readonly CompiledRule[]): void {
  for (const [attr, samples] of Object.entries(state.series)) {
    const needed = rules.flatMap((rule) => {
      const windowMs = rule.reads.get(attr);
      const base = state.rules[rule.id]?.base.at;
      return windowMs === undefined || base === undefined ? [] : [base - windowMs];
    });
    const first = lastIndexAt(samples, Math.min(...needed, state.last));
    if (first > 0) samples.splice(0, first);
  }
}
