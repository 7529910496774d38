import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toEntityView } from '../entities/entity-view.ts';
import type { MapItem } from '../entities/map-item.ts';
import { donutKey, donutOf, donutOfHeap, donutRadius } from './donut.ts';

function items(...documents: object[]): MapItem[] {
  const views = documents.map((document, index) =>
    toEntityView({ id: `urn:${index}`, type: 'Streetlight', ...document }),
  );
  return views.filter((view) => view !== undefined);
}

describe('donutOf', () => {
  test('counts by colour, the most severe first', () => {
    const donut = donutOf(
      items({ powerState: 'on' }, { powerState: 'low' }, { powerState: 'off' }, { status: 'columnIssue' }),
    );
    assert.deepEqual(donut, {
      total: 4,
      segments: [
        { paint: 'alarm', count: 1 },
        { paint: 'lit', count: 2 },
        { paint: 'off', count: 1 },
      ],
      worst: 'alarm',
      worstCount: 1,
    });
  });

  test('an alarm outweighs many warnings, whatever the order', () => {
    const full = { type: 'WasteContainer', fillingLevel: 0.9 };
    const defect = { status: 'brokenLantern' };
    assert.equal(donutOf(items(full, defect, full)).worstCount, 1);
    assert.deepEqual(donutOf(items(full, full)).worst, 'warning');
    assert.equal(donutOf(items(full, full)).worstCount, 2);
  });

  test('a cluster without alarms has no severity', () => {
    assert.equal(donutOf(items({ powerState: 'on' })).worst, 'none');
  });

  test('a cluster of the server has the right total, with user-defined colours last', () => {
    const share = { severity: 'none', silent: 0 } as const;
    const donut = donutOfHeap({
      scope: '/Thil',
      position: [6, 49],
      shares: [
        { ...share, paint: '#123456', count: 3 },
        { ...share, paint: 'lit', count: 2 },
        { ...share, paint: 'lit', count: 5 },
      ],
    });
    assert.equal(donut.total, 10);
    assert.deepEqual(donut.segments, [
      { paint: 'lit', count: 7 },
      { paint: '#123456', count: 3 },
    ]);
  });
});

test('clusters that look different have different keys', () => {
  const one = donutOf(items({ powerState: 'on' }, { powerState: 'off' }));
  const two = donutOf(items({ powerState: 'on' }, { powerState: 'on' }));
  assert.notEqual(donutKey(one), donutKey(two));
  assert.equal(donutKey(one), donutKey(donutOf(items({ powerState: 'off' }, { powerState: 'on' }))));
});

test('the radius grows up to a limit', () => {
  assert.ok(donutRadius(2) < donutRadius(20));
  assert.equal(donutRadius(1_000_000), 30);
});
