import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EntityState, EntityType } from './entity-view.ts';
import { freshnessParts, levelStep, paintOf, symbolParts } from './symbol.ts';

const STATES: Record<EntityType, EntityState[]> = {
  Streetlight: ['on', 'dimmed', 'starting', 'off', 'defective', 'unknown'],
  StreetlightControlCabinet: ['on', 'off', 'defective', 'unknown'],
  WasteContainer: ['roomy', 'full', 'defective', 'unknown'],
};
const LEVELS: Partial<Record<EntityState, number>> = { roomy: 0.2, full: 0.9 };

/** A symbol without its colours: its paths, and whether they are filled. */
function shape(type: EntityType, state: EntityState): string {
  return JSON.stringify(
    symbolParts(type, state, LEVELS[state]).map(({ d, fill, dash }) => [
      d,
      fill === undefined || fill === 'surface',
      dash,
    ]),
  );
}

describe('symbolParts', () => {
  test('no two states or types share a shape', () => {
    const all = Object.entries(STATES).flatMap(([type, states]) =>
      states.map((state) => shape(type as EntityType, state)),
    );
    assert.equal(new Set(all).size, all.length);
  });

  test('the symbol of a container fills up in tenths', () => {
    const contents = (level: number): string => JSON.stringify(symbolParts('WasteContainer', 'roomy', level));
    assert.notEqual(contents(0.1), contents(0.3));
    assert.equal(contents(0.3), contents(0.31));
    assert.equal(
      symbolParts('WasteContainer', 'roomy', 0).length + 1,
      symbolParts('WasteContainer', 'roomy', 0.4).length,
    );
  });

  test('every path is closed and valid for a canvas', () => {
    for (const [type, states] of Object.entries(STATES)) {
      for (const state of states) {
        for (const { d } of symbolParts(type as EntityType, state, LEVELS[state]))
          assert.match(d, /^M[-\d.\sa-zA-Z]+$/);
      }
    }
  });
});

test('late and silent have different marks, fresh has none', () => {
  assert.deepEqual(freshnessParts('fresh'), []);
  assert.deepEqual(freshnessParts('never'), []);
  assert.notDeepEqual(freshnessParts('late'), freshnessParts('silent'));
});

test('levelStep rounds to tenths', () => {
  assert.deepEqual([0, 0.04, 0.05, 0.83, 1, undefined].map(levelStep), [0, 0, 1, 8, 10, undefined]);
});

test('a state without an ink, such as that of an alarm, has the ink of its severity', () => {
  assert.equal(paintOf({ state: 'active', severity: 'alarm' }), 'alarm');
  assert.equal(paintOf({ state: 'acknowledged', severity: 'warning' }), 'warning');
  assert.equal(paintOf({ state: 'on', severity: 'alarm' }), 'lit');
  assert.equal(paintOf({ state: 'cleared', severity: 'none', colour: '#1f6f8b' }), '#1f6f8b');
  assert.equal(paintOf({ state: 'cleared' }), 'unknown');
});
