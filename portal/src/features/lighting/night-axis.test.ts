import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { minutesOf, movedBy, stepsOf } from './night-axis.ts';

const SUN = { sunset: '16:45', civilDusk: '17:20', sunrise: '08:05' };

describe('The axis of a night', () => {
  test('counts from noon, over midnight, and with the sun', () => {
    const of = (text: string) => minutesOf(text, SUN);
    assert.deepEqual([of('12:00'), of('21:00'), of('05:30')], [0, 540, 1050]);
    assert.deepEqual([of('sunset'), of('sunset+00:30'), of('sunrise-01:05')], [285, 315, 1140]);
    assert.deepEqual(
      [of('civilDawn'), of('25:00'), of('sunset+'), of('')],
      [undefined, undefined, undefined, undefined],
    );
  });

  test('moves clock times around midnight, and offsets of the sun no further than six hours', () => {
    assert.equal(movedBy('23:50', 15, SUN), '00:05');
    assert.equal(movedBy('00:05', -15, SUN), '23:50');
    assert.equal(movedBy('sunset', 15, SUN), 'sunset+00:15');
    assert.equal(movedBy('sunset+00:15', -15, SUN), 'sunset');
    assert.equal(movedBy('sunset', -20, SUN), 'sunset-00:20');
    assert.equal(movedBy('sunrise-05:50', -60, SUN), 'sunrise-06:00');
    assert.equal(movedBy('soon', 5, SUN), 'soon');
  });

  test('has the base level except within slots, of which the later one applies', () => {
    const night = { on: 'sunset', off: 'sunrise', level: 1 };
    const slots = [
      { from: '21:00', to: '05:30', level: 0.5 },
      { from: '00:00', to: '02:00', level: 0 },
      { from: '03:00', to: '02:00', level: 0.9 }, // ends before it begins, as can happen during typing
    ];
    assert.deepEqual(stepsOf({ ...night, slots }, SUN), [
      { from: 285, to: 540, level: 1 },
      { from: 540, to: 720, level: 0.5 },
      { from: 720, to: 840, level: 0 },
      { from: 840, to: 1050, level: 0.5 },
      { from: 1050, to: 1205, level: 1 },
    ]);
    assert.deepEqual(stepsOf({ ...night, slots, off: 'sunset-01:00' }, SUN), []);
  });
});
