import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Database } from '../../src/database/database.ts';
import { inReadSnapshot } from '../../src/history/query/read-snapshot.ts';
import { RollupJob } from '../../src/history/rollups/rollup-job.ts';
import { startTemporalBroker, type TemporalBroker } from './temporal-broker.ts';

const ID = 'urn:ngsi-ld:Lamp:retained';
const DAY = 86_400_000;
const TODAY = Math.floor(Date.now() / DAY) * DAY;
const dateTime = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');

const COPY_TO_TENANT = `
  INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
  SELECT $2, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number FROM history WHERE tenant = $1`;
const SESSIONS_OF_THE_KILLED = `
  SELECT pid FROM pg_stat_activity WHERE application_name = 'killed' AND datname = current_database()`;
const SELECT_WAITING = `SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'`;

async function begin(db: Database, tenant = freshTenant()) {
  const broker = await startTemporalBroker(db, tenant, 10_000);
  const ops = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, payload?: object) =>
    broker.broker.app.inject({ method, url: `/ops/history${path}`, headers: { 'ngsild-tenant': tenant }, payload });
  return { ...broker, tenant, ops };
}
type Begun = Awaited<ReturnType<typeof begin>>;

/** Four values a day, 1 to 4, of each attribute. */
async function importDays({ ask }: TemporalBroker, id: string, from: number, days: number, names: readonly string[]) {
  const instances = Array.from({ length: days * 4 }, (_, n) => ({
    type: 'Property',
    value: (n % 4) + 1,
    observedAt: dateTime(from + n * (DAY / 4)),
  }));
  const entity = { id, type: 'Lamp', ...Object.fromEntries(names.map((name) => [name, instances])) };
  const response = await ask('POST', '/temporal/entities', entity);
  assert.ok(response.statusCode < 300, response.body);
}

async function runToEnd({ ops }: Begun) {
  for (;;) {
    const response = await ops('POST', '/retention/runs');
    if (response.statusCode === 202) break;
    assert.equal(response.statusCode, 409, response.body);
    await pause(50);
  }
  for (;;) {
    const [run] = (await ops('GET', '/retention/runs')).json();
    if (run.state !== 'running') return run;
    await pause(50);
  }
}

async function sums({ ask }: TemporalBroker, period: string, window: string, name = 'level') {
  const query = `format=aggregatedValues&aggrMethods=sum,totalCount&aggrPeriodDuration=${period}&attrs=${name}&${window}`;
  const response = await ask('GET', `/temporal/entities/${ID}?${query}`);
  assert.equal(response.statusCode, 200, response.body);
  return response.json()[name];
}

async function countOf({ ask }: TemporalBroker, name: string): Promise<number> {
  const response = await ask('GET', `/temporal/entities/${ID}?attrs=${name}`);
  return response.statusCode === 404 ? 0 : [response.json()[name]].flat().length;
}

eachHistoryDatabase('Retention of the history', (test) => {
  test('removes old instances and hours, by attribute and type, and answers from the remaining sums', async (t, db) => {
    const begun = await begin(db);
    t.after(begun.close);
    const { ops } = begun;
    const from = TODAY - 50 * DAY;
    await importDays(begun, ID, from, 50, ['level', 'power', 'kept']);
    const put = (policy: object) => ops('PUT', '/retention', policy);
    assert.equal((await put({ type: 'Lamp', rawDays: 10, hourDays: 20 })).statusCode, 204);
    assert.equal((await put({ attribute: 'power', rawDays: 5, hourDays: 5, dayDays: 30 })).statusCode, 204);
    assert.equal((await put({ type: 'Lamp', attribute: 'kept', rawDays: null })).statusCode, 204);
    const window = `timerel=after&timeAt=${dateTime(from)}`;
    const before = await sums(begun, 'P1D', window);

    const run = await runToEnd(begun);

    assert.equal(run.state, 'done', run.error);
    assert.equal(await countOf(begun, 'level'), 40);
    assert.equal(await countOf(begun, 'power'), 20);
    assert.equal(await countOf(begun, 'kept'), 200);
    assert.deepEqual(await sums(begun, 'P1D', window), before);
    // Where hours still exist they are used; otherwise the whole day counts at its start.
    const hours = await sums(begun, 'PT6H', `timerel=after&timeAt=${dateTime(TODAY - 20 * DAY)}`);
    assert.equal(hours.sum.length, 80);
    const all = await sums(begun, 'PT6H', window);
    assert.equal(
      all.sum.reduce((total: number, [value]: [number]) => total + value, 0),
      500,
    );
    const past = await sums(begun, 'P1D', window, 'power');
    assert.equal(past.sum.length, 30);
    // Periods that do not start at a full hour lose nothing either.
    const ragged = await sums(begun, 'P1D', `timerel=after&timeAt=${dateTime(from - 57 * 60_000)}`);
    assert.equal(
      ragged.totalCount.reduce((total: number, [count]: [number]) => total + count, 0),
      200,
    );
    // Without a start, periods begin at the first known value.
    const first = await sums(begun, 'P1W', `timerel=before&timeAt=${dateTime(TODAY)}`);
    assert.equal(first.sum[0][1], dateTime(from));
  });

  test('drops whole partitions in which everything is old', async (t, db) => {
    const begun = await begin(db);
    t.after(begun.close);
    // Separate months, because other data would keep their partitions.
    const from = Date.UTC(2009, 2, 1);
    await db.query({ text: `SELECT make_history_partitions('2009-03-01Z', '2009-04-30Z')` });
    await importDays(begun, ID, from, 61, ['level']);
    await begun.ops('PUT', '/retention', { rawDays: 90 });
    const window = `timerel=between&timeAt=2009-03-01T00:00:00Z&endTimeAt=2009-05-01T00:00:00Z`;
    const before = await sums(begun, 'P1M', window);

    const run = await runToEnd(begun);

    assert.equal(run.state, 'done', run.error);
    assert.ok(run.partitions.length >= 2, JSON.stringify(run));
    assert.equal(await countOf(begun, 'level'), 0);
    assert.deepEqual(await sums(begun, 'P1M', window), before);
    const report = (await begun.ops('GET', '')).json();
    assert.ok(!report.partitions.some(({ name }: { name: string }) => run.partitions.includes(name)));
    // Late data are added to the existing sums.
    await importDays(begun, ID, from, 1, ['level']);
    const after = await sums(begun, 'P1M', window);
    assert.deepEqual(
      after.sum.map(([value]: [number]) => value),
      [before.sum[0][0] + 10, before.sum[1][0]],
    );
  });

  test('drops no partition with other data, even of an unknown tenant', async (t, db) => {
    const begun = await begin(db);
    t.after(begun.close);
    const from = Date.UTC(2007, 2, 1);
    await db.query({ text: `SELECT make_history_partitions('2007-03-01Z', '2007-03-31Z')` });
    await importDays(begun, ID, from, 31, ['level']);
    const unlisted = `unlisted ${begun.tenant}`;
    await db.query({ text: COPY_TO_TENANT, values: [begun.tenant, unlisted] });
    await begun.ops('PUT', '/retention', { rawDays: 90 });

    const run = await runToEnd(begun);

    assert.equal(run.state, 'done', run.error);
    assert.equal(await countOf(begun, 'level'), 0);
    const { rows } = await db.query({ text: 'SELECT FROM history WHERE tenant = $1', values: [unlisted] });
    assert.equal(rows.length, 124);
  });

  test('waits with a partition for readers of a snapshot', async (t, db) => {
    if (db.kind === 'pglite') return; // it has only one session
    const begun = await begin(db);
    t.after(begun.close);
    const from = Date.UTC(2008, 2, 1);
    await db.query({ text: `SELECT make_history_partitions('2008-03-01Z', '2008-03-31Z')` });
    await importDays(begun, ID, from, 31, ['level']);
    await begun.ops('PUT', '/retention', { rawDays: 90 });

    const running = await inReadSnapshot(db, begun.tenant, async (tx) => {
      const run = runToEnd(begun);
      // It waits for our snapshot, or is finished.
      for (let tries = 0; tries < 50 && (await db.query({ text: SELECT_WAITING })).rows.length === 0; tries++) {
        await pause(20);
      }
      const count = `SELECT FROM history WHERE tenant = $1 AND at < '2009-01-01Z'`;
      assert.equal((await tx.query({ text: count, values: [begun.tenant] })).rows.length, 124);
      return { run };
    });

    assert.equal((await running.run).state, 'done');
    assert.equal(await countOf(begun, 'level'), 0);
  });

  test('late data for a removed period count immediately, and no longer when they are deleted', async (t, db) => {
    const begun = await begin(db);
    t.after(begun.close);
    const { ask, ops } = begun;
    const from = TODAY - 30 * DAY;
    await importDays(begun, ID, from, 30, ['level']);
    assert.equal((await ops('PUT', '/retention', { rawDays: 10, hourDays: 20 })).statusCode, 204);
    assert.equal((await runToEnd(begun)).state, 'done');
    // An hour without instances, and a day without hours.
    const late = { hour: TODAY - 15 * DAY + 20 * 60_000, day: TODAY - 25 * DAY + 7 * 3_600_000 };
    const windows = [
      `timerel=after&timeAt=${dateTime(from)}`,
      `timerel=after&timeAt=${dateTime(from - 15 * 60_000)}`,
      `timerel=between&timeAt=${dateTime(TODAY - 25 * DAY)}&endTimeAt=${dateTime(TODAY - 24 * DAY)}`,
      `timerel=between&timeAt=${dateTime(TODAY - 15 * DAY)}&endTimeAt=${dateTime(TODAY - 14 * DAY)}`,
    ];
    const totals = async () => {
      const found: [number, number][] = [];
      for (const window of windows) {
        for (const period of ['P1D', 'PT6H', 'PT1H', 'P1W']) {
          const { sum, totalCount } = await sums(begun, period, window);
          const total = (values: [number][]) => values.reduce((all, [value]) => all + value, 0);
          found.push([total(sum), total(totalCount)]);
        }
      }
      return found;
    };
    // Instead of the broker's, which runs every few seconds.
    const job = new RollupJob(db, { warn: (fields, message) => assert.fail(`${message} ${JSON.stringify(fields)}`) });
    t.after(() => job.close());
    const before = await totals();
    const more = (sum: number, count: number, in3: boolean, in4: boolean) =>
      before.map(([s, c], n) => (n < 8 || (n < 12 ? in3 : in4) ? [s + sum, c + count] : [s, c]));
    for (const [at, in3, in4] of [
      [late.hour, false, true],
      [late.day, true, false],
    ] as const) {
      const level = { type: 'Property', value: 1000, observedAt: dateTime(at) };
      assert.equal((await ask('POST', `/temporal/entities/${ID}/attrs`, { level: [level] })).statusCode, 204);
      assert.deepEqual(await totals(), more(1000, 1, in3, in4), 'at once');
      await job.settled();
      assert.deepEqual(await totals(), more(1000, 1, in3, in4), 'summed up');
      const window = `timerel=between&timeAt=${dateTime(at)}&endTimeAt=${dateTime(at + 1000)}`;
      const [found] = [(await ask('GET', `/temporal/entities/${ID}?attrs=level&${window}`)).json().level].flat();
      const path = `/temporal/entities/${ID}/attrs/level/${found.instanceId}`;
      assert.equal((await ask('PATCH', path, { level: { ...level, value: 10 } })).statusCode, 204);
      assert.deepEqual(await totals(), more(10, 1, in3, in4), 'corrected');
      assert.equal((await ask('DELETE', path)).statusCode, 204);
      assert.deepEqual(await totals(), before, 'taken out');
      await job.settled();
      assert.deepEqual(await totals(), before, 'summed up without it');
    }
  });

  test('names the errors of a policy, and lists and deletes policies', async (t, db) => {
    const begun = await begin(db);
    t.after(begun.close);
    const { ops } = begun;
    const wrong: [object, RegExp][] = [
      [{}, /rawDays: got nothing/],
      [{ rawDays: 0 }, /rawDays: got 0, expected an integer from 1/],
      [{ rawDays: 30, hourDays: 10 }, /hourDays: got 10, expected an integer from 30/],
      [{ rawDays: null, hourDays: 10 }, /hourDays: got 10, expected null/],
      [{ rawDays: 3, type: '' }, /type: got ""/],
      [{ rawDays: 3, days: 4 }, /days: got 4, expected type, attribute, rawDays/],
    ];
    for (const [policy, message] of wrong) {
      const response = await ops('PUT', '/retention', policy);
      assert.equal(response.statusCode, 400, response.body);
      assert.match(response.json().detail, message);
    }
    await ops('PUT', '/retention', { attribute: 'level', rawDays: 7 });
    const attribute = 'https://uri.etsi.org/ngsi-ld/default-context/level';
    const [policy] = (await ops('GET', '/retention')).json();
    assert.deepEqual(policy, { type: '', attribute, rawDays: 7, hourDays: null, dayDays: null });
    assert.equal((await ops('DELETE', '/retention?attribute=power')).statusCode, 404);
    assert.equal((await ops('DELETE', '/retention?attribute=level')).statusCode, 204);
    assert.deepEqual((await ops('GET', '/retention')).json(), []);
    assert.equal((await ops('DELETE', '/retention/runs/current')).statusCode, 404);
  });
});

eachHistoryDatabase('A run of retention that is killed', (test, database) => {
  test('is reported as interrupted, and the next one finishes its work', async (t, db) => {
    if (database.kind === 'pglite') return; // it has only one process
    const url = await database.url();
    const begun = await begin(db, 'killed');
    t.after(begun.close);
    const { ask, ops } = begun;
    const lamps = 6;
    for (let n = 0; n < lamps; n++) {
      await ask('POST', '/entities', { id: `urn:ngsi-ld:Lamp:${n}`, type: 'Lamp' });
    }
    const text = `
      INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
      SELECT 'killed', 'urn:ngsi-ld:Lamp:' || lamp, 'https://uri.etsi.org/ngsi-ld/default-context/level', '', 'attributeImported', at, at,
        '{"type": "Property", "value": 1, "observedAt": "2020-01-01T00:00:00Z"}', 1
      FROM generate_series(0, $1 - 1) lamp, generate_series('2020-01-01Z'::timestamptz, '2020-01-31Z', '10 minutes') at`;
    const { rowCount: rows } = await db.query({ text, values: [lamps] });
    await ops('PUT', '/retention', { rawDays: 30 });
    const left = async () =>
      (
        await db.query<{ n: number }>({
          text: `SELECT count(*) AS n FROM history WHERE tenant = 'killed' AND number = 1`,
        })
      ).rows[0]?.n as number;

    const program = fileURLToPath(new URL('retaining-broker.ts', import.meta.url));
    const ownUrl = `${url}?application_name=killed`;
    const child = spawn(process.execPath, [program, ownUrl], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    await eventually('the first removal', async () => (await left()) < rows || child.exitCode !== null, 60_000, 5);
    const { rows: sessions } = await db.query({ text: SESSIONS_OF_THE_KILLED });
    assert.ok(sessions.length > 0, 'its sessions are known by their name');
    child.kill('SIGKILL');
    await ended;
    // PostgreSQL goes on with a statement of a killed client, and keeps its locks until that is done.
    await eventually(
      'the end of its sessions',
      async () => (await db.query({ text: SESSIONS_OF_THE_KILLED })).rows.length === 0,
    );
    const atKill = await left();
    assert.ok(atKill < rows, 'some of it was removed');
    const [killed] = (await ops('GET', '/retention/runs')).json();

    if (killed.state === 'running') {
      const again = await ops('POST', '/retention/runs');
      assert.equal(again.statusCode, 409, 'a run that may be under way is waited for');
      await db.query({
        text: `UPDATE history_retention_run SET beat_at = beat_at - interval '2 minutes' WHERE state = 'running'`,
      });
      const [run] = (await ops('GET', '/retention/runs')).json();
      assert.equal(run.state, 'interrupted');
    }
    const run = await runToEnd(begun);
    assert.equal(run.state, 'done', run.error);
    assert.ok(run.instances >= atKill, 'others have policies too');
    assert.equal(await left(), 0);
    const { rows: sums } = await db.query<{ count: number }>({
      text: `SELECT sum(count)::bigint AS count FROM history_hour WHERE tenant = 'killed'`,
    });
    assert.equal(sums[0]?.count, rows);
  });

  test('can be stopped', async (t, db) => {
    const begun = await begin(db);
    t.after(begun.close);
    await begun.ops('PUT', '/retention', { rawDays: 30 });
    for (let tries = 0; tries < 200; tries++) {
      const started = await begun.ops('POST', '/retention/runs');
      if (started.statusCode !== 202) {
        await pause(20);
        continue;
      }
      const stopped = await begun.ops('DELETE', '/retention/runs/current');
      if (stopped.statusCode === 404) continue; // it had finished already
      assert.equal(stopped.statusCode, 204);
      const [run] = (await begun.ops('GET', '/retention/runs')).json();
      assert.equal(run.state, 'stopped');
      assert.ok(run.endedAt);
      return;
    }
    assert.fail('no run could be stopped');
  });
});
