import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTypes, type Policy, policyOf, publicPolicy, USUAL_POLICIES, valuesOf } from './policies.ts';

const POLICIES: Policy[] = [
  ...USUAL_POLICIES,
  {
    id: 'lamps-of-thil',
    who: { groups: ['night'], organisations: ['Thil'] },
    may: ['read', 'write'],
    types: ['Streetlight'],
    scopeQ: '/Thil/#',
    exceptAttributes: ['operator'],
  },
  { id: 'two-communes', who: { signedIn: true }, may: ['read'], scopeQ: '/Thil/#,/Aumetz/#' },
  { id: 'all-known', who: { signedIn: true }, may: ['read'], attributes: ['name'] },
];

for (const policy of POLICIES) {
  test(`the form gives ${policy.id} back as it was`, () => assert.deepEqual(policyOf(valuesOf(policy)), policy));
}

test('a type is open to the public by a policy of its own', () => {
  assert.deepEqual(openTypes([publicPolicy('Bench'), { id: 'other', who: { anyone: true }, may: ['read'] }]), [
    'Bench',
  ]);
});

test('the usual policies speak of each role that is there from the start', () => {
  const roles = USUAL_POLICIES.flatMap(({ who }) => who.roles ?? []);
  assert.deepEqual([...roles].sort(), ['analyst', 'contractor', 'duty', 'elected', 'operator']);
  assert.ok(
    USUAL_POLICIES.every(({ may, who }) => !may.includes('administer') && (who.anyone ? may.join() === 'read' : true)),
  );
});
