import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planRollups, type Range } from './rollup-plan.ts';

const at = (text: string) => Date.parse(`2026-01-${text}Z`);
const range = (from: string, to: string): Range => [at(from), at(to)];

describe('Rollup plan', () => {
  test('reads periods of whole days from days', () => {
    const periods = [range('01T00:00', '02T00:00'), range('02T00:00', '03T00:00')];
    assert.deepEqual(planRollups(periods), { days: [range('01T00:00', '03T00:00')], hours: [], raw: [] });
  });

  test('reads partial days from hours, and partial hours by instance', () => {
    const plan = planRollups([range('01T21:30', '03T02:15')]);
    assert.deepEqual(plan, {
      days: [range('02T00:00', '03T00:00')],
      hours: [range('01T22:00', '02T00:00'), range('03T00:00', '03T02:00')],
      raw: [range('01T21:30', '01T22:00'), range('03T02:00', '03T02:15')],
    });
  });

  test('reads a day shared by two periods from hours, and a shared hour by instance', () => {
    const plan = planRollups([range('01T10:03', '02T10:03'), range('02T10:03', '03T10:03')]);
    assert.deepEqual(plan, {
      days: [],
      hours: [range('01T11:00', '02T10:00'), range('02T11:00', '03T10:00')],
      raw: [range('01T10:03', '01T11:00'), range('02T10:00', '02T11:00'), range('03T10:00', '03T10:03')],
    });
  });

  test('reads periods shorter than an hour by instance, as one range', () => {
    const periods = [range('01T00:00', '01T00:05'), range('01T00:05', '01T00:10')];
    assert.deepEqual(planRollups(periods), { days: [], hours: [], raw: [range('01T00:00', '01T00:10')] });
  });
});
