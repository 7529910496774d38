import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { durationMs } from '../src/calendar/duration.ts';
import type { Calendar } from '../src/contract/calendar.ts';
import type { RuleDocument } from '../src/contract/rule.ts';
import { CalendarHours } from '../src/evaluate/calendar-hours.ts';
import { compileRule } from '../src/evaluate/compile-rule.ts';
import {
  type AlarmChange,
  type Arrival,
  type EntityState,
  newEntity,
  observe,
  pass,
} from '../src/evaluate/follow-entity.ts';
import { admitted, type NaiveAlarm, type NaiveSample, naiveAlarms } from './support/naive-evaluator.ts';
import { oneOf, type Random, randomOf, randomRule, STATES } from './support/random-rules.ts';

const SINCE = Date.parse('2026-11-28T09:00:00Z');
const MINUTE = 60_000;
const PLACE = { timeZone: 'Europe/Paris', position: [5.93, 49.47] } as const;
const ROUNDS = Number(process.env.PROPERTY_ROUNDS ?? 600);

type Event = { readonly arrivals: readonly Arrival[] } | { readonly now: number };

/** Events: samples mostly in order, some late, duplicated or corrected, with time between them. */
function randomEvents(random: Random): Event[] {
  const events: Event[] = [];
  let at = SINCE;
  let now = SINCE;
  const sent: Arrival[] = [];
  for (let i = 0; i < 25; i++) {
    at += Math.floor(random() * 6) * MINUTE * (random() < 0.1 ? 5 : 1);
    const attrs = random() < 0.3 ? ['level', 'load', 'state'] : [oneOf(random, ['level', 'load', 'state'])];
    const arrivals = attrs.map((attr): Arrival => {
      const late = random() < 0.25 ? Math.floor(random() * 30) * MINUTE : 0;
      const value = attr === 'state' ? oneOf(random, STATES) : Math.floor(random() * 11);
      return { attr, at: at - late, value };
    });
    if (random() < 0.15 && sent.length > 0) arrivals.push(oneOf(random, sent));
    if (random() < 0.05 && sent.length > 0)
      arrivals.push({
        ...oneOf(
          random,
          sent
            .filter(({ attr }) => attr !== 'state')
            .concat(
              arrivals.filter(({ attr }) => attr !== 'state'),
              { attr: 'level', at, value: 4 },
            ),
        ),
        value: 7,
      });
    sent.push(...arrivals);
    events.push({ arrivals });
    now = Math.max(now, at);
    if (random() < 0.4) {
      now += Math.floor(random() * 20) * MINUTE;
      events.push({ now });
    }
  }
  return events;
}

/** The state as it is read back from the database between two events. */
function restarted(state: EntityState): EntityState {
  return JSON.parse(JSON.stringify(state)) as EntityState;
}

function apply(alarms: Map<string, NaiveAlarm>, changes: readonly AlarmChange[]): void {
  for (const change of changes) {
    const { kind, cause, alarm, at } = change;
    const name = `${cause} ${alarm}`;
    if (kind === 'withdraw') assert.ok(alarms.delete(name), 'what is withdrawn was told');
    else {
      const before = alarms.get(name);
      const { level = 0 } = kind === 'clear' ? { level: before?.level } : change;
      const turned = kind === 'step' ? (before?.turned ?? Number.NaN) : at;
      alarms.set(name, { isActive: kind === 'step' ? before?.isActive === true : kind === 'raise', turned, level });
    }
  }
}

function calendarsOf(rule: RuleDocument): Map<unknown, { isOpen: (at: number) => boolean; edges: number[] }> {
  const found: Calendar[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('during' in value) found.push(value.during as Calendar);
    for (const member of Object.values(value)) look(member);
  };
  look(rule);
  if (rule.schedule !== undefined) found.push(rule.schedule);
  // Paris winter time; calendars have their own tests.
  const minutes = (text: string | undefined) => Number(text?.slice(0, 2)) * 60 + Number(text?.slice(3)) - 60;
  return new Map(
    found.map((calendar) => {
      const [from, to] = [minutes(calendar.from), minutes(calendar.to)];
      const isOpen = (at: number) => {
        const minute = (at / MINUTE) % 1440;
        return from < to ? minute >= from && minute < to : minute >= from || minute < to;
      };
      const midnight = SINCE - (SINCE % (1440 * MINUTE));
      return [
        calendar,
        { isOpen, edges: [from, to, from + 1440, to + 1440].map((minute) => midnight + minute * MINUTE) },
      ];
    }),
  );
}

function check(seed: number): number {
  const random = randomOf(seed);
  const rule = randomRule(random);
  const parts = { place: PLACE, inUnitOf: (_attr: string, value: number) => value };
  const compiled = compileRule(rule, 1, parts, 0);
  const calendars = calendarsOf(rule);
  const latenessMs = durationMs(rule.lateness as string) as number;
  let state = newEntity(SINCE, 'fr');
  const reported = new Map<string, NaiveAlarm>();
  const arrived: NaiveSample[] = [];
  let [reached, firstBatch] = [SINCE, 0];
  let changes = 0;
  for (const event of randomEvents(random)) {
    const done = 'now' in event ? pass(state, [compiled], event.now) : observe(state, [compiled], event.arrivals);
    state = restarted(state);
    changes += done.length;
    apply(reported, done);
    if ('now' in event) reached = Math.max(reached, event.now);
    else {
      if (arrived.length === 0) firstBatch = event.arrivals.length;
      arrived.push(...event.arrivals);
    }
    const samples = admitted(arrived, SINCE, latenessMs, firstBatch);
    const newest = Math.max(...[...samples.values()].flat().map(({ at }) => at));
    const expected = naiveAlarms(rule, samples, SINCE, Math.max(reached, newest), calendars);
    const sorted = (alarms: Map<string, NaiveAlarm>) => [...alarms].sort(([a], [b]) => (a < b ? -1 : 1));
    assert.deepEqual(sorted(reported), sorted(expected), `seed ${seed}: ${JSON.stringify(rule)}`);
  }
  return changes;
}

describe('The incremental evaluator', () => {
  test(`equals the naive one over ${ROUNDS} generated rules and series, with late, duplicate and corrected samples`, () => {
    let changes = 0;
    for (let seed = 1; seed <= ROUNDS; seed++) changes += check(seed);
    assert.ok(changes > ROUNDS, `only ${changes} changes of alarms were seen`);
  });

  test('uses the same time zone as the calendar of the naive one', () => {
    const hours = new CalendarHours({ from: '10:07', to: '10:30' }, PLACE, 'fr');
    assert.equal(hours.at(SINCE + 7 * MINUTE).truth, true);
    assert.equal(hours.at(SINCE + 30 * MINUTE).truth, false);
  });
});
