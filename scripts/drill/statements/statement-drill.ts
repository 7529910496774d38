import { type Database, openDatabase } from '@alzette/broker';
import { findPostgres, startPostgres } from '../../postgres-server.ts';
import { CASES } from './cases/cases.ts';
import { killEveryStatement } from './kill-every-statement.ts';
import { KillSwitch } from './kill-switch.ts';
import { openWorkshop } from './open-workshop.ts';

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
    say(`${'all'.padEnd(45)} ${String(points).padStart(9)}  ${String(others).padStart(10)}`);
    return others === 0;
  } finally {
    await endings.end();
  }
}

/** A new PostgreSQL server if that is installed; else an embedded database. */
export async function drillDatabase(endings: Endings): Promise<Database> {
  const bin = findPostgres();
  if (bin !== undefined) {
    const server = await startPostgres(bin);
    endings.after(() => server.stop());
    const db = await openDatabase({ url: server.url });
    endings.after(() => db.close());
    return db;
  }
  const db = await openDatabase({});
  endings.after(() => db.close());
  return db;
}
