import type { Calendar } from '../../src/contract/calendar.ts';
import type { Condition, Operator, RuleDocument, SeverityStep } from '../../src/contract/rule.ts';

export type Random = () => number;

/** Random numbers from 0 up to 1, reproducible by the seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

export const ATTRIBUTES = ['level', 'load', 'state'] as const;
export const STATES = ['ok', 'open', 'off'] as const;
const WINDOWS = ['PT2M', 'PT5M', 'PT10M', 'PT30M'];
const DELAYS = [undefined, 'PT0S', 'PT1M', 'PT3M', 'PT12M'];
const ORDERED: readonly Operator[] = ['>', '>=', '<', '<='];

/** A random rule on the attributes above; levels are integers from 0 to 10. */
export function randomRule(random: Random): RuleDocument {
  const hasCondition = random() < 0.85;
  const duration = (name: string) => {
    const chosen = oneOf(random, DELAYS);
    return chosen === undefined ? {} : { [name]: chosen };
  };
  const clear = () =>
    random() < 0.3
      ? { whenOver: true as const, ...duration('for') }
      : { when: randomCondition(random, 1), ...duration('for') };
  return {
    id: 'urn:ngsi-ld:Rule:random',
    name: { fr: 'Hasard', en: 'Random' },
    scope: { types: ['Thing'] },
    ...(hasCondition && { when: randomCondition(random, 0), clear: clear(), ...duration('for') }),
    ...(hasCondition && random() < 0.4 && { steps: randomSteps(random) }),
    ...((!hasCondition || random() < 0.3) && {
      absence: { attr: oneOf(random, ATTRIBUTES), after: oneOf(random, ['PT4M', 'PT15M', 'PT1H']) },
    }),
    ...(random() < 0.25 && { schedule: randomCalendar(random) }),
    ...(random() < 0.4 && { dedup: { minInterval: oneOf(random, ['PT5M', 'PT20M']) } }),
    lateness: oneOf(random, ['PT0S', 'PT2M', 'PT10M', 'PT40M']),
    severity: 'medium',
  };
}

function randomSteps(random: Random): SeverityStep[] {
  const severities = (['high', 'critical'] as const).slice(0, 1 + Math.floor(random() * 2));
  return severities.map((severity) => {
    const delay = oneOf(random, DELAYS);
    return { severity, when: randomCondition(random, 1), ...(delay !== undefined && { for: delay }) };
  });
}

function randomCondition(random: Random, depth: number): Condition {
  const kind = random();
  const several = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomCondition(random, depth + 1));
  if (depth < 2 && kind < 0.15) return { all: several() };
  if (depth < 2 && kind < 0.28) return { any: several() };
  if (depth < 3 && kind < 0.35) return { not: randomCondition(random, depth + 1) };
  if (kind < 0.4) return { during: randomCalendar(random) };
  const numeric = oneOf(random, ['level', 'load']);
  if (kind < 0.48) return { attr: 'state', op: oneOf(random, ['==', '!=']), value: oneOf(random, STATES) };
  if (kind < 0.53) return { attr: 'state', op: oneOf(random, ['==', '!=']), value: [...STATES].slice(0, 2) };
  if (kind < 0.6)
    return { attr: 'level', op: oneOf(random, ORDERED), value: { attr: 'load', times: oneOf(random, [1, 2]) } };
  if (kind < 0.68) {
    const change = oneOf(random, [{ to: 'off' }, { from: 'ok' }, { from: 'ok', to: 'open' }, {}]);
    return { attr: 'state', change, window: oneOf(random, WINDOWS) };
  }
  if (kind < 0.72) return { attr: numeric, change: { by: 3 }, window: oneOf(random, WINDOWS) };
  if (kind < 0.85) {
    const agg = oneOf(random, ['avg', 'min', 'max', 'sum', 'spread', 'rate'] as const);
    const value = agg === 'sum' ? 20 : agg === 'rate' ? 60 : 5;
    return { attr: numeric, agg, window: oneOf(random, WINDOWS), op: oneOf(random, ORDERED), value };
  }
  if (kind < 0.92) {
    const where = random() < 0.5 ? { where: { op: '==' as const, value: oneOf(random, STATES) } } : {};
    const agg = oneOf(random, ['count', 'changes'] as const);
    return {
      attr: 'state',
      agg,
      window: oneOf(random, WINDOWS),
      ...(agg === 'count' && where),
      op: oneOf(random, ORDERED),
      value: 2,
    };
  }
  return { attr: numeric, op: oneOf(random, ORDERED), value: 1 + Math.floor(random() * 9) };
}

function randomCalendar(random: Random): Calendar {
  const [from, to] = [oneOf(random, ['10:00', '10:07', '23:30']), oneOf(random, ['10:05', '10:30', '11:00'])];
  return { from, to };
}
