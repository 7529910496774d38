import assert from 'node:assert/strict';
import { systemCaller } from '../../src/access/caller.ts';
import { RecentAnalyses } from '../../src/history/analysis/recent-analyses.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

eachDatabase('Cached answers of analyses', (test) => {
  test('use limited memory, whatever is queried', async (_t, db) => {
    const mostBytes = 6_000;
    const recent = new RecentAnalyses(db, mostBytes);
    const caller = systemCaller(freshTenant());
    for (let n = 0; n < 25; n++) {
      const filter = { attrs: [`https://x.example/attribute${n}`] };
      const { rows } = await recent.analyse(caller, { filter, group: [], measure: { kind: 'count' }, limit: 10 });
      assert.equal(rows[0]?.count ?? 0, 0);
    }
    const { entries, bytes } = recent.use;
    assert.ok(bytes <= mostBytes && entries > 2 && entries < 25, `${entries} answers, ${bytes} bytes`);
  });
});
