import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseDuration, periodOf, periodStart } from './temporal-duration.ts';

const at = (text: string) => Date.parse(text);

describe('aggrPeriodDuration (4.5.19)', () => {
  const read: [string, number, number][] = [
    ['PT0S', 0, 0],
    ['PT5M', 0, 300_000],
    ['P1D', 0, 86_400_000],
    ['P2W', 0, 1_209_600_000],
    ['P1Y6M', 18, 0],
    ['P1M1DT1H', 1, 90_000_000],
    ['PT1.5S', 0, 1500],
  ];
  for (const [text, months, milliseconds] of read) {
    test(`reads ${text}`, () => assert.deepEqual(parseDuration(text, 'p'), { months, milliseconds }));
  }

  for (const text of ['', 'P', 'PT', 'P1', '5M', 'P-1D', 'P1DT', 'P1W1D', 'pt5m', 'P999999Y', 'P999999W']) {
    test(`refuses "${text}", naming the parameter`, () => {
      assert.throws(() => parseDuration(text, 'aggrPeriodDuration'), /^BadRequestData: aggrPeriodDuration: got/);
    });
  }

  const starts: [string, string, number, string][] = [
    ['2026-01-31T10:00:00Z', 'P1M', 1, '2026-02-28T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 'P1M', 2, '2026-03-31T10:00:00Z'],
    ['2024-02-29T00:00:00Z', 'P1Y', 1, '2025-02-28T00:00:00Z'],
    ['2026-01-01T12:03:00Z', 'PT1H', 25, '2026-01-02T13:03:00Z'],
  ];
  for (const [anchor, duration, n, start] of starts) {
    test(`period ${n} of ${duration} after ${anchor} starts ${start}, and contains that instant`, () => {
      const period = parseDuration(duration, 'p');
      assert.equal(periodStart(at(anchor), period, n), at(start));
      assert.equal(periodOf(at(anchor), period, at(start)), n);
      assert.equal(periodOf(at(anchor), period, at(start) - 1), n - 1);
    });
  }
});
