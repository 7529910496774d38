import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteadyClock } from './steady-clock.ts';

const HOUR = 3_600_000;

function start() {
  let [wall, passed] = [1_800_000_000_000, 0];
  const clock = new SteadyClock({ wall: () => wall, passed: () => passed });
  const jumps: number[] = [];
  clock.onJump = (ms) => jumps.push(ms);
  const pass = (ms: number) => {
    wall += ms;
    passed += ms;
    return clock.now();
  };
  const set = (ms: number) => {
    wall += ms;
  };
  return { clock, jumps, pass, set, wall: () => wall };
}

test('after the clock is set back an hour, time advances at half speed until the machine has caught up', () => {
  const { clock, jumps, pass, set, wall } = start();
  const before = pass(1000);
  set(-HOUR);
  assert.equal(clock.now(), before);
  assert.equal(pass(10_000), before + 5000);
  assert.deepEqual(jumps, [-HOUR]);
  let last = clock.now();
  for (let minute = 0; minute < 121; minute++) {
    const now = pass(60_000);
    assert.ok(now > last);
    last = now;
  }
  assert.equal(clock.now(), wall());
  assert.equal(clock.aheadMs, 0);
});

test('a clock set forward is followed at once, also after a correction', () => {
  const { clock, jumps, pass, set, wall } = start();
  set(60_000);
  assert.equal(pass(1), wall());
  set(-60_000);
  const ahead = clock.now();
  assert.ok(pass(100) > ahead);
  assert.deepEqual(jumps, [60_000, -60_000]);
});

test('a process whose clock is behind another one continues from the other one', () => {
  const { clock, pass, wall } = start();
  clock.advance(wall() + 5000);
  assert.equal(clock.now(), wall() + 5000);
  assert.equal(pass(2000), wall() - 2000 + 5000 + 1000);
  clock.advance(wall() - 1);
  assert.ok(clock.now() > wall());
});

test('a time more than a day ahead is discarded as wrong', () => {
  const { clock, pass, set, wall } = start();
  set(48 * HOUR);
  pass(1);
  set(-48 * HOUR);
  assert.equal(clock.now(), wall());
});
