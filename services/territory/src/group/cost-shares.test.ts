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

test('unequal weights: the cents that remain go to the largest remainders', () => {
  // 1 : 2 : 4 of 1.00 are 14.2857, 28.5714 and 57.1428 cents: the one that remains goes to the second.
  const all = [of('a', { inhabitants: 1 }), of('b', { inhabitants: 2 }), of('c', { inhabitants: 4 })];
  assert.deepEqual(
    sharesOf('inhabitants', 1, all).map(({ weight, amount }) => [weight, amount]),
    [
      [1, 0.14],
      [2, 0.29],
      [4, 0.57],
    ],
  );
});

test('a formula that is none, or gives no weight, is refused with the collectivity and what it gives', () => {
  const all = [of('a', { inhabitants: 7 }), of('b')];
  for (const [formula, told] of [
    ['inhabitants +', /^formula: got "inhabitants \+", expected a formula of the figures of a collectivity: ./],
    ['name', /for a it gives undefined, expected a number of at least 0/],
    ["'7'", /for a it gives 7, expected a number of at least 0/],
    ['inhabitants - 1', /for b it gives -1, expected a number of at least 0/],
    ['1 / inhabitants', /for b it gives Infinity, expected a number of at least 0/],
  ] as const) {
    assert.throws(
      () => sharesOf(formula, 100, all),
      (cause: { status?: number; detail?: string; message: string }) => {
        assert.equal(cause.status, 400, formula);
        assert.match(cause.detail ?? cause.message, told);
        return true;
      },
    );
  }
});
