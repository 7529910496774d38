import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationOf, durationText, minutesOf } from './duration.ts';

for (const [duration, minutes, text] of [
  ['PT10M', 10, '10 min'],
  ['PT2H', 120, '2 hr'],
  ['P1D', 1440, '1 day'],
  ['PT1H30M', 90, '1 hr 30 min'],
] as const) {
  test(`${duration} is ${text}`, () => {
    assert.equal(minutesOf(duration), minutes);
    assert.equal(durationText(duration, 'en'), text);
    assert.equal(minutesOf(durationOf(minutes)), minutes);
  });
}

test('other texts are returned unchanged', () => {
  assert.equal(minutesOf('an hour'), undefined);
  assert.equal(durationText('an hour', 'fr'), 'an hour');
});
