import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '../contract/report.ts';
import { type Act, applyAct } from './acts.ts';

const CLOSED_AT = '2026-03-01T12:00:00.000Z';
const OPEN: Report = {
  id: 'K7Q2M9XD4T',
  category: 'pothole',
  position: [5.93, 49.47],
  commune: 'thil',
  communeScope: '/Thil',
  status: 'open',
  moderation: 'pending',
  requestedAt: '2026-02-01T12:00:00.000Z',
  updatedAt: '2026-02-01T12:00:00.000Z',
  photos: [{ id: 'p', isPublic: false }],
  workOrders: [],
  supporters: 0,
  reopened: 0,
  source: 'app',
};
const FIXED: Report = { ...OPEN, status: 'fixed', closedAt: CLOSED_AT };
const inDays = (days: number) => new Date(Date.parse(CLOSED_AT) + days * 86_400_000);

test('a closed report is reopened within 30 days, but never a merged one', () => {
  const opened = applyAct(FIXED, { act: 'reopen' }, inDays(30))?.report;
  assert.deepEqual([opened?.status, opened?.closedAt, opened?.reopened], ['open', undefined, 1]);
  const promised: Report = { ...FIXED, promisedAt: '2026-02-08T12:00:00.000Z' };
  assert.equal(applyAct(promised, { act: 'reopen' }, inDays(1))?.report.promisedAt, '2026-03-09T12:00:00.000Z');
  assert.throws(() => applyAct(FIXED, { act: 'reopen' }, inDays(30.01)), { status: 409 });
  assert.throws(() => applyAct(OPEN, { act: 'reopen' }, inDays(1)), { status: 409 });
  const duplicate: Report = { ...FIXED, status: 'duplicate', duplicateOf: 'OTHER' };
  assert.throws(() => applyAct(duplicate, { act: 'reopen' }, inDays(1)), { status: 409 });
});

test('an act that the status does not allow is refused', () => {
  const refused: readonly (readonly [Report, Act, number])[] = [
    [OPEN, { act: 'survey', isSatisfied: true }, 409],
    [FIXED, { act: 'promise', date: CLOSED_AT }, 409],
    [OPEN, { act: 'status', status: 'duplicate' }, 400],
    [OPEN, { act: 'merge', into: OPEN.id }, 400],
    [OPEN, { act: 'accept', photos: ['another'] }, 400],
  ];
  for (const [report, act, status] of refused) {
    assert.throws(() => applyAct(report, act, inDays(0)), { status }, JSON.stringify(act));
  }
});

test('a hidden report shows nothing that its author wrote', () => {
  const accepted = applyAct(OPEN, { act: 'accept', text: 'Un trou', address: 'Rue Foch' }, inDays(0))?.report;
  assert.ok(accepted);
  assert.deepEqual([accepted.publicText, accepted.photos], ['Un trou', [{ id: 'p', isPublic: true }]]);
  const hidden = applyAct(accepted, { act: 'hide', reason: 'Une plaque' }, inDays(1))?.report;
  assert.deepEqual(
    [hidden?.publicText, hidden?.publicAddress, hidden?.photos],
    [undefined, undefined, [{ id: 'p', isPublic: false }]],
  );
});
