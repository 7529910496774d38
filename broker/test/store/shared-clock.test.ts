import assert from 'node:assert/strict';
import { SteadyClock } from '../../src/clock/steady-clock.ts';
import { SharedClock } from '../../src/processes/shared-clock.ts';
import { eachDatabase } from '../support/index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LOG = { warn: () => {} };

eachDatabase('The clock that processes share', (test) => {
  test('continues after the last change, although a clock was days ahead before and is behind now', async (_t, db) => {
    const { rows } = await db.query<{ at: Date }>({ text: 'SELECT at FROM broker_clock' });
    let wall = (rows[0] as { at: Date }).at.getTime() + HOUR;
    /** Runs a process, by the clock of the machine as it is set. */
    const run = async (work: (clock: SteadyClock) => void) => {
      const clock = new SteadyClock({ wall: () => wall, passed: () => 0 });
      const shared = await SharedClock.start(db, clock, LOG, (error) => {
        throw error;
      });
      work(clock);
      await shared.close();
    };
    await run(() => {
      wall += 2 * DAY;
    });
    let lastChange = 0;
    await run((clock) => {
      wall -= 2 * DAY;
      wall += MINUTE;
      lastChange = clock.now();
    });
    wall -= HOUR;
    await run((clock) => assert.ok(clock.now() >= lastChange, 'the clock went back'));
  });
});
