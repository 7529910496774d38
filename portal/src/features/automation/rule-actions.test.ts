import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleAction } from '@alzette/rules/contract';
import { actionsOf, followingOf, NOTHING_FOLLOWS } from './rule-actions.ts';

const TOLD: readonly RuleAction[] = [
  { on: 'raise', type: 'notify', channel: 'push', to: 'roster:night' },
  { on: 'raise', type: 'notify', channel: 'email', to: 'roster:night' },
  { on: 'raise', type: 'notify', channel: 'sms', to: 'recipient:chief', after: 'PT30M' },
  { on: 'raise', type: 'workOrder', organisation: 'lumieres' },
];
const HIDDEN: readonly RuleAction[] = [
  { on: 'clear', type: 'notify', channel: 'email', to: 'roster:night' },
  { on: 'raise', type: 'update', attr: 'status', value: 'alarm' },
  { on: 'raise', type: 'notify', channel: 'email', to: 'group:others' },
  { on: 'raise', type: 'workOrder', template: 'inspection' },
];

test('what a rule does is shown as who is told, who when nobody answers, and for whom a work order is made', () => {
  const { tell, later, order } = followingOf([...TOLD, ...HIDDEN]);
  assert.deepEqual(tell, { to: 'roster:night', channels: ['push', 'email'] });
  assert.deepEqual(later, { to: 'recipient:chief', channels: ['sms'], minutes: 30 });
  assert.deepEqual(order, { isMade: true, organisation: 'lumieres' });
});

test('a rule that is saved unchanged does the same, with what the form does not show', () => {
  assert.deepEqual(actionsOf(followingOf([...TOLD, ...HIDDEN])), [...TOLD, ...HIDDEN]);
});

test('a rule that tells nobody has no actions', () => {
  assert.deepEqual(actionsOf(followingOf([])), []);
  assert.deepEqual(actionsOf(NOTHING_FOLLOWS), []);
});
