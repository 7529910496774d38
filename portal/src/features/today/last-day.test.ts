import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoursOf } from './last-day.ts';

const at = (time: string) => Date.parse(`2026-11-${time}Z`);

test('the last 24 hours end with the current one, and count the alarms that began in each', () => {
  const hours = hoursOf(
    [
      { begun: at('20T10:59:59'), severity: 'critical' }, // too early
      { begun: at('20T11:00:00'), severity: 'low' },
      { begun: at('21T09:59:59'), severity: 'high' },
      { begun: at('21T10:00:00'), severity: 'critical' },
      { begun: at('21T10:20:00'), severity: 'medium' },
      { begun: at('21T10:25:00'), severity: 'informational' },
    ],
    at('21T10:30:00'),
  );
  assert.equal(hours.length, 24);
  assert.deepEqual(hours[0], { start: at('20T11:00:00'), grave: 0, others: 1 });
  assert.deepEqual(hours[22], { start: at('21T09:00:00'), grave: 1, others: 0 });
  assert.deepEqual(hours[23], { start: at('21T10:00:00'), grave: 1, others: 2 });
  assert.equal(
    hours.reduce((sum, { grave, others }) => sum + grave + others, 0),
    5,
  );
});
