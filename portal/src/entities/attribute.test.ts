import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instant, readAttribute } from './attribute.ts';

const AT = '2026-03-01T12:00:00Z';

const READINGS: [name: string, raw: unknown, expected: object][] = [
  ['a bare concise value', 'on', { value: 'on', isRelationship: false }],
  ['a bare list', ['glass'], { value: ['glass'], isRelationship: false }],
  [
    'a concise Property with its unit',
    { value: 51.4, unitCode: 'WTT', observedAt: AT },
    { value: 51.4, isRelationship: false, unitCode: 'WTT', observedAt: Date.parse(AT) },
  ],
  [
    'a normalized Property',
    { type: 'Property', value: 'off' },
    { value: 'off', isRelationship: false, unitCode: undefined, observedAt: undefined },
  ],
  [
    'a Relationship',
    { object: 'urn:ngsi-ld:Device:1' },
    { value: 'urn:ngsi-ld:Device:1', isRelationship: true, unitCode: undefined, observedAt: undefined },
  ],
  [
    'a typed date',
    { value: { '@type': 'DateTime', '@value': AT } },
    { value: AT, isRelationship: false, unitCode: undefined, observedAt: undefined },
  ],
  [
    'the first of several instances',
    [{ value: 1, datasetId: 'urn:a' }, { value: 2 }],
    { value: 1, isRelationship: false, unitCode: undefined, observedAt: undefined },
  ],
  [
    'a bare geometry',
    { type: 'Point', coordinates: [6, 49] },
    { value: { type: 'Point', coordinates: [6, 49] }, isRelationship: false },
  ],
];

describe('readAttribute', () => {
  for (const [name, raw, expected] of READINGS) {
    test(name, () => assert.deepEqual(readAttribute(raw), expected));
  }
});

test('instant is undefined for other values than dates', () => {
  assert.equal(instant('soon'), undefined);
  assert.equal(instant(5), undefined);
});
