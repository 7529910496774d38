import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { eachDatabase } from '@alzette/broker/test-support';
import { openJobs } from '@alzette/kit/jobs';
import { forRequest } from '@alzette/kit/request-deadline';
import { UNLIMITED } from '@alzette/kit/shares';
import { eventually } from '@alzette/kit/testing';
import { pino } from 'pino';
import { jobsApp } from './support/jobs-app.ts';

const TITLE = { fr: 'Essai', en: 'Trial' };
/** Tests share a database, so names must be unique. */
const fresh = (what: string) => `${what}.${randomUUID().slice(0, 8)}`;

eachDatabase('Background jobs', (test) => {
  test('run enqueued jobs with their data, and report them', async (t, db) => {
    const { app, jobs, report, metrics } = await jobsApp(t, { db });
    const name = fresh('greet');
    const seen: unknown[] = [];
    const job = jobs.define<{ readonly who: string }>({
      name,
      title: TITLE,
      async run(data, { attempt, isLastAttempt }) {
        seen.push({ ...data, attempt, isLastAttempt });
        return { greeted: data.who };
      },
    });
    await jobs.start();
    await Promise.all(['Aumetz', 'Thil'].map((who) => job.enqueue({ who })));
    await eventually('both have run', () => seen.length === 2);
    await eventually('both are reported', async () =>
      (await report(name)).runs.every(({ state }) => state === 'completed'),
    );
    assert.deepEqual(seen.map((each) => JSON.stringify(each)).sort(), [
      '{"who":"Aumetz","attempt":1,"isLastAttempt":false}',
      '{"who":"Thil","attempt":1,"isLastAttempt":false}',
    ]);
    const { runs, lastRun, waiting, failed, nextRun } = await report(name);
    assert.deepEqual(runs.map(({ output }) => JSON.stringify(output)).sort(), [
      '{"greeted":"Aumetz"}',
      '{"greeted":"Thil"}',
    ]);
    assert.ok(
      runs.every(({ durationMs = -1, attempts, key }) => durationMs >= 0 && attempts === 1 && key === undefined),
    );
    assert.equal(lastRun?.state, 'completed');
    assert.deepEqual({ waiting, failed, nextRun }, { waiting: 0, failed: 0, nextRun: undefined });
    assert.match(await metrics(), new RegExp(`alzette_job_completed_total\\{job="${name}"\\} 2\n`));
    const all = (await app.inject('/ops/jobs')).json().jobs as { name: string; title: unknown }[];
    assert.deepEqual(
      all.map((each) => [each.name, each.title]),
      [[name, TITLE]],
    );
  });

  test('wait after the start if asked to, and end meanwhile; what was enqueued is run by the next', async (t, db) => {
    const name = fresh('later');
    const ran: string[] = [];
    const open = async (which: string, more: object) => {
      const { jobs } = await jobsApp(t, { db, ...more });
      const job = jobs.define({ name, title: TITLE, run: async () => void ran.push(which) });
      await jobs.start();
      return { jobs, job };
    };
    const waiting = await open('waiting', { workAfterMs: 3_600_000 });
    await waiting.job.enqueue({});
    await waiting.jobs.stop();
    await open('next', { workAfterMs: 1 });
    await eventually('it has run', () => ran.length > 0);
    assert.deepEqual(ran, ['next']);
  });

  test('of tenants take turns, and wait for the next day beyond the quota', async (t, db) => {
    const name = fresh('turns');
    const ran: string[] = [];
    const tomorrow = new Date(Date.now() + 86_400_000);
    const taken: string[] = [];
    const shares = {
      ...UNLIMITED,
      take(tenant: string) {
        if (tenant === 'poor') throw new Error('jobsPerDay');
        taken.push(tenant);
      },
      usedUpUntil: (tenant: string) => (tenant === 'poor' ? tomorrow : undefined),
    };
    const { jobs, report } = await jobsApp(t, { db, shares, workAfterMs: 500 });
    const job = jobs.define<{ readonly tenant: string; readonly n: number }>({
      name,
      title: TITLE,
      run: async ({ tenant, n }) => void ran.push(tenant + n),
    });
    await jobs.start();
    for (const n of [1, 2, 3, 4]) await job.enqueue({ tenant: 'busy', n });
    for (const n of [1, 2]) await job.enqueue({ tenant: 'small', n });
    await job.enqueue({ tenant: 'poor', n: 1 });
    await assert.rejects(
      forRequest(() => job.enqueue({ tenant: 'poor', n: 2 })),
      /jobsPerDay/,
    );
    await eventually('those of today have run', () => ran.length === 6);
    assert.deepEqual(ran, ['busy1', 'small1', 'busy2', 'small2', 'busy3', 'busy4']);
    assert.equal(taken.join(' '), 'busy busy busy busy small small');
    assert.equal((await report(name)).deferred, 1);
  });

  test('show a failed run, retry it, and give it up', async (t, db) => {
    const { jobs, report, metrics } = await jobsApp(t, { db });
    const name = fresh('fail');
    const attempts: number[] = [];
    const job = jobs.define({
      name,
      title: TITLE,
      retries: 1,
      retryDelayS: 1,
      pollS: 0.5,
      async run(_data, { attempt, isLastAttempt }) {
        attempts.push(attempt);
        assert.equal(isLastAttempt, attempt === 2);
        throw new Error(`no answer at attempt ${attempt}`);
      },
    });
    await jobs.start();
    await job.enqueue({});
    await eventually('it was tried', async () => (await report(name)).lastRun?.error === 'no answer at attempt 1');
    await eventually('it was given up', async () => (await report(name)).failed === 1);
    assert.deepEqual(attempts, [1, 2]);
    const { lastRun } = await report(name);
    assert.deepEqual(
      { state: lastRun?.state, attempts: lastRun?.attempts, error: lastRun?.error },
      { state: 'failed', attempts: 2, error: 'no answer at attempt 2' },
    );
    const shown = await metrics();
    assert.match(shown, new RegExp(`alzette_job_failed_total\\{job="${name}"\\} 2\n`));
    assert.match(shown, new RegExp(`alzette_job_given_up\\{job="${name}"\\} 1\n`));
  });

  test('exist if and only if the transaction that enqueues them commits', async (t, db) => {
    const { jobs, report } = await jobsApp(t, { db });
    const seen: string[] = [];
    const job = jobs.define<{ readonly id: string }>({
      name: fresh('within'),
      title: TITLE,
      async run({ id }) {
        seen.push(id);
      },
    });
    const early = db.transaction((tx) => job.enqueue({ id: 'early' }, { tx }));
    await assert.rejects(early, { status: 503, message: 'The background jobs have not started' });
    await jobs.start();
    const undone = db.transaction(async (tx) => {
      await job.enqueue({ id: 'undone' }, { tx });
      throw new Error('undo');
    });
    await assert.rejects(undone, /undo/);
    const id = await db.transaction((tx) => job.enqueue({ id: 'done' }, { tx }));
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    await eventually('it has run', () => seen.length > 0);
    assert.deepEqual(seen, ['done']);
    assert.equal((await report(job.name)).runs.length, 1);
  });

  test('wait once per key until their time, and can be cancelled', async (t, db) => {
    const { jobs, report } = await jobsApp(t, { db });
    const seen: number[] = [];
    const job = jobs.define<{ readonly n: number }>({
      name: fresh('later'),
      title: TITLE,
      pollS: 0.5,
      async run({ n }) {
        seen.push(n);
      },
    });
    await jobs.start();
    const after = new Date(Date.now() + 2000);
    assert.ok(await job.enqueue({ n: 1 }, { key: 'lamp', after }));
    assert.equal(await job.enqueue({ n: 2 }, { key: 'lamp', after }), undefined);
    assert.ok(await job.enqueue({ n: 3 }, { key: 'other', after: new Date(Date.now() + 3_600_000) }));
    assert.equal((await report(job.name)).deferred, 2);
    assert.equal(await job.cancel('other'), 1);
    assert.equal(await job.cancel('other'), 0);
    await eventually('it has run', () => seen.length > 0);
    assert.ok(Date.now() >= after.getTime(), 'not before its time');
    assert.deepEqual(seen, [1]);
    assert.deepEqual(
      (await report(job.name)).runs.map(({ key }) => key),
      ['lamp'],
    );
  });

  test('stop although a run does not end and the database has stopped to answer', async (_t, db) => {
    let isAnswering = true;
    const answersAgain = Promise.withResolvers<void>();
    // The jobs' view of a database that gives no answer for a while.
    const silent = new Proxy(db, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (given: unknown[]) => member.apply(target, given);
        return (...given: unknown[]) => (isAnswering ? call(given) : answersAgain.promise.then(() => call(given)));
      },
    });
    const jobs = await openJobs({ db: silent, logger: pino({ level: 'silent' }), recurEveryMs: 50 });
    const begun = Promise.withResolvers<void>();
    const job = jobs.define({
      name: fresh('endless'),
      title: TITLE,
      async run() {
        begun.resolve();
        await new Promise(() => {});
      },
    });
    await jobs.start();
    await job.enqueue({});
    await begun.promise;
    isAnswering = false;
    const ended = await Promise.race([jobs.stop().then(() => 'stopped'), pause(60_000, 'still waiting')]);
    isAnswering = true;
    answersAgain.resolve();
    assert.equal(ended, 'stopped');
  });

  test('run one at a time if configured, and on request of an operator', async (t, db) => {
    const { app, jobs, report } = await jobsApp(t, { db });
    const name = fresh('sweep');
    let running = 0;
    let most = 0;
    let ended = 0;
    const released = Promise.withResolvers<void>();
    jobs.define({
      name,
      title: TITLE,
      concurrency: 3,
      pollS: 0.5,
      schedule: { cron: '0 3 1 1 *' },
      async run() {
        most = Math.max(most, ++running);
        await released.promise;
        running--;
        ended++;
      },
    });
    const needy = jobs.define<{ readonly to: string }>({ name: fresh('send'), title: TITLE, async run() {} });
    await jobs.start();
    const runNow = (of: string) => app.inject({ method: 'POST', url: `/ops/jobs/${of}/run` });
    assert.equal((await runNow(name)).statusCode, 202);
    await eventually('it runs', () => running === 1);
    const second = await runNow(name);
    assert.equal(second.statusCode, 202, second.body);
    const third = await runNow(name);
    assert.equal(third.statusCode, 409, third.body);
    assert.match(third.json().detail, /is already waiting/);
    released.resolve();
    await eventually('both have run', () => ended === 2);
    assert.equal(most, 1);
    assert.match((await runNow(needy.name)).json().detail, /needs data/);
    assert.equal((await runNow('none')).statusCode, 404);
    const wrong = await app.inject(`/ops/jobs/${name}?limit=0`);
    assert.equal(wrong.statusCode, 400);
    assert.equal(wrong.json().detail, 'limit: got "0", expected a whole number from 1 to 200');
    // 3:00 of New Year's Day in Paris.
    assert.match((await report(name)).nextRun ?? '', /^\d{4}-01-01T02:00:00\.000Z$/);
  });

  test('recur by key, as defined by a user', async (t, db) => {
    const { jobs, report } = await jobsApp(t, { db });
    const job = jobs.define<{ readonly n: number }>({ name: fresh('user'), title: TITLE, async run() {} });
    await jobs.start();
    await job.schedule('a', { cron: '15 7 * * 1-5', timeZone: 'Europe/Luxembourg', data: { n: 1 } });
    await job.schedule('b', { cron: '0 12 * * *', data: { n: 2 } });
    await job.schedule('b', { cron: '30 12 * * *', data: { n: 3 } });
    const { recurrences, nextRun } = await report(job.name);
    assert.deepEqual(
      recurrences.map(({ key, cron }) => [key, cron]),
      [
        ['a', '15 7 * * 1-5'],
        ['b', '30 12 * * *'],
      ],
    );
    assert.equal(nextRun, recurrences.map((each) => each.nextRun).sort()[0]);
    await job.unschedule('a');
    assert.equal((await report(job.name)).recurrences.length, 1);
    const wrong = async (cron: string, timeZone = 'Europe/Paris') =>
      job.schedule('c', { cron, timeZone, data: { n: 1 } }).catch((error: Error) => error.message);
    const expected = 'expected five fields (minute, hour, day, month, day of the week) of a time that occurs';
    for (const cron of ['61 * * * *', '* * * * * *', '', 'often', '0 0 30 2 *']) {
      assert.equal(await wrong(cron), `cron: got ${JSON.stringify(cron)}, ${expected}`);
    }
    assert.equal(await wrong('0 0 * * *', 'Paris'), 'timeZone: got "Paris", expected a time zone such as Europe/Paris');
  });
});
