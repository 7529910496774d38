import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { thingsStackUplink } from '../../test/support/uplinks.ts';
import type { FrameKind, UplinkFrame } from '../frames/uplink-frame.ts';
import { readUplink } from '../network-servers/read-uplink.ts';
import type { DeviceProgress } from './progress.ts';
import { admit, NO_PROGRESS } from './progress.ts';

const BASE = readUplink(
  'v3/a/devices/b/up',
  Buffer.from(JSON.stringify(thingsStackUplink({ devEui: '0101010101010101' }).body)),
  '2026-05-01T10:00:00.000Z',
);

function frame(fCnt: number, dedupKey: string, payload: number, kind: FrameKind = 'data'): UplinkFrame {
  const { sessionKey: _, ...rest } = BASE;
  return { ...rest, kind, fCnt, dedupKey, payload: Uint8Array.of(payload) };
}

describe('a frame of a device', () => {
  test('is admitted once: redeliveries, retransmissions, gaps, late frames, joins', () => {
    const STEPS: readonly [name: string, UplinkFrame, admission: string, lost: number][] = [
      ['the first', frame(100, 'a1', 20), 'new', 0],
      ['delivered a second time', frame(100, 'a1', 20), 'duplicate', 0],
      ['sent again by the device', frame(100, 'a2', 20), 'duplicate', 0],
      ['after one that was lost', frame(102, 'a3', 21), 'new', 1],
      ['the lost one, late', frame(101, 'a4', 20), 'new', 0],
      ['the same counter with another payload', frame(102, 'a5', 99), 'counter conflict', 0],
      ['a join', frame(0, 'j1', 0, 'join'), 'new', 0],
      ['counter 0 after the join', frame(0, 'a6', 22), 'new', 0],
      ['the next', frame(1, 'a7', 22), 'new', 0],
      ['a counter that jumps', frame(60_000, 'a8', 1), 'new', 0],
      ['a counter that starts again without a join', frame(2, 'a9', 1), 'counter reset', 0],
    ];
    let progress = NO_PROGRESS;
    for (const [index, [name, given, expected, lost]] of STEPS.entries()) {
      const result = admit(progress, given, index);
      assert.equal(result.admission, expected, name);
      assert.equal(result.progress.lostUplinks, lost, `${name}: lost`);
      progress = result.progress;
    }
  });

  test('is not a duplicate of itself when it is read again from the inbox', () => {
    const first = admit(NO_PROGRESS, frame(5, 'a', 1), 17);
    const again = admit(first.progress, frame(5, 'a', 1), 17);
    assert.equal(again.admission, 'new');
    assert.deepEqual(again.progress, first.progress);
    assert.equal(admit(first.progress, frame(5, 'a', 1), 18).admission, 'duplicate');
  });

  test('of another session may have the same counter and payload', () => {
    const first = admit(NO_PROGRESS, { ...frame(5, 'a', 1), sessionKey: 's1' }, 1);
    assert.equal(admit(first.progress, { ...frame(5, 'b', 1), sessionKey: 's1' }, 2).admission, 'duplicate');
    assert.equal(admit(first.progress, { ...frame(5, 'b', 1), sessionKey: 's2' }, 2).admission, 'new');
  });

  test('is compared with the last 32, of 24 bytes each', () => {
    let progress: DeviceProgress = NO_PROGRESS;
    for (let n = 0; n < 100; n++) ({ progress } = admit(progress, frame(n, `k${n}`, n % 256), n));
    assert.equal(progress.recent.length, 32 * 24);
    assert.equal(admit(progress, frame(68, 'k68', 68), 200).admission, 'duplicate');
    assert.equal(progress.lostUplinks, 0);
  });
});
