import assert from 'node:assert/strict';
import { test } from 'node:test';
import { divisible } from './divisible.ts';

test('Long compound words are divided before their last part, and other words are not.', () => {
  assert.equal(divisible('Beleuchtungssimulator'), 'Beleuchtungs\u00ADsimulator');
  assert.equal(divisible('Beliichtungsstrategien'), 'Beliichtungs\u00ADstrategien');
  assert.equal(divisible('Simulator und Strategien'), 'Simulator und Strategien');
  assert.equal(divisible('Stratégies d’éclairage'), 'Stratégies d’éclairage');
});
