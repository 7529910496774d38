import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachDatabase } from '../../../broker/test/support/index.ts';
import { CASES } from './cases/cases.ts';
import { WITHOUT_CASE } from './cases/without-case.ts';
import { declaredWork } from './declared-work.ts';
import { killEveryStatement } from './kill-every-statement.ts';
import { KillSwitch } from './kill-switch.ts';
import { openWorkshop } from './open-workshop.ts';

/** `KILL_EVERY=1` kills at each point, as the drill does. */
const EVERY = Number(process.env.KILL_EVERY ?? 4);

test('each job and each loop of a service is killed in a case, or is listed with what a kill loses', () => {
  const declared = declaredWork();
  const covered = CASES.flatMap(({ covers }) => covers);
  assert.ok(declared.length > 40, `${declared.length} found`);
  assert.deepEqual(
    declared.filter((name) => !covered.includes(name) && !WITHOUT_CASE.has(name)),
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
});
