import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordedExpander, recordingExpander, renameList, renameQuery, renamingOf } from './recorded-names.ts';

const context = {
  attribute: (term: string) => `http://a.org/${term}`,
  type: (term: string) => `http://t.org/${term}`,
  vocab: (term: string) => `http://v.org/${term}`,
};

describe('Recorded names', () => {
  test('names expand later as they did at first, separately for each member', () => {
    const { expanderOf, names } = recordingExpander(context);
    expanderOf('q').attribute('speed');
    expanderOf('entities').type('speed');
    const recorded = recordedExpander(JSON.parse(JSON.stringify(names)));
    assert.equal(recorded('q').attribute('speed'), 'http://a.org/speed');
    assert.equal(recorded('entities').type('speed'), 'http://t.org/speed');
    assert.equal(recorded('q').attribute('http://b.org/other'), 'http://b.org/other');
  });

  test('nothing is renamed if the other @context has the same terms', () => {
    const names = { attribute: { speed: 'http://a.org/speed' } };
    assert.equal(renamingOf(names, { compact: () => 'speed' }), undefined);
    assert.deepEqual(renamingOf(names, { compact: () => 'v' }), new Map([['speed', 'v']]));
  });

  const renaming = new Map([
    ['speed', 'vitesse'],
    ['name', 'http://a.org/name'],
  ]);
  const QUERIES: [before: string, after: string][] = [
    ['speed>5', 'vitesse>5'],
    ['speed>5;(name=="speed"|speed)', 'vitesse>5;(http%3A%2F%2Fa.org%2Fname=="speed"|vitesse)'],
    ['speed.unitCode=="name\\"speed"', 'vitesse.unitCode=="name\\"speed"'],
    ['speed[name]==1..3,5', 'vitesse[http%3A%2F%2Fa.org%2Fname]==1..3,5'],
    ['speedy==1', 'speedy==1'],
  ];
  for (const [before, after] of QUERIES) {
    test(`${before} → ${after}`, () => assert.equal(renameQuery(before, renaming), after));
  }
  test('a type selection keeps its operators', () => {
    assert.equal(renameList('speed,(name;Other)|*', renaming), 'vitesse,(http://a.org/name;Other)|*');
  });
});
