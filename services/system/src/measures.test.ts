import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measure } from './contract/contract.ts';
import { lagsIn } from './lags.ts';
import { growthOf } from './measures.ts';

const at = (day: number, databaseBytes: number): Measure => ({
  at: new Date(Date.UTC(2026, 10, day)).toISOString(),
  databaseBytes,
  notifications: 0,
  ingest: 0,
  rules: 0,
});

test('growth is computed from measurements a day apart, with the date when the disk is full', () => {
  assert.deepEqual(growthOf([at(1, 1000), at(3, 1500), at(11, 2000)], 5000), { bytesPerDay: 100, daysLeft: 50 });
  assert.deepEqual(growthOf([at(1, 1000), at(11, 900)], 5000), { bytesPerDay: -10 });
  assert.equal(growthOf([at(1, 1000)], 5000), undefined);
  assert.equal(growthOf([], 5000), undefined);
});

test('lags are parsed from the metrics', () => {
  const metrics = `# HELP alzette_rules_lag_seconds x
alzette_rules_lag_seconds 1.5
alzette_broker_outbox_oldest_seconds{process="http://a"} 12
`;
  assert.deepEqual(lagsIn(metrics), { notifications: 12, rules: 1.5 });
  assert.deepEqual(lagsIn('alzette_rules_lag_seconds_more 7\n'), { notifications: 0, rules: 0 });
});
