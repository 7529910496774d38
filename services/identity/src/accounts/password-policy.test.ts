import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordFault } from './password-policy.ts';

for (const [password, fault, known] of [
  ['', 'tooSimple'],
  ['correcthorse', 'tooSimple'],
  ['Short-1', 'tooSimple'],
  ['Nn7-abcdefgh', 'tooCommon'],
  ['Nn7-qxzjvwkp', undefined],
  ['lettres seulement ici', 'tooSimple'],
  ['Trkq9xLmz2vBw8', undefined],
  ['trkq9xlmz2vbw8', 'tooSimple'],
  ['lampe rivière minerai forge canal école tilleul', undefined],
  ['lampe rivière minerai forge', 'tooSimple'],
  ['Password123!', 'tooCommon'],
  ['Azerty12345!', 'tooCommon'],
  ['Aaaaaaaaaa1!', 'tooCommon'],
  ['Villerupt-2026', 'tooCommon', ['villerupt']],
  ['Mélusine.Thilloise-1', 'tooCommon', ['Mélusine', 'Thilloise']],
  [`Nn7-${'qxZj9vwkp!'.repeat(6)}`, undefined],
  [`Nn7-${'qxZj9vwkp!'.repeat(12)}`, undefined],
  [`Nn7-${'qxZj9vwkp!'.repeat(13)}`, 'tooLong'],
] as const) {
  test(`"${password.slice(0, 30)}" is ${fault ?? 'good enough'}`, () => {
    assert.equal(passwordFault(password, known), fault);
  });
}
