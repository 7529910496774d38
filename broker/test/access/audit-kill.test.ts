import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@alzette/kit/testing';
import { startBrokerProcess } from '../fuzz/broker-process.ts';
import { testDatabases } from '../support/index.ts';

/** Entries are written one after the other under this lock. */
const HOLD = 'SELECT pg_advisory_xact_lock(7281033, 1)';
/** The server would finish a statement of a session whose client is gone. */
const END_WAITING = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'`;
const SUBSCRIPTIONS = '/ngsi-ld/v1/subscriptions';
const [postgres] = testDatabases().filter(({ kind }) => kind === 'postgres');

describe('An act whose process is killed before its entry in the audit', () => {
  test('has an entry afterwards, with an unknown outcome', {
    skip: postgres === undefined && 'TEST_DATABASE_URL is not set: the entry is held back by a lock of another session',
  }, async (t) => {
    if (postgres === undefined) return;
    const db = await postgres.open();
    const broker = await startBrokerProcess(t, postgres);
    const id = `urn:ngsi-ld:Subscription:killed-${broker.pid}`;
    const subscription = {
      id,
      type: 'Subscription',
      entities: [{ type: 'Lamp' }],
      notification: { endpoint: { uri: 'http://127.0.0.1:9/' } },
    };
    const url = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
    const entriesOf = async (port: number): Promise<{ action: string; outcome: string }[]> => {
      const { entries } = (await (await fetch(url(port, `/ops/audit?object=${SUBSCRIPTIONS}&limit=1000`))).json()) as {
        entries: { n: number; action: string; outcome: string }[];
      };
      return entries;
    };
    const before = await entriesOf(broker.port);
    await db.transaction(async (tx) => {
      await tx.query({ text: HOLD });
      const asked = fetch(url(broker.port, SUBSCRIPTIONS), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(subscription),
      }).then(
        ({ status }) => status,
        () => 'no answer',
      );
      await eventually(
        'the subscription',
        async () => (await fetch(url(broker.port, `${SUBSCRIPTIONS}/${id}`))).status === 200,
      );
      const ended = once(broker.process, 'exit');
      process.kill(broker.pid, 'SIGKILL');
      await ended;
      await tx.query({ text: END_WAITING });
      assert.equal(await asked, 'no answer', 'it was killed between the change and its entry');
    });
    const again = await startBrokerProcess(t, postgres);
    assert.equal((await fetch(url(again.port, `${SUBSCRIPTIONS}/${id}`))).status, 200, 'the change is there');
    // It has another name, so it first makes sure that the other process is gone.
    const until = Date.now() + 120_000;
    let now: Awaited<ReturnType<typeof entriesOf>> = [];
    while (now.length === 0 && Date.now() < until) {
      await pause(200);
      now = (await entriesOf(again.port)).slice(0, -before.length || undefined);
    }
    assert.deepEqual(
      now.map(({ action, outcome }) => [action, outcome]),
      [['POST', 'unknown']],
    );
    const removed = await fetch(url(again.port, `${SUBSCRIPTIONS}/${id}`), { method: 'DELETE' });
    assert.equal(removed.status, 204);
    const left = await db.query({ text: 'SELECT id FROM audit_intent' });
    assert.equal(left.rows.length, 0, 'what is recorded is no longer written down');
    const { intact } = (await (await fetch(url(again.port, '/ops/audit/verify'))).json()) as { intact: boolean };
    assert.ok(intact);
  });
});
