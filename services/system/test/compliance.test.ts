import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { COMPLIANCE_PAGES } from '../../../docs-site/src/compliance/pages.ts';
import { withComplianceTables } from '../../../docs-site/src/compliance/tables.ts';
import { asEvidence, type NormDocument, readNorms, reportOf } from '../src/compliance/norms.ts';

/*
 * What the product says about norms: each verdict that it gives itself is shown by something that is there, and what is
 * not met has a plan, or a reason for having none. That a check is old fails no test, as an unchanged tree would then
 * fail one morning: the pages say so, and `npm run release` refuses.
 */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NORMS = readNorms();
const criteriaOf = (norm: NormDocument) => norm.themes.flatMap(({ criteria }) => criteria);

for (const norm of NORMS)
  describe(norm.id, () => {
    test('was checked on a day that is not in the future', () => {
      assert.match(norm.checkedOn, /^\d{4}-\d\d-\d\d$/);
      assert.ok(Date.parse(norm.checkedOn) <= Date.now(), norm.checkedOn);
    });

    test('has each criterion once', () => {
      const ids = criteriaOf(norm).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      const unknown = (norm.measures ?? []).flatMap((measure) => measure.for).filter((id) => !ids.includes(id));
      assert.deepEqual(unknown, [], 'measures for criteria that are not there');
    });

    test('shows what is met, and says why and by when about all else', () => {
      const shown = new Map(
        reportOf(norm, new Date(norm.checkedOn))
          .themes.flatMap(({ criteria }) => criteria)
          .map(({ id, evidence }) => [id, evidence]),
      );
      for (const { id, verdict, reason, plan } of criteriaOf(norm)) {
        if (verdict === 'met') assert.ok((shown.get(id)?.length ?? 0) > 0, `${id}: no evidence`);
        else assert.ok(reason, `${id}: no reason`);
        assert.equal(plan !== undefined, verdict === 'notMet', `${id}: a plan, or why there is none, if it is not met`);
        if (plan?.by !== undefined) assert.ok(plan.by > norm.checkedOn, `${id}: planned before the check`);
      }
    });

    test('has evidence that exists', () => {
      const written = [
        ...criteriaOf(norm).flatMap(({ evidence = [] }) => evidence),
        ...(norm.measures ?? []).flatMap(({ evidence }) => evidence),
      ];
      for (const each of new Set(written)) {
        const { file, text } = asEvidence(each);
        if (file === undefined) continue;
        assert.ok(existsSync(join(ROOT, file)), each);
        if (text !== undefined) assert.ok(readFileSync(join(ROOT, file), 'utf8').includes(text), each);
      }
    });
  });

for (const { source, language } of COMPLIANCE_PAGES)
  test(`${source} has the tables of the norms`, () => {
    const page = readFileSync(join(ROOT, source), 'utf8');
    assert.equal(page, withComplianceTables(page, language), 'run: npm run compliance');
  });

test('a check is old on the day after its last', () => {
  const [norm] = NORMS;
  assert.ok(norm);
  const checked = { ...norm, checkedOn: '2026-01-31', validDays: 365 };
  assert.equal(reportOf(checked, new Date('2027-01-31T23:59:59Z')).isOld, false);
  assert.equal(reportOf(checked, new Date('2027-02-01T00:00:00Z')).isOld, true);
});
