import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eachDatabase, newDatabase } from '../../../broker/test/support/index.ts';
import { CASES } from './cases/cases.ts';
import { WITHOUT_CASE } from './cases/without-case.ts';
import { declaredWork } from './declared-work.ts';
import { killEveryJob } from './every-job.ts';
import { killEveryStatement } from './kill-every-statement.ts';
import { KillSwitch } from './kill-switch.ts';
import { openWorkshop } from './open-workshop.ts';
import { openProductWorkshop } from './product-workshop.ts';
import { isKnown } from './statement-drill.ts';

/** `KILL_EVERY=1` kills at each point, as the drill does. */
const EVERY = Number(process.env.KILL_EVERY ?? 4);

/** Jobs that change what is in the generic rows of their service: that they delete, most of them. */
const JOBS_OF_TEST = /forget/;
/** The drill starts them all. */
const LAST_SERVICE = 'alarms';

test('each loop of a service is killed in a case, or is listed with what a kill loses', () => {
  const declared = declaredWork();
  const covered = CASES.flatMap(({ covers }) => covers);
  assert.ok(declared.length > 40, `${declared.length} found`);
  const loops = declared.filter((name) => name.startsWith('loop: '));
  assert.deepEqual(
    loops.filter((name) => !isKnown(name)),
    [],
    'in no case',
  );
  assert.deepEqual(
    [...covered, ...WITHOUT_CASE.keys()].filter((name) => !declared.includes(name)),
    [],
    'no longer declared',
  );
  assert.deepEqual(
    covered.filter((name) => WITHOUT_CASE.has(name)),
    [],
    'in both',
  );
});

eachDatabase('A process that is killed before any statement of due work', (test) => {
  for (const each of CASES) {
    test(`has the same end as without a kill: ${each.name}`, async (t, db) => {
      const killSwitch = new KillSwitch();
      const workshop = await openWorkshop(t, db, [each], killSwitch);
      const { points, differences } = await killEveryStatement(each, workshop, killSwitch, EVERY);
      t.diagnostic(`${points} points`);
      assert.ok(points >= 2, `${points} points`);
      assert.deepEqual(differences, []);
    });
  }

  test('has the same end as without a kill: the jobs that forget, each on generic rows of its service', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'alzette-jobs-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const killSwitch = new KillSwitch();
    // Of its own, because other cases leave secrets that its key does not open.
    const db = await newDatabase();
    const product = await openProductWorkshop(t, db, killSwitch, folder, LAST_SERVICE);
    t.after(() => db.close());
    const results = [];
    for await (const result of killEveryJob(product, killSwitch, EVERY, (job) => JOBS_OF_TEST.test(job)))
      results.push(result);
    for (const { name, points, changes, failure, differences } of results) {
      t.diagnostic(`${name}: ${points} points`);
      assert.equal(failure, undefined, name);
      assert.ok(changes || isKnown(name), `${name} changes nothing`);
      assert.deepEqual(differences, []);
    }
    assert.ok(results.filter(({ changes }) => changes).length >= 3, JSON.stringify(results));
  });
});
