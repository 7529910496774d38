import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { middleOfCell } from '../src/reach/grid-cells.ts';
import { groupsOf } from '../src/reach/group-cells.ts';
import { groupChange } from '../src/reach/served.ts';
import { whoPays } from '../src/scenarios/who-pays.ts';

/** The cells of the demo, read as simply as can be. */
const [HEAD = [], ...LINES] = readFileSync(
  new URL('../../../demo/decisions/files/carreaux_200m_met.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => line.split(','));
const ROWS = LINES.map((line) => Object.fromEntries(HEAD.map((name, at) => [name, line[at] ?? ''])));
const number = (row: Record<string, string>, ...names: string[]) =>
  names.reduce((sum, name) => sum + Number(row[name]), 0);
const CELLS = ROWS.map((row) => ({
  at: middleOfCell(row.idcar_200m ?? '') ?? ([0, 0] as const),
  people: number(row, 'ind'),
  isImputed: row.i_est_200 === '1',
  income: number(row, 'ind_snv') / number(row, 'ind'),
  young: number(row, 'ind_0_3', 'ind_4_5', 'ind_6_10', 'ind_11_17'),
  old: number(row, 'ind_65_79', 'ind_80p'),
}));
const PEOPLE = CELLS.reduce((sum, { people }) => sum + people, 0);
const sumOf = (members: readonly number[]) => members.reduce((sum, own) => sum + own, 0);
const near = (got: number, expected: number, least = 1e-9) =>
  assert.ok(Math.abs(got - expected) <= least * Math.max(1, Math.abs(expected)), `got ${got}, expected ${expected}`);

test('fifths by income hold everyone once, in the order of income, and ages are those of the file', () => {
  const groups = groupsOf(CELLS);
  const fifths = groups.slice(0, 5);
  near(sumOf(fifths.flatMap(({ members }) => members)), PEOPLE);
  const largest = Math.max(...CELLS.map(({ people }) => people));
  let richestBefore = 0;
  for (const { members } of fifths) {
    assert.ok(Math.abs(sumOf(members) - PEOPLE / 5) <= largest, 'a fifth differs by less than a cell');
    const incomes = CELLS.flatMap(({ income }, at) => ((members[at] ?? 0) > 0 ? [income] : []));
    assert.ok(Math.min(...incomes) >= richestBefore);
    richestBefore = Math.max(...incomes);
  }
  const [young = 0, adult = 0, old = 0] = groups.slice(5).map(({ members }) => sumOf(members));
  near(
    young,
    ROWS.reduce((sum, row) => sum + number(row, 'ind_0_3', 'ind_4_5', 'ind_6_10', 'ind_11_17'), 0),
  );
  near(
    old,
    ROWS.reduce((sum, row) => sum + number(row, 'ind_65_79', 'ind_80p'), 0),
  );
  near(young + adult + old, PEOPLE, 1e-6);
});

test('what is not known of all cells makes no group', () => {
  const { young: _young, ...first } = CELLS[0] as (typeof CELLS)[number];
  assert.deepEqual(
    groupsOf([first, ...CELLS.slice(1)]).map(({ id }) => id),
    ['income1', 'income2', 'income3', 'income4', 'income5'],
  );
  assert.deepEqual(groupsOf([]), []);
  assert.deepEqual(
    groupsOf(CELLS.slice(0, 4)).map(({ id }) => id),
    ['young', 'adult', 'old'],
  );
});

test('the same sum of each is a larger share of a small income, and ways are weighted by the members of the group', () => {
  const band = (value: number) => ({ value, mean: value, low: value, median: value, high: value, chance: 0 });
  const result = (balance: number) => ({
    name: '',
    levers: {},
    outputs: [],
    goals: [],
    tornado: [],
    balance: band(balance),
  });
  const cells = [100, 100, 100, 100, 100].map((people, at) => ({
    at: [5 + at, 49] as const,
    people,
    isImputed: at === 0,
    income: 10_000 * (at + 1),
  }));
  const area = [
    [4.5, 48],
    [6.5, 48],
    [6.5, 50],
    [4.5, 50],
    [4.5, 48],
  ] as const;
  const groups = whoPays(cells, {
    today: result(-20_000),
    variants: [result(-120_000), result(30_000)],
    years: 10,
    discountRate: 0,
    area,
  });
  // 100 000 € more over ten years for 500 people: 20 € a year of each.
  groups.forEach(({ people, income = 0, burdens = [], inArea, imputed }, at) => {
    assert.deepEqual([people, income, inArea, imputed], [100, 10_000 * (at + 1), at < 2 ? 100 : 0, at === 0 ? 100 : 0]);
    near(burdens[0] ?? 0, 20 / (10_000 * (at + 1)));
    near(burdens[1] ?? 0, -10 / (10_000 * (at + 1)));
  });
  const ways = (all: readonly number[]) => all.map((metres) => ({ people: 100, metres }));
  const old = { id: 'old' as const, members: [30, 10, 0] };
  const changed = groupChange(ways([400, 800, 100]), ways([600, 200, 900]), old);
  assert.deepEqual(changed, { id: 'old', before: 500, after: 500, nearer: 10, farther: 30 });
});
