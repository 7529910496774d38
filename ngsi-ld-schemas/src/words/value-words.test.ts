import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wasteContainer } from '../models/city/waste-management.ts';
import { streetlight } from '../models/lighting/streetlighting.ts';
import { wordFor, wordsIn } from './value-words.ts';

describe('The words for codes', () => {
  for (const [type, { attributes }] of Object.entries({ streetlight, wasteContainer })) {
    test(`name each status of a ${type} in four languages`, () => {
      const codes = attributes.status?.schema.enum;
      assert.ok(Array.isArray(codes) && codes.length > 3);
      for (const code of codes) {
        for (const language of ['fr', 'en', 'de', 'lb'] as const) {
          assert.ok(wordFor('status', String(code), language), `${language}: ${code}`);
        }
      }
    });
  }

  test('are undefined for unknown codes', () => {
    assert.equal(wordFor('status', 'onFire', 'fr'), undefined);
    assert.equal(wordFor('constructor', 'name', 'fr'), undefined);
    assert.equal(wordsIn('fr').status?.columnIssue, 'mât endommagé');
  });
});
