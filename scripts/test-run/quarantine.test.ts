import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { excused, MOST_QUARANTINED, QUARANTINE } from './quarantine.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LISTED = { test: 'the lamp is lit', file: 'broker/test/lamp.test.ts', owner: 'broker', until: '2027-01-31' };
const failed = { name: LISTED.test, file: '/alzette/broker/test/lamp.test.ts', outcome: 'failed' } as const;

test('a failed test is excused until its day, in its own file, and under its own name', () => {
  const outcome = (record: Parameters<typeof excused>[0], day: string) =>
    excused(record, '/alzette', new Date(day), [LISTED]).outcome;
  assert.equal(outcome(failed, '2027-01-31T23:59:00Z'), 'quarantined');
  assert.equal(outcome(failed, '2027-02-01T00:00:00Z'), 'failed');
  assert.equal(outcome({ ...failed, file: '/alzette/platform/test/lamp.test.ts' }, '2027-01-01'), 'failed');
  assert.equal(outcome({ ...failed, name: 'the lamp is dark' }, '2027-01-01'), 'failed');
  assert.equal(outcome({ ...failed, outcome: 'passed' }, '2027-01-01'), 'passed');
});

test('the quarantine holds few tests, which exist', () => {
  assert.ok(QUARANTINE.length <= MOST_QUARANTINED, `${QUARANTINE.length} tests, at most ${MOST_QUARANTINED} may be`);
  for (const { test: title, file } of QUARANTINE) {
    assert.ok(readFileSync(`${ROOT}/${file}`, 'utf8').includes(title), `${file} has no test “${title}”`);
  }
});
