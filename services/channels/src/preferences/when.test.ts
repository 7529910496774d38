import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Severity } from '../contract/contract.ts';
import { holdOf, limitHold, type Preferences } from './when.ts';

const PARIS = 'Europe/Paris';
const NIGHT: Preferences = { quiet: { from: '22:00', to: '06:30' } };
const DIGEST: Preferences = { digest: { below: 'high', at: ['08:00', '17:00'] } };
const hold = (preferences: Preferences, severity: Severity, at: string) => {
  const found = holdOf(preferences, severity, new Date(at), PARIS);
  return found && `${found.reason} ${found.until.toISOString()}`;
};

describe('a message waits', () => {
  for (const [what, preferences, severity, at, expected] of [
    ['not by day', NIGHT, 'high', '2026-11-03T12:00:00Z', undefined],
    ['at night until morning', NIGHT, 'high', '2026-11-03T21:00:00Z', 'quietHours 2026-11-04T05:30:00.000Z'],
    [
      'after midnight until the same morning',
      NIGHT,
      'high',
      '2026-11-04T03:00:00Z',
      'quietHours 2026-11-04T05:30:00.000Z',
    ],
    ['not at night when it is critical', NIGHT, 'critical', '2026-11-03T23:00:00Z', undefined],
    ['not at the minute at which the quiet hours end', NIGHT, 'high', '2026-11-04T05:30:00Z', undefined],
    [
      'until 06:30 of winter in the night of 25 hours',
      NIGHT,
      'high',
      '2026-10-24T21:00:00Z',
      'quietHours 2026-10-25T05:30:00.000Z',
    ],
    [
      'until 06:30 of summer in the night of 23 hours',
      NIGHT,
      'high',
      '2026-03-28T22:00:00Z',
      'quietHours 2026-03-29T04:30:00.000Z',
    ],
    ['for the next digest', DIGEST, 'medium', '2026-11-03T12:00:00Z', 'digest 2026-11-03T16:00:00.000Z'],
    ['for that of tomorrow', DIGEST, 'medium', '2026-11-03T18:00:00Z', 'digest 2026-11-04T07:00:00.000Z'],
    ['for no digest when it is severe enough', DIGEST, 'high', '2026-11-03T12:00:00Z', undefined],
    ['never for who has no preferences', {}, 'low', '2026-11-03T23:00:00Z', undefined],
  ] as const) {
    test(what, () => assert.equal(hold(preferences, severity, at), expected));
  }

  test('when its recipient has reached the hourly limit, until the earliest message is an hour old', () => {
    const sent = ['08:00', '08:20', '08:40'].map((time) => new Date(`2026-11-03T${time}:00Z`));
    assert.equal(limitHold({ mostAnHour: 4 }, 'high', sent), undefined);
    assert.equal(limitHold({ mostAnHour: 3 }, 'high', sent)?.until.toISOString(), '2026-11-03T09:00:00.000Z');
    assert.equal(limitHold({ mostAnHour: 2 }, 'high', sent)?.until.toISOString(), '2026-11-03T09:20:00.000Z');
    assert.equal(limitHold({ mostAnHour: 1 }, 'critical', sent), undefined);
  });
});
