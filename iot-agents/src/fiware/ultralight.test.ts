import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { CORPUS_MISSING, corpusFile } from '../../test/support/payload-corpus.ts';
import { readUltraLight } from './ultralight.ts';

describe('UltraLight of the corpus', () => {
  test('exists', { skip: CORPUS_MISSING }, () => assert.ok(ultraLightCases().length >= 9));
  for (const { payload, expectGroups, expectError } of ultraLightCases()) {
    test(`${JSON.stringify(payload)} ${expectError ? 'is refused' : 'is read'}`, () => {
      if (expectError) assert.throws(() => readUltraLight(payload), { name: 'MeasureError' });
      else assert.deepEqual(readUltraLight(payload), expectGroups);
    });
  }
});

function ultraLightCases(): { payload: string; expectGroups?: object[]; expectError?: boolean }[] {
  if (CORPUS_MISSING !== false) return [];
  return JSON.parse(readFileSync(corpusFile('ultralight-2.0.json'), 'utf8')).measures;
}
