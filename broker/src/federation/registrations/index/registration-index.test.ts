import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EntitySelector } from '../../../query/entity-query.ts';
import { type GeoQuery, parseGeoQuery } from '../../../query/geo/geo-query.ts';
import { parsePattern } from '../../../query/pattern.ts';
import { parseQ } from '../../../query/q/q-parser.ts';
import { parseScopeQuery } from '../../../query/scope/scope-query.ts';
import { parseTypeSelection } from '../../../query/type-selection.ts';
import { matchRegistration, type RegistrationQuery } from '../match-registration.ts';
import { mergedDocument, openRegistration } from '../open-registration.ts';
import { parseRegistration } from '../parse/parse-registration.ts';
import type { Registration } from '../registration.ts';
import { RegistrationIndex } from './registration-index.ts';

const NAMES = {
  attribute: (term: string) => `urn:a:${term}`,
  type: (term: string) => `urn:t:${term}`,
  vocab: (term: string) => term,
};
const TIME = '2026-01-01T00:00:00.000Z';

/** Pseudo-random numbers from 0 up to `below`, the same in every run. */
function sequence(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function register(input: Record<string, unknown>): Registration {
  const fragment = parseRegistration(
    { type: 'ContextSourceRegistration', endpoint: 'http://source.example/', ...input },
    NAMES,
    TIME,
    false,
  );
  return openRegistration('t', mergedDocument(undefined, fragment), new Date(TIME));
}

const PATTERNS = ['^urn:x:1', ':2$', '^urn:x:[0-4]+$', '3'];
const MODES = ['inclusive', 'inclusive', 'redirect', 'auxiliary'];
const OPERATIONS = [undefined, ['retrieveOps'], ['queryEntity']];

function anyOf<Item>(next: (below: number) => number, items: readonly Item[]): Item {
  return items[next(items.length)] as Item;
}

function anyRegistration(next: (below: number) => number, id: number): Registration {
  const information = Array.from({ length: 1 + next(2) }, () => {
    const entities = Array.from({ length: 1 + next(2) }, () => {
      const kind = next(4);
      return {
        type: anyOf(next, ['A', 'B', ['A', 'C'], 'D']),
        ...(kind === 1 && { id: `urn:x:${next(40)}` }),
        ...(kind === 2 && { idPattern: anyOf(next, PATTERNS) }),
        ...(kind === 3 && { id: `urn:x:${next(40)}` }),
      };
    });
    const shape = next(3);
    return {
      ...(shape !== 1 && { entities }),
      ...(shape !== 0 && { propertyNames: [anyOf(next, ['p', 'q', 'r'])] }),
    };
  });
  const operations = anyOf(next, OPERATIONS);
  const place = (at: number) => [5 + next(at) / 50, 49 + next(at) / 50] as const;
  const [west, south] = place(100);
  const size = anyOf(next, [0.001, 0.2, 5]);
  const [east, north] = [west + size, south + size];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const location = anyOf(next, [
    { type: 'Point', coordinates: [west, south] },
    { type: 'Polygon', coordinates: [ring] },
    { type: 'Point', coordinates: [179.99, 49] },
    { type: 'Point', coordinates: [6, 89.9] },
  ]);
  return register({
    id: `urn:csr:${id}`,
    information,
    mode: anyOf(next, MODES),
    ...(operations && { operations }),
    ...(next(4) === 0 && { datasetId: [anyOf(next, ['@none', 'urn:d:1'])] }),
    ...(next(4) === 0 && { contextSourceAlias: 'there' }),
    ...(next(2) === 0 && { location }),
    ...(next(2) === 0 && { scope: anyOf(next, ['/a/b', ['/a', '/c/b'], '/c/d/e', 'c']) }),
    ...(next(2) === 0 && { owner: { type: 'Property', value: anyOf(next, ['me', 7, ['me', 8], true, { of: 'me' }]) } }),
    ...(next(3) === 0 && { rank: { type: 'Property', value: next(4) } }),
  });
}

const ASPECTS = ['csf', 'scopeQ', 'geoQ'] as const;
const CSF = [
  'owner',
  'owner=="me"',
  'owner==7,8',
  'owner==true',
  'owner!="me"',
  'owner~="m.*"',
  'rank>2',
  'owner=="me";rank==1',
  'owner[of]=="me"',
  '(owner=="me"|rank==3);id~="urn:.*"',
  'type',
  'nothing==1',
];
const SCOPES = ['/a', '/a/#', '/a/b', '/+/b', '/#', '/c/d/#', '/a/b,/c', '/a;/c/b', '/x'];
const GEORELS = [
  'near;maxDistance==3000',
  'near;minDistance==200000',
  'within',
  'intersects',
  'disjoint',
  'equals',
  'contains',
];

function anyGeoQuery(next: (below: number) => number): GeoQuery {
  const [x, y] = anyOf(next, [
    [5 + next(100) / 50, 49 + next(100) / 50] as const,
    [-179.999, 49] as const,
    [6, 89.95] as const,
  ]);
  const size = anyOf(next, [0.01, 0.5, 4]);
  const polygon = [
    [x, y],
    [x + size, y],
    [x + size, Math.min(90, y + size)],
    [x, Math.min(90, y + size)],
    [x, y],
  ];
  const isPoint = next(2) === 0;
  const found = parseGeoQuery(
    {
      georel: anyOf(next, GEORELS),
      geometry: isPoint ? 'Point' : 'Polygon',
      coordinates: isPoint ? [x, y] : [polygon],
    },
    NAMES,
  );
  return found as GeoQuery; // all members are given
}

function anyQuery(next: (below: number) => number): RegistrationQuery {
  const selectors: EntitySelector[] = Array.from({ length: next(3) }, () => {
    const kind = next(4);
    return {
      ...(kind !== 1 && { types: parseTypeSelection(anyOf(next, ['A', 'B', 'A,D', '(A;C)', '*']), NAMES) }),
      ...((kind === 1 || kind === 2) && { ids: [`urn:x:${next(40)}`, `urn:x:${next(40)}`] }),
      ...(kind === 3 && { idPattern: parsePattern(anyOf(next, PATTERNS), 'idPattern') }),
    };
  });
  return {
    selectors,
    ...(next(2) === 0 && { attributes: new Set([`urn:a:${anyOf(next, ['p', 'q', 's'])}`]) }),
    ...(next(2) === 0 && { operation: anyOf(next, ['queryEntity', 'queryBatch', 'createEntity'] as const) }),
    ...(next(4) === 0 && { datasetIds: ['urn:d:1'] }),
    ...(next(4) === 0 && { via: new Set(['there']) }),
    ...(next(4) === 0 && { csf: parseQ(anyOf(next, CSF), NAMES) }),
    ...(next(4) === 0 && { scopeQ: parseScopeQuery(anyOf(next, SCOPES)) }),
    ...(next(4) === 0 && { geoQ: anyGeoQuery(next) }),
  };
}

describe('Registration index', () => {
  test('finds the same as a test of every registration, while registrations are added and removed', () => {
    const next = sequence(7);
    const index = new RegistrationIndex();
    const known = new Map<string, Registration>();
    let matches = 0;
    const met = new Map<string, number>();
    for (let step = 0; step < 4000; step++) {
      const number = next(120);
      if (next(3) > 0) {
        const registration = anyRegistration(next, number);
        known.set(registration.id, registration);
        index.put(registration);
      } else {
        known.delete(`urn:csr:${number}`);
        index.remove('t', `urn:csr:${number}`);
      }
      const query = anyQuery(next);
      const now = Date.parse(TIME);
      const expected = [...known.values()].flatMap((each) => matchRegistration(each, query, now) ?? []);
      const found = index.search('t', query, now);
      matches += found.length;
      for (const aspect of ASPECTS)
        if (query[aspect] !== undefined) met.set(aspect, (met.get(aspect) ?? 0) + found.length);
      assert.deepEqual(
        found.map(({ registration: { id }, information }) => [id, information.length]).sort(),
        expected.map(({ registration: { id }, information }) => [id, information.length]).sort(),
      );
      const { operation } = query;
      if (operation !== undefined && found.length > 0) assert.ok(index.mayConcern('t', operation));
    }
    assert.ok(matches > 3000);
    for (const aspect of ASPECTS) assert.ok((met.get(aspect) ?? 0) > 500, `${aspect}: ${met.get(aspect)}`);
    for (const id of known.keys()) index.remove('t', id);
    assert.ok(index.isEmpty('t'));
  });

  test('tenants are isolated', () => {
    const index = new RegistrationIndex();
    index.put(register({ id: 'urn:csr:1', information: [{ entities: [{ type: 'A' }] }] }));
    assert.ok(index.isEmpty(''));
    assert.deepEqual(index.search('', {}), []);
    assert.equal(index.mayConcern('t', 'queryEntity'), true);
    assert.equal(index.mayConcern('t', 'createEntity'), false);
  });

  test('an expired registration is never found', () => {
    const index = new RegistrationIndex();
    index.put(
      register({ id: 'urn:csr:1', expiresAt: '2026-01-02T00:00:00Z', information: [{ entities: [{ type: 'A' }] }] }),
    );
    assert.equal(index.search('t', {}, Date.parse('2026-01-01T23:59:59Z')).length, 1);
    assert.deepEqual(index.search('t', {}, Date.parse('2026-01-02T00:00:00Z')), []);
  });
});
