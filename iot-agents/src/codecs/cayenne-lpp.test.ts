import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { CORPUS_MISSING, corpusFile } from '../../test/support/payload-corpus.ts';
import { decodeCayenneLpp } from './cayenne-lpp.ts';

interface Vector {
  readonly bytesHex: string;
  readonly flat?: object;
  readonly expectError?: boolean;
}

const OWN: readonly Vector[] = [
  { bytesHex: '', flat: {} },
  { bytesHex: '0202ff9c', flat: { analog_in_2: -1 } },
  { bytesHex: '018300000001', flat: { energy_1: 0.001 } },
  { bytesHex: '07710001fffe03e8', flat: { accelerometer_7: { x: 0.001, y: -0.002, z: 1 } } },
  { bytesHex: '0187ff8000', flat: { colour_1: { r: 255, g: 128, b: 0 } } },
  { bytesHex: '01', expectError: true },
  { bytesHex: '0171000100', expectError: true },
];

describe('Cayenne LPP', () => {
  const check = ({ bytesHex, flat, expectError = false }: Vector): void => {
    test(`of ${bytesHex || 'nothing'} ${expectError ? 'is refused' : 'is decoded'}`, () => {
      const outcome = decodeCayenneLpp(Buffer.from(bytesHex, 'hex'));
      if (expectError) assert.ok('fault' in outcome && /offset \d/.test(outcome.message));
      else assert.deepEqual(outcome, { data: flat, warnings: [] });
    });
  };
  for (const vector of OWN) check(vector);

  test('has test vectors', { skip: CORPUS_MISSING }, () => assert.ok(vectors().length >= 7));
  for (const vector of vectors()) check(vector);
});

function vectors(): Vector[] {
  if (CORPUS_MISSING !== false) return [];
  return JSON.parse(readFileSync(corpusFile('cayenne-lpp-vectors.json'), 'utf8')).vectors;
}
