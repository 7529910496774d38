import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatValue, humanised } from './value.ts';

const CASES: [name: string, value: unknown, unitCode: string | undefined, english: string, french: string][] = [
  ['fillingLevel', 0.83, undefined, '83%', '83 %'],
  ['powerConsumption', 51.4, 'WTT', '51.4 W', '51,4 W'],
  ['energyConsumed', 12345.678, 'KWH', '12,345.68 kWh', '12 345,68 kWh'],
  ['temperature', -3, 'CEL', '-3 °C', '-3 °C'],
  ['depth', 4, 'XYZ', '4 XYZ', '4 XYZ'],
  ['snr', 7.25, undefined, '7.25', '7,25'],
  ['powerState', 'on', undefined, 'on', 'on'],
  ['storedWasteKind', ['glass', 'paper'], undefined, 'glass, paper', 'glass, paper'],
  ['location', { type: 'Point', coordinates: [5.9, 49.47] }, undefined, '49.47 · 5.9', '49,47 · 5,9'],
  [
    'address',
    { streetAddress: '3 Rue de Metz', addressLocality: 'Thil' },
    undefined,
    '3 Rue de Metz, Thil',
    '3 Rue de Metz, Thil',
  ],
  ['location', { type: 'Polygon', coordinates: [[[5.9, 49.4]]] }, undefined, 'Polygon', 'Polygon'],
  ['storedWasteKind', [], undefined, '–', '–'],
  ['flag', true, undefined, 'true', 'true'],
  ['gone', null, undefined, '–', '–'],
];

const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('formatValue', () => {
  for (const [name, value, unitCode, english, french] of CASES) {
    test(`${name} ${JSON.stringify(value)} ${unitCode ?? ''}`, () => {
      assert.equal(plainSpaces(formatValue(name, value, unitCode, 'en')), english);
      assert.equal(plainSpaces(formatValue(name, value, unitCode, 'fr')), french);
    });
  }

  test('a date has the format of the locale', () => {
    assert.match(formatValue('dateLastEmptying', '2026-03-01T12:00:00Z', undefined, 'fr'), /1 mars 2026/);
  });
});

test('humanised splits camel case', () => {
  assert.equal(humanised('totalActivePower'), 'Total active power');
  assert.equal(humanised('snr'), 'Snr');
});
