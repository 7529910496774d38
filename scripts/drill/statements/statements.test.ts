import assert from 'node:assert/strict';
import { eachDatabase } from '../../../broker/test/support/index.ts';
import { CASES } from './cases/cases.ts';
import { killEveryStatement } from './kill-every-statement.ts';
import { KillSwitch } from './kill-switch.ts';
import { openWorkshop } from './open-workshop.ts';

/** `KILL_EVERY=1` kills at each point, as the drill does. */
const EVERY = Number(process.env.KILL_EVERY ?? 4);

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
