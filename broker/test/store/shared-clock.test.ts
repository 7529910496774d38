import assert from 'node:assert/strict';
import { SteadyClock } from '../../src/clock/steady-clock.ts';
import type { Database } from '../../src/database/database.ts';
import { SharedClock } from '../../src/processes/shared-clock.ts';
import { eachDatabase } from '../support/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LOG = { warn: () => {} };

eachDatabase('The clock that processes share', (test) => {
  test('continues after the last change, although a clock was days ahead before and is behind now', async (_t, db) => {
    const { run, set } = await machine(db);
    await run(() => set(2 * DAY));
    let lastChange = 0;
    await run((clock) => {
      set(-2 * DAY + MINUTE);
      lastChange = clock.now();
    });
    set(-HOUR);
    await run((clock) => assert.ok(clock.now() >= lastChange, 'the clock went back'));
  });

  test('continues after the last change by a right clock, if a process ends while its clock is days ahead', async (_t, db) => {
    const { run, set } = await machine(db);
    let lastChange = 0;
    await run((clock) => {
      set(MINUTE);
      lastChange = clock.now();
    });
    await run(() => set(3 * DAY));
    set(-3 * DAY - HOUR);
    await run((clock) => assert.ok(clock.now() >= lastChange, 'the clock went back'));
  });
});

/** A machine whose processes run one after the other. */
async function machine(db: Database) {
  const { rows } = await db.query<{ at: Date }>({ text: 'SELECT at FROM broker_clock' });
  let wall = (rows[0] as { at: Date }).at.getTime() + HOUR;
  return {
    /** Sets the clock of the machine forward, or back. */
    set(ms: number): void {
      wall += ms;
    },
    async run(work: (clock: SteadyClock) => void): Promise<void> {
      const clock = new SteadyClock({ wall: () => wall, passed: () => 0 });
      const shared = await SharedClock.start(db, clock, LOG, (error) => {
        throw error;
      });
      work(clock);
      await shared.close();
    },
  };
}
