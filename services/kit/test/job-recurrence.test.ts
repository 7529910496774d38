import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eachDatabase } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { jobsApp } from './support/jobs-app.ts';

const TITLE = { fr: 'Essai', en: 'Trial' };
/** All times below are multiples of this. */
const STEP_MS = 15 * 60_000;

/** Nights in Europe/Paris, with the expected times of each recurrence in UTC. */
const NIGHTS = [
  {
    night: 'the night in March that lacks the hour from 2 to 3',
    from: '2027-03-27T21:45:00Z',
    to: '2027-03-28T05:15:00Z',
    come: {
      '30 2 * * *': ['2027-03-28T01:30'], // 3:30 in summer
      '0 6 * * *': ['2027-03-28T04:00'],
      '0 0-3 * * *': ['2027-03-27T23:00', '2027-03-28T00:00', '2027-03-28T01:00'],
    },
  },
  {
    night: 'the night in October that has the hour from 2 to 3 twice',
    from: '2026-10-24T20:45:00Z',
    to: '2026-10-25T06:15:00Z',
    come: {
      '30 2 * * *': ['2026-10-25T00:30'], // the first of the two
      '0 6 * * *': ['2026-10-25T05:00'],
      '15 4 * * *': ['2026-10-25T03:15'],
    },
  },
];

eachDatabase('Recurring jobs', (test) => {
  for (const { night, from, to, come } of NIGHTS) {
    test(`come once in ${night}`, async (t, db) => {
      let now = new Date(from);
      const options = { db, now: () => now, recurEveryMs: 40, timeZone: 'Europe/Paris' };
      const { jobs, report } = await jobsApp(t, options);
      const runs: { [cron: string]: string[] } = {};
      const names = Object.keys(come).map((cron) => {
        const name = `night.${randomUUID().slice(0, 8)}`;
        runs[cron] = [];
        jobs.define({
          name,
          title: TITLE,
          schedule: { cron },
          async run() {
            runs[cron]?.push(now.toISOString().slice(0, 16));
          },
        });
        return name;
      });
      await jobs.start();
      const first = Object.values(come).map(([at]) => at);
      const next = await Promise.all(names.map(async (name) => (await report(name)).nextRun?.slice(0, 16)));
      assert.deepEqual(next, first);
      for (let at = Date.parse(from); at <= Date.parse(to); at += STEP_MS) {
        now = new Date(at);
        const due = Object.values(come)
          .flat()
          .filter((each) => Date.parse(`${each}Z`) <= at).length;
        await new Promise((resolve) => setTimeout(resolve, 60)); // time for unexpected runs
        await eventually(`${due} have come by ${now.toISOString()}`, () => Object.values(runs).flat().length >= due);
      }
      assert.deepEqual(runs, come);
    });
  }

  test('skip missed times, or make up for them once', async (t, db) => {
    let now = new Date('2026-11-02T10:30:30Z');
    const id = randomUUID().slice(0, 8);
    const runs: string[] = [];
    const open = async () => {
      const opened = await jobsApp(t, { db, now: () => now, recurEveryMs: 40 });
      for (const missed of ['skip', 'once'] as const) {
        opened.jobs.define({
          name: `${missed}.${id}`,
          title: TITLE,
          schedule: { cron: '0 * * * *', timeZone: 'UTC', missed },
          async run() {
            runs.push(missed);
          },
        });
      }
      await opened.jobs.start();
      return opened;
    };
    await (await open()).jobs.stop();
    now = new Date('2026-11-02T15:20:00Z');
    const { report } = await open();
    await eventually('it was made up for', () => runs.length > 0);
    assert.equal((await report(`skip.${id}`)).nextRun, '2026-11-02T16:00:00.000Z');
    now = new Date('2026-11-02T16:00:01Z');
    await eventually('both have come', () => runs.length >= 3);
    assert.deepEqual(runs.toSorted(), ['once', 'once', 'skip']);
  });
});
