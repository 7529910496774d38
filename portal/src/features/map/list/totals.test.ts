import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toEntityView } from '../../../entities/entity-view.ts';
import { totalsOf } from './totals.ts';

const DOCUMENTS = [
  { id: 'l1', type: 'Streetlight', powerState: { value: 'on', observedAt: '2026-03-01T12:00:00Z' } },
  { id: 'l2', type: 'Streetlight', powerState: 'low' },
  { id: 'l3', type: 'Streetlight', powerState: 'off' },
  { id: 'l4', type: 'Streetlight', powerState: 'on', status: 'defectiveLamp' },
  { id: 'l5', type: 'Streetlight' },
  { id: 'c1', type: 'StreetlightControlCabinet', powerState: 'off' },
  { id: 'w1', type: 'WasteContainer', fillingLevel: { value: 0.9, observedAt: '2026-03-01T12:30:00Z' } },
  { id: 'w2', type: 'WasteContainer', fillingLevel: 0.2 },
];

test('totalsOf counts lamps and full containers and knows the newest observation', () => {
  const views = DOCUMENTS.map(toEntityView).filter((view) => view !== undefined);
  assert.deepEqual(totalsOf(views), {
    byType: { Streetlight: 5, StreetlightControlCabinet: 1, WasteContainer: 2 },
    lampsOn: 2,
    lampsOff: 1,
    lampsDefective: 1,
    containersFull: 1,
    lastObservation: Date.parse('2026-03-01T12:30:00Z'),
  });
});
