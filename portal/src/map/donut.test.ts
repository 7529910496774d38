import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EntityView, toEntityView } from '../entities/entity-view.ts';
import { donutKey, donutOf, donutRadius } from './donut.ts';

function entities(...documents: object[]): EntityView[] {
  const views = documents.map((document, index) =>
    toEntityView({ id: `urn:${index}`, type: 'Streetlight', ...document }),
  );
  return views.filter((view) => view !== undefined);
}

describe('donutOf', () => {
  test('counts by ink, the worst first', () => {
    const donut = donutOf(
      entities({ powerState: 'on' }, { powerState: 'low' }, { powerState: 'off' }, { status: 'columnIssue' }),
    );
    assert.deepEqual(donut, {
      total: 4,
      segments: [
        { ink: 'alarm', count: 1 },
        { ink: 'lit', count: 2 },
        { ink: 'off', count: 1 },
      ],
      worst: 'alarm',
      worstCount: 1,
    });
  });

  test('an alarm outweighs many warnings, whatever the order', () => {
    const full = { type: 'WasteContainer', fillingLevel: 0.9 };
    const defect = { status: 'brokenLantern' };
    assert.equal(donutOf(entities(full, defect, full)).worstCount, 1);
    assert.deepEqual(donutOf(entities(full, full)).worst, 'warning');
    assert.equal(donutOf(entities(full, full)).worstCount, 2);
  });

  test('a quiet cluster has no severity', () => {
    assert.equal(donutOf(entities({ powerState: 'on' })).worst, 'none');
  });
});

test('the key tells apart what looks different', () => {
  const one = donutOf(entities({ powerState: 'on' }, { powerState: 'off' }));
  const two = donutOf(entities({ powerState: 'on' }, { powerState: 'on' }));
  assert.notEqual(donutKey(one), donutKey(two));
  assert.equal(donutKey(one), donutKey(donutOf(entities({ powerState: 'off' }, { powerState: 'on' }))));
});

test('the radius grows and stays bounded', () => {
  assert.ok(donutRadius(2) < donutRadius(20));
  assert.equal(donutRadius(1_000_000), 30);
});
