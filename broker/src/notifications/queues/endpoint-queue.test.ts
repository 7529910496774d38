import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { PendingNotification } from '../../model/pending-notification.ts';
import { DELIVERY_SETTINGS } from '../settings.ts';
import { EndpointQueue, type QueuedNotification, type Send, type Sent } from './endpoint-queue.ts';

const MINUTE = 60_000;

function queued(number: number): QueuedNotification {
  return {
    entryId: `${number}`.padStart(8, '0'),
    tenant: '',
    id: 'urn:ngsi-ld:Subscription:1',
    entityId: `urn:ngsi-ld:Lamp:${number % 10}`,
    pending: {} as PendingNotification, // not used by a queue
    since: Date.now(),
    attempts: 0,
    version: 0,
    awaitsTurn: false,
  };
}

/** Completes asynchronously, like a network request. */
function later(send: (queued: QueuedNotification) => Sent): Send {
  return ([one], _isTrial, done) => queueMicrotask(() => done(send(one)));
}

function start(t: TestContext, send: Send) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 });
  const heard: string[] = [];
  const queue = new EndpointQueue(DELIVERY_SETTINGS, send, {
    onSpace: () => {},
    onFailing: () => heard.push('failing'),
    onRecovered: () => heard.push('recovered'),
  });
  /** Advances the time in steps that are short enough for the effects of one attempt. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1000) {
      t.mock.timers.tick(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { queue, heard, pass };
}

test('an endpoint that is down for 30 minutes gets few attempts, and then everything in order per entity', async (t) => {
  let isUp = false;
  let attempts = 0;
  const delivered: QueuedNotification[] = [];
  const send = later((one) => {
    attempts++;
    if (!isUp) return { end: 'again', endpointDown: true, leastPauseMs: 0, error: 'down' };
    delivered.push(one);
    return { end: 'done', answered: true };
  });
  const { queue, heard, pass } = start(t, send);
  let number = 0;
  for (let minute = 0; minute < 30; minute++) {
    for (let each = 0; each < 40; each++) queue.add(queued(number++));
    await pass(MINUTE);
  }
  assert.ok(attempts < 60, `${attempts} attempts while it was down`);
  const state = queue.state('http://example.org/', '');
  assert.equal(state.lastError, 'down');
  assert.equal(state.waiting, 1200);

  isUp = true;
  await pass(6 * MINUTE);

  assert.equal(delivered.length, 1200);
  for (let entity = 0; entity < 10; entity++) {
    const own = delivered.filter(({ entityId }) => entityId === `urn:ngsi-ld:Lamp:${entity}`).map((one) => one.entryId);
    assert.deepEqual(own, [...own].sort());
  }
  assert.deepEqual(heard, ['failing', 'recovered']);
  assert.equal(queue.state('http://example.org/', '').circuit, 'closed');
});

test('a new subscription is tried once immediately while the endpoint is down', async (t) => {
  const tried: string[] = [];
  const send = later((one) => {
    tried.push(one.id);
    return { end: 'again', endpointDown: true, leastPauseMs: 10 * MINUTE, error: 'down' };
  });
  const { queue, pass } = start(t, send);
  queue.add(queued(1));
  await pass(MINUTE);
  queue.add({ ...queued(2), id: 'urn:ngsi-ld:Subscription:2' });
  await pass(1000);
  queue.add({ ...queued(3), id: 'urn:ngsi-ld:Subscription:2' });
  await pass(MINUTE);

  assert.deepEqual(tried, ['urn:ngsi-ld:Subscription:1', 'urn:ngsi-ld:Subscription:2']);
});

test('notifications that need not be sent are dropped at once, however many are waiting', async (t) => {
  let isWanted = true;
  const waiting: (() => void)[] = [];
  const dropped: string[] = [];
  const { queue } = start(t, ([one], _isTrial, done) => {
    if (isWanted) waiting.push(() => done({ end: 'done', answered: true }));
    else {
      dropped.push(one.entryId);
      done({ end: 'done', answered: false });
    }
  });
  for (let number = 0; number < 50_000; number++) queue.add(queued(number));
  assert.equal(waiting.length, 10); // one of each entity
  isWanted = false;
  for (const end of waiting) end();
  assert.equal(dropped.length, 49_990);
  assert.deepEqual(dropped.slice(0, 5), ['00000010', '00000020', '00000030', '00000040', '00000050']);
  assert.ok(queue.isIdle);
});

test('notifications of one request are sent together, in order for each entity', async (t) => {
  const sent: string[][] = [];
  const ends: (() => void)[] = [];
  const { queue } = start(t, (together, _isTrial, done) => {
    sent.push(together.map(({ entryId }) => entryId));
    ends.push(() => done({ end: 'done', answered: true }));
  });
  const ofRequest = (number: number, request: string, entity: string, version: number): QueuedNotification => ({
    ...queued(number),
    entityId: entity,
    version,
    pending: { request } as PendingNotification, // the only member used
    awaitsTurn: true,
  });
  const first = [ofRequest(1, '1', 'A', 1), ofRequest(2, '1', 'B', 1), ofRequest(3, '1', 'C', 1)];
  const second = [ofRequest(4, '2', 'A', 2), ofRequest(5, '2', 'B', 2)];
  queue.add({ ...queued(0), entityId: 'C' });
  for (const one of [...first, ...second]) queue.add(one);
  const ended = async (all: readonly QueuedNotification[]) => {
    for (const one of all) queue.turn(one);
    await new Promise((resolve) => setImmediate(resolve));
  };
  await ended(second); // their entities have an earlier notification, whose request has not ended
  assert.deepEqual(sent, [['00000000']]);
  await ended(first); // an earlier notification of the third entity is in progress
  assert.equal(sent.length, 1);
  ends[0]?.();
  assert.deepEqual(sent[1]?.toSorted(), ['00000001', '00000002', '00000003']);
  ends[1]?.();
  assert.deepEqual(sent[2], ['00000004', '00000005']);
  ends[2]?.();
  assert.ok(queue.isIdle);
});

test('two requests with entities in opposite orders neither wait for each other nor for refused notifications', async (t) => {
  const sent: string[][] = [];
  const refused = '00000009';
  const send: Send = (together, _isTrial, done) => {
    sent.push(together.map(({ entryId }) => entryId));
    const isRefused = together[0].entryId === refused;
    const answer: Sent = isRefused
      ? { end: 'again', endpointDown: false, leastPauseMs: 30 * MINUTE, error: 'refused' }
      : { end: 'done', answered: true };
    queueMicrotask(() => done(answer));
  };
  const { queue, pass } = start(t, send);
  const all = [
    ['00000001', '1', 'A', 1],
    ['00000002', '1', 'B', 2],
    ['00000003', '2', 'A', 2], // as two processes may leave them
    ['00000004', '2', 'B', 1],
    ['00000009', undefined, 'C', 1],
    ['00000010', '3', 'C', 2],
    ['00000011', '3', 'D', 1],
  ] as const;
  for (const [entryId, request, entityId, version] of all) {
    const pending = { ...(request && { request }) } as PendingNotification; // the only member used
    queue.add({ ...queued(0), entryId, entityId, version, pending, awaitsTurn: request !== undefined });
  }
  for (const one of [...queue.queued.values()]) queue.turn(one);
  await pass(MINUTE);
  const done = sent.flat().filter((id) => id !== refused);
  assert.deepEqual(done.toSorted(), ['00000001', '00000002', '00000003', '00000004', '00000011']);
  assert.ok(done.indexOf('00000001') < done.indexOf('00000003'));
  assert.ok(done.indexOf('00000004') < done.indexOf('00000002'));
});

test('notifications that fail together are retried together', async (t) => {
  const sent: string[][] = [];
  const answers: Sent[] = [
    { end: 'again', endpointDown: true, leastPauseMs: 0, error: 'down' },
    { end: 'again', endpointDown: false, leastPauseMs: 0, error: 'refused' },
    { end: 'done', answered: true },
  ];
  const { queue, pass } = start(t, (together, _isTrial, done) => {
    sent.push(together.map(({ entityId }) => entityId));
    queueMicrotask(() => done(answers[sent.length - 1] as Sent));
  });
  const pending = { request: 'one' } as PendingNotification;
  const both = [1, 2].map((number) => ({ ...queued(number), entityId: `${number}`, pending, awaitsTurn: true }));
  for (const one of both) queue.add(one);
  for (const one of both) queue.turn(one);
  await pass(MINUTE);

  assert.deepEqual(sent, Array(3).fill(['1', '2']));
  assert.ok(queue.isIdle);
});
