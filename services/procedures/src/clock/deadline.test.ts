import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../../broker/test/fuzz/random.ts';
import { dueOn, localDay, type Pause } from './deadline.ts';

const TWO_MONTHS = { amount: 2, unit: 'months', resume: 'continue' } as const;

test('the table of the law: complete, incomplete once and twice, leap year, ends of months', () => {
  // By hand with a calendar: the day after the request, plus the period.
  assert.equal(dueOn(TWO_MONTHS, '2026-01-15', [], '2026-02-01'), '2026-03-16');
  assert.equal(
    dueOn(TWO_MONTHS, '2026-12-30', [], '2026-12-30'),
    '2027-02-28',
    '31 December and two months: February ends',
  );
  assert.equal(dueOn(TWO_MONTHS, '2027-12-30', [], '2027-12-30'), '2028-02-29', 'in a leap year');
  assert.equal(dueOn({ ...TWO_MONTHS, amount: 15, unit: 'days' }, '2026-02-20', [], '2026-02-20'), '2026-03-08');
  assert.equal(
    dueOn({ ...TWO_MONTHS, amount: 3, unit: 'weeks' }, '2026-03-20', [], '2026-03-20'),
    '2026-04-11',
    'over the change of clocks',
  );
  const first = { askedOn: '2026-01-20', endedOn: '2026-01-30' };
  const second = { askedOn: '2026-02-10', endedOn: '2026-02-15' };
  assert.equal(dueOn(TWO_MONTHS, '2026-01-15', [first], '2026-02-01'), '2026-03-26', 'ten days of waiting');
  assert.equal(dueOn(TWO_MONTHS, '2026-01-15', [first, second], '2026-03-01'), '2026-03-31', 'fifteen days of waiting');
  const reset = { ...TWO_MONTHS, resume: 'reset' } as const;
  assert.equal(dueOn(reset, '2026-01-15', [first], '2026-02-01'), '2026-03-31', 'from the arrival of the parts');
  assert.equal(dueOn(reset, '2026-01-15', [first, second], '2026-03-01'), '2026-04-16', 'from the last arrival');
});

test('while parts are missing, the day moves as if they came today', () => {
  const open = [{ askedOn: '2026-01-20' }];
  assert.equal(dueOn(TWO_MONTHS, '2026-01-15', open, '2026-01-25'), '2026-03-21');
  assert.equal(dueOn(TWO_MONTHS, '2026-01-15', open, '2026-01-26'), '2026-03-22');
});

/** A second computation, without a library: it crosses off the days of a calendar one by one. */
function crossedOff(
  amount: number,
  unit: string,
  resume: string,
  sentOn: string,
  pauses: readonly Pause[],
  today: string,
): string {
  const next = (day: string) => new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  let start = sentOn;
  if (resume === 'reset') for (const { endedOn = today } of pauses) if (endedOn > start) start = endedOn;
  let day = next(start);
  if (unit === 'months') {
    const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
    const total = year * 12 + (month - 1) + amount;
    const first = `${String(Math.floor(total / 12)).padStart(4, '0')}-${String((total % 12) + 1).padStart(2, '0')}-01`;
    day = first;
    for (let n = 1; n < date && next(day).slice(0, 7) === first.slice(0, 7); n += 1) day = next(day);
  } else {
    for (let n = 0; n < amount * (unit === 'weeks' ? 7 : 1); n += 1) day = next(day);
  }
  if (resume === 'continue') {
    for (const { askedOn, endedOn = today } of pauses)
      for (let at = askedOn; at < endedOn; at = next(at)) day = next(day);
  }
  return day;
}

test('any request, period and pauses give the day that a calendar gives', () => {
  const random = createRandom(59);
  const dayAt = (n: number) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);
  for (let run = 0; run < 500; run += 1) {
    const whole = (most: number) => random.below(most);
    let at = whole(1500);
    const sentOn = dayAt(at);
    const pauses: Pause[] = [];
    for (let n = whole(4); n > 0; n -= 1) {
      at += whole(30);
      const askedOn = dayAt(at);
      at += whole(40);
      pauses.push(n === 1 && whole(2) === 0 ? { askedOn } : { askedOn, endedOn: dayAt(at) });
    }
    const today = dayAt(at + whole(20));
    const unit = (['days', 'weeks', 'months'] as const)[whole(3)] ?? 'days';
    const resume = whole(2) === 0 ? 'continue' : 'reset';
    const amount = 1 + whole(26);
    const shown = JSON.stringify({ amount, unit, resume, sentOn, pauses, today });
    assert.equal(
      dueOn({ amount, unit, resume }, sentOn, pauses, today),
      crossedOff(amount, unit, resume, sentOn, pauses, today),
      shown,
    );
  }
});

test('the day of a request is that of the territory', () => {
  assert.equal(localDay(new Date('2026-07-01T22:30:00Z'), 'Europe/Paris'), '2026-07-02');
  assert.equal(localDay(new Date('2026-12-31T22:30:00Z'), 'Europe/Luxembourg'), '2026-12-31');
});
