import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { atRest } from '../at-rest.ts';
import { createDatabase, execute } from '../bare/bare-database.ts';
import { withCost } from '../cost.ts';
import type { Counted } from '../load/measurement.ts';
import { reportMissedGoals } from '../report-missed-goals.ts';
import { type OwnTarget, startBenchPostgres, startProduct } from '../target.ts';
import { type PairedRow, pairedRows } from './rows.ts';
import { overall, type Turn, type Turns, verdictOf } from './verdict.ts';

/*
 * npm run bench -- paired --with ../before [--rows 'create|notif'] [--seconds 4] [--warm 20] [--turns 2] [--starts 4]
 *   [--entities 20000]
 *
 * Compares each row of the report with the product of another commit, whose clone or worktree (with its packages
 * installed) `--with` names: both on one PostgreSQL, in turns, in one run. Two processes of the same code differ by up
 * to 20 %, depending on what V8 compiled when. So both products are started several times, and each row has the mean of
 * its starts with an interval of 90 %. To see how wide it is for the same code, name a worktree of the same commit.
 * Before it is measured, each row runs for `--warm` seconds on both, because V8 compiles a row's code in its first 16
 * seconds: an update with one notification took 214 µs of the program's processor in the first four of them, and 125 µs
 * after them. A product with more code takes longer.
 *
 * Exit code 1: even the upper end of a row's interval is more than 5 % slower, or the mean of all rows is; the last
 * lines say which.
 */
const { values } = parseArgs({
  options: {
    with: { type: 'string' },
    rows: { type: 'string', default: '' },
    seconds: { type: 'string', default: '4' },
    warm: { type: 'string', default: '20' },
    turns: { type: 'string', default: '2' },
    starts: { type: 'string', default: '4' },
    entities: { type: 'string', default: '20000' },
  },
});
if (values.with === undefined) {
  console.error('--with is missing: the folder of a clone or worktree of the commit to compare with');
  process.exit(2);
}
const turns = Number(values.turns);
const pattern = new RegExp(values.rows);
const rowsOf = (seconds: string) =>
  pairedRows(Number(values.entities), Number(seconds)).filter(({ name }) => pattern.test(name));
const rows = rowsOf(values.seconds);
const warmUps = rowsOf(values.warm);
if (rows.length === 0) {
  console.error(`--rows: no row's name matches ${values.rows}`);
  process.exit(2);
}

const file = pathToFileURL(resolve(values.with, 'bench/src/target.ts'));
const other = (await import(file.href)) as { readonly startProduct: typeof startProduct };

const postgres = await startBenchPostgres();
const measured = new Map<PairedRow, Turns[]>();
try {
  const before = { name: 'before', start: other.startProduct, url: await createDatabase(postgres.socketUrl, 'before') };
  const after = { name: 'after', start: startProduct, url: await createDatabase(postgres.socketUrl, 'after') };
  // The first start of a commit compiles its code; later starts are representative.
  for (const { start, url } of [before, after]) await (await start(url)).stop();
  for (let start = 0; start < Number(values.starts); start++) {
    const products = [await before.start(before.url), await after.start(after.url)] as const;
    for (const [place, row] of rows.entries()) {
      const pairs = await measurePairs(row, warmUps[place] as PairedRow, products, start);
      measured.set(row, [...(measured.get(row) ?? []), pairs]);
      console.log(`${start + 1}: ${verdictOf(row, [pairs]).line}`);
    }
    for (const product of products) await product.stop();
  }
} finally {
  await postgres.stop();
}

const verdicts = [...measured].map(([row, starts]) => verdictOf(row, starts));
const all = overall(verdicts);
console.log(`
| row | before | after | speed, after ÷ before | 90 % of ${values.starts} starts | processor, after ÷ before | errors |
| --- | --: | --: | --: | --: | --: | --: |`);
for (const { line } of verdicts) console.log(line);
console.log(`\n${all.line}`);
reportMissedGoals([...verdicts, all].flatMap(({ missed }) => (missed === undefined ? [] : [missed])));

/** The turns of one row on both products, after it has warmed up. Who begins changes with each turn. */
async function measurePairs(
  row: PairedRow,
  warmUp: PairedRow,
  products: readonly [before: OwnTarget, after: OwnTarget],
  start: number,
): Promise<Turns> {
  const firstTurn = start * (turns + 1);
  for (const product of products) {
    await row.prepare(product);
    await warmUp.run(product, firstTurn);
  }
  const pairs: Turn[] = [];
  for (let turn = 1; turn <= turns; turn++) {
    const [before, after] = products;
    const done: Counted[] = [];
    const isAfterFirst = (start + turn) % 2 === 1;
    for (const product of isAfterFirst ? [after, before] : [before, after]) {
      // Neither product's background work falls into the other's measurement.
      for (const product of products) await atRest(product);
      await execute(postgres.url, 'CHECKPOINT');
      const work = () => row.run(product, firstTurn + turn);
      done.push(await withCost(work, { program: product.pid, database: postgres.pid }));
    }
    const [one, two] = done as [Counted, Counted]; // both were measured
    pairs.push(isAfterFirst ? { before: two, after: one } : { before: one, after: two });
  }
  return pairs as [Turn, ...Turn[]]; // at least one turn
}
