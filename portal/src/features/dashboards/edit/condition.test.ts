import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCondition, writeCondition } from './condition.ts';

for (const [q, chosen] of [
  ['status=="defectiveLamp"', { attribute: 'status', values: ['defectiveLamp'] }],
  ['status=="a","b, c"', { attribute: 'status', values: ['a', 'b, c'] }],
  ['fillingLevel>0.8', undefined],
  ['status=="a";powerState=="on"', undefined],
  ['status!="ok"', undefined],
  ['', undefined],
] as const) {
  test(`the condition ${q}`, () => {
    assert.deepEqual(readCondition(q), chosen);
    if (chosen) assert.equal(writeCondition(chosen), q);
  });
}

test('without values there is no condition', () => {
  assert.equal(writeCondition({ attribute: 'status', values: [] }), '');
});
