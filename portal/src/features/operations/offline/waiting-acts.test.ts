import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type WaitingAct, WaitingActs } from './waiting-acts.ts';

const ORDER = 'urn:ngsi-ld:WorkOrder:1';

function act(n: number): WaitingAct {
  return { key: `key-${n}`, at: '2026-11-28T10:00:00.000Z', act: { act: 'time', minutes: n + 1, date: '2026-11-28' } };
}

function shelf() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  };
}

describe('Actions on work orders without a network', () => {
  test('are stored on the device, also over a restart, and sent in order when there is one again', async () => {
    const device = shelf();
    let isOnline = false;
    const sent: [string, string[]][] = [];
    const send = async (order: string, acts: readonly WaitingAct[]) => {
      if (!isOnline) throw new TypeError('Failed to fetch');
      sent.push([order, acts.map(({ key }) => key)]);
      return acts.map(() => ({ outcome: 'done' }));
    };
    const before = new WaitingActs(device, send);
    for (let n = 0; n < 150; n++) before.add(ORDER, act(n));
    assert.deepEqual(await before.send(), []);
    assert.equal(before.count(), 150);

    const after = new WaitingActs(device, send);
    isOnline = true;
    await Promise.all([after.send(), after.send()]);
    assert.equal(after.count(), 0);
    assert.deepEqual(
      sent.map(([order, keys]) => [order, keys.length]),
      [
        [ORDER, 100],
        [ORDER, 50],
      ],
    );
    assert.deepEqual(
      sent.flatMap(([, keys]) => keys),
      Array.from({ length: 150 }, (_, n) => `key-${n}`),
    );
  });

  test('are reported when the server refuses them, and do not delay others', async () => {
    const waiting = new WaitingActs(shelf(), async (order, acts) => {
      if (order !== ORDER) throw new Error('there is no such work order');
      return acts.map(({ key }) => ({ outcome: key === 'key-1' ? 'refused' : 'done', detail: 'it is closed' }));
    });
    waiting.add('urn:ngsi-ld:WorkOrder:gone', act(0));
    waiting.add(ORDER, act(1));
    waiting.add(ORDER, act(2));
    assert.deepEqual(await waiting.send(), ['there is no such work order', 'it is closed']);
    assert.equal(waiting.count(), 0);
  });

  test('wait while nobody is signed in or the server fails', async () => {
    let status: number | undefined = 401;
    const waiting = new WaitingActs(shelf(), async (_order, acts) => {
      if (status !== undefined) throw Object.assign(new Error('not now'), { problem: { status } });
      return acts.map(() => ({ outcome: 'done' }));
    });
    waiting.add(ORDER, act(1));
    for (const [given, needsSignIn] of [
      [401, true],
      [429, false],
      [503, false],
    ] as const) {
      status = given;
      assert.deepEqual(await waiting.send(), []);
      assert.deepEqual([waiting.count(), waiting.needsSignIn], [1, needsSignIn]);
    }
    status = undefined;
    await waiting.send();
    assert.equal(waiting.count(), 0);
  });

  test('that are added while others are being sent are not lost', async () => {
    let release: () => void = () => {};
    const waiting = new WaitingActs(shelf(), async (_order, acts) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return acts.map(() => ({ outcome: 'done' }));
    });
    waiting.add(ORDER, act(1));
    const sending = waiting.send();
    waiting.add(ORDER, act(2));
    release();
    await new Promise(setImmediate);
    assert.deepEqual(
      waiting.of(ORDER).map(({ key }) => key),
      ['key-2'],
    );
    release();
    await sending;
    assert.equal(waiting.count(), 0);
  });
});
