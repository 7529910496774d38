import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyWeek, faultOf, restOfWeek, textOf, weekOf } from './week-hours.ts';

describe('hours by day', () => {
  for (const text of [
    '',
    'Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off',
    'Tu 18:00-02:00',
    'Tu-Sa 06:00-19:00; Su 06:30-13:00; 2026 Dec 28-2027 Jan 03 off',
    'Mo 09:00-12:00; We 09:00-12:00; 2026 Dec 24 off',
  ]) {
    test(`"${text}" is read and written again`, () => assert.equal(textOf(weekOf(text) ?? emptyWeek()), text));
  }
  test('other texts are left to their keeper', () => {
    for (const text of ['24/7', 'sunrise-sunset', 'Mo 08:00+', 'We[1] 09:00-12:00', 'Mo 1-2,3-4,5-6'])
      assert.equal(weekOf(text), undefined, text);
  });

  test('a time without its other one, and a closure that ends before it begins, are at fault', () => {
    const week = weekOf('Mo-Fr 08:00-12:00') ?? emptyWeek();
    assert.equal(faultOf(week), undefined);
    assert.equal(faultOf({ ...week, closedFrom: '2026-12-08', closedTo: '2026-12-02' }), 'closure');
    const days = week.days.map((day, at) => (at === 2 ? { ...day, to: '' } : day));
    assert.equal(faultOf({ ...week, days }), 2);
  });

  test('closed this week: until Sunday', () => {
    assert.deepEqual(restOfWeek('2026-12-02'), { from: '2026-12-02', to: '2026-12-06' });
    assert.deepEqual(restOfWeek('2026-12-06'), { from: '2026-12-06', to: '2026-12-06' });
  });
});
