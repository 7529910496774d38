import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escalationOf, valuesOfEscalation } from './escalation-form.ts';

const NIGHT = {
  id: 'night',
  title: 'At night',
  enabled: true,
  severity: 'high',
  scopes: ['/Villerupt'],
  categories: ['lighting'],
  tellsCleared: true,
  steps: [
    { channels: ['push'], to: 'roster:night' },
    { channels: ['voice', 'email'], to: 'roster:night', after: 'PT15M' },
    { channels: ['email'], to: 'recipient:chief', after: 'PT1H', unless: 'cleared' },
    { channels: ['hook'] },
    { channels: ['email'], to: 'group:all', after: 'P1D' },
  ],
} as const satisfies Parameters<typeof valuesOfEscalation>[0];

test('an escalation that is saved unchanged stays the same, with what the form does not show', () => {
  const { id, ...document } = NIGHT;
  assert.equal(id, 'night');
  assert.deepEqual(escalationOf(valuesOfEscalation(NIGHT), NIGHT), document);
});

test('a step whose channels are taken away is left out, and a new one begins at once', () => {
  const { steps } = escalationOf({ title: 'New', by1: [], by2: ['email'], to2: 'recipient:ada' }, undefined);
  assert.deepEqual(steps, [{ channels: ['email'], to: 'recipient:ada' }]);
});
