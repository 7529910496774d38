import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPostgres } from '../postgres-server.ts';
import { runDrill } from './drill.ts';
import { runKillPointDrill } from './kill-points/kill-point-drill.ts';
import { Ledger } from './ledger.ts';

const skip = findPostgres() === undefined && 'PostgreSQL 17 with PostGIS is missing';

test('after lost answers, cut connections, kills and restarts of PostgreSQL nothing is lost, stuck, duplicated or out of order', {
  skip,
}, async (t) => {
  const result = await runDrill({
    faults: [
      { name: 'lost-answer', times: 3 },
      { name: 'cut', times: 2 },
      { name: 'kill', times: 2 },
      { name: 'restart', times: 2 },
    ],
    processes: 2,
    writers: 4,
    pauseMs: 300,
    writePauseMs: 30,
    showsLogs: false,
    say: () => {},
  });
  t.diagnostic(JSON.stringify({ ...result, answers: Object.fromEntries(result.answers) }));
  assert.ok(result.acknowledged > 50);
  assert.deepEqual(result.examples, []);
  assert.equal(result.stuck, 0);
});

test('the ledger finds each kind of broken guarantee', () => {
  const ledger = new Ledger();
  const subscriber = ledger.addSubscriber();
  for (const n of [1, 2, 3]) ledger.wrote('a', n, true);
  ledger.wrote('a', 4, false);
  const notify = (n: number, change: string) => ledger.notified(subscriber, { entity: 'a', n, change });
  notify(2, 'x');
  notify(1, 'y');
  notify(1, 'y');
  notify(1, 'z');
  const found = ledger.compare(new Map([['a', [2, 1, 4]]]), new Map([['a', 4]]));
  assert.equal(found.lostWrites, 1); // 3
  assert.equal(found.lostNotifications, 1); // 4
  assert.equal(found.outOfOrder, 1);
  assert.equal(found.twice, 1);
  assert.equal(found.historyFaults, 1);
});

test('a product that is killed after a statement ends in the same state as one that is not', {
  skip,
  timeout: 400_000,
}, async () => {
  // Killed in the middle of the write lane, and then not at all.
  const result = await runKillPointDrill({ from: 3, every: 10_000, say: () => {} });
  assert.deepEqual(result.differences, []);
  assert.equal(result.points, 1);
});
