import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@alzette/broker';
import { findPostgres, startPostgres } from '../../postgres-server.ts';
import { CASES } from './cases/cases.ts';
import { WITHOUT_CASE } from './cases/without-case.ts';
import { declaredWork } from './declared-work.ts';
import { killEveryJob } from './every-job.ts';
import { killEveryStatement } from './kill-every-statement.ts';
import { KillSwitch } from './kill-switch.ts';
import { openWorkshop } from './open-workshop.ts';
import { openProductWorkshop } from './product-workshop.ts';

/** Collects what must end after a drill, and ends it in reverse order. */
export class Endings {
  readonly #ends: (() => unknown)[] = [];

  after(end: () => unknown): void {
    this.#ends.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}

/** Kills the work of all cases before each of their statements. @returns whether every end was the same */
export async function runStatementDrill(say: (text: string) => void, every = 1): Promise<boolean> {
  const endings = new Endings();
  try {
    const db = await drillDatabase(endings);
    const killSwitch = new KillSwitch();
    const workshop = await openWorkshop(endings, db, CASES, killSwitch);
    say(`${'due work'.padEnd(45)} killed at  other ends   (${db.kind})`);
    let [points, others] = [0, 0];
    for (const each of CASES) {
      const result = await killEveryStatement(each, workshop, killSwitch, every);
      say(
        `${each.name.padEnd(45)} ${String(result.points).padStart(9)}  ${String(result.differences.length).padStart(10)}`,
      );
      for (const difference of result.differences) say(`  ${difference}`);
      points += result.points;
      others += result.differences.length;
    }
    const folder = await mkdtemp(join(tmpdir(), 'alzette-jobs-'));
    endings.after(() => rm(folder, { recursive: true, force: true }));
    const product = await openProductWorkshop(endings, await emptyOne(db, endings), killSwitch, folder);
    say(`\n${'job of the product, with generic rows'.padEnd(45)} killed at  other ends`);
    const lost = declaredWork().filter(
      (job) => !job.startsWith('loop: ') && !product.defined.has(job) && !isKnown(job),
    );
    for (const job of lost) say(`  ${job} is declared, and no service that is started here defines it`);
    let isListed = lost.length === 0;
    for await (const { name, changes, failure, ...result } of killEveryJob(product, killSwitch, every)) {
      const note = failure === undefined ? (changes ? '' : '  changes none of them') : '  does not work on them';
      say(
        `${name.padEnd(45)} ${String(result.points).padStart(9)}  ${String(result.differences.length).padStart(10)}${note}`,
      );
      for (const difference of result.differences) say(`  ${difference}`);
      if (!changes && !isKnown(name)) {
        say(
          `  ${name} needs a case of its own, or a line in cases/without-case.ts: ${failure ?? 'it changes nothing'}`,
        );
        isListed = false;
      }
      points += result.points;
      others += result.differences.length;
    }
    say(`${'all'.padEnd(45)} ${String(points).padStart(9)}  ${String(others).padStart(10)}`);
    return others === 0 && isListed;
  } finally {
    await endings.end();
  }
}

/** Whether a case kills the job, or it is listed that none does. */
export const isKnown = (job: string) => CASES.some(({ covers }) => covers.includes(job)) || WITHOUT_CASE.has(job);

/** Another database without anything: that of the cases may be due for the jobs of the product. */
async function emptyOne(db: Database, endings: Endings): Promise<Database> {
  if (db.kind === 'pglite') {
    const other = await openDatabase({});
    endings.after(() => other.close());
    return other;
  }
  const { rows } = await db.query<{ port: string }>({ text: `SELECT current_setting('port') AS port` });
  await db.runScript('CREATE DATABASE product');
  const other = await openDatabase({ url: `postgres://postgres@127.0.0.1:${rows[0]?.port}/product` });
  endings.after(() => other.close());
  return other;
}

/** A new PostgreSQL server if that is installed; else an embedded database. */
export async function drillDatabase(endings: Endings): Promise<Database> {
  const bin = findPostgres();
  if (bin !== undefined) {
    const server = await startPostgres(bin);
    endings.after(() => server.stop());
    const db = await openDatabase({ url: server.url });
    endings.after(() => db.close());
    // Services are migrated before the broker, which creates it otherwise.
    await db.runScript('CREATE EXTENSION IF NOT EXISTS postgis');
    return db;
  }
  const db = await openDatabase({});
  endings.after(() => db.close());
  return db;
}
