import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharesOf, type Weighed } from './cost-shares.ts';

const usage = { requests: 0, jobs: 0, computeSeconds: 0, mails: 0, pushes: 0 };
const sums = { entities: 0, openAlarms: 0, openReports: 0, lateReports: 0, fileBytes: 0, usage };
const of = (tenant: string, figures: Partial<Weighed> = {}): Weighed => ({ tenant, name: tenant, ...sums, ...figures });

test('thirds add up to 100 % and to the cent, and where nobody weighs anything all bear the same', () => {
  const three = [of('a', { inhabitants: 7 }), of('b', { inhabitants: 7 }), of('c', { inhabitants: 7 })];
  for (const formula of ['inhabitants', 'energy']) {
    const shares = sharesOf(formula, 100, three);
    assert.deepEqual(
      shares.map(({ percent, amount }) => [percent, amount]),
      [
        [33.34, 33.34],
        [33.33, 33.33],
        [33.33, 33.33],
      ],
    );
  }
});

test('a formula weighs figures against each other', () => {
  const all = [
    of('a', { inhabitants: 100, entities: 50 }),
    of('b', { energy: 300, usage: { ...usage, requests: 100 } }),
  ];
  // a: 100 + 2 * 50 = 200; b: 300 / 3 + 100 = 200.
  const [a, b] = sharesOf('inhabitants + 2 * entities + energy / 3 + requests', 0.01, all);
  assert.deepEqual([a?.weight, a?.percent, a?.amount], [200, 50, 0.01]);
  assert.deepEqual([b?.weight, b?.percent, b?.amount], [200, 50, 0]);
  assert.deepEqual(sharesOf('inhabitants', 100, []), []);
});
