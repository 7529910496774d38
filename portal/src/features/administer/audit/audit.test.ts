import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesBetween, partsOf, recordedChanges } from './audit.ts';

test('what differs between two acts', () => {
  const before = { title: 'A', may: ['read'], who: { roles: ['analyst'] } };
  const after = { title: 'A', may: ['read', 'write'], who: { anyone: true } };
  assert.deepEqual(changesBetween(before, after), [
    { member: 'may', before: 'read', after: 'read, write' },
    { member: 'who.roles', before: 'analyst', after: undefined },
    { member: 'who.anyone', before: undefined, after: 'true' },
  ]);
});

test('a first act differs in all of its members', () => {
  assert.deepEqual(changesBetween(undefined, { title: 'A' }), [{ member: 'title', before: undefined, after: 'A' }]);
});

test('what an act says that it changed', () => {
  const details = { status: 204, before: { 'who.roles': ['a'] }, after: { 'who.roles': ['b'] }, hidden: ['email'] };
  assert.deepEqual(recordedChanges({ details }), [
    { member: 'who.roles', before: 'a', after: 'b' },
    { member: 'email', isHidden: true },
  ]);
  assert.equal(recordedChanges({ details: { status: 204 } }), undefined);
});

for (const [action, object, subject, verb, name] of [
  ['work-order.close', 'urn:a', 'work-order', 'close', 'urn:a'],
  ['publishing.keeper.invite', 'x', 'publishing.keeper', 'invite', 'x'],
  ['signed-in', 'user:1', '', 'signed-in', 'user:1'],
  ['PUT', '/ops/identity/groups/night%20crew', 'groups', 'PUT', 'night crew'],
  ['DELETE', '/iot/devices/d1', 'devices', 'DELETE', 'd1'],
  ['PATCH', '/ngsi-ld/v1/subscriptions/urn:a', 'subscriptions', 'PATCH', 'urn:a'],
  ['PUT', '/rules/urn%3Aa', 'rules', 'PUT', 'urn:a'],
  ['POST', '/rules', 'rules', 'POST', ''],
  ['PUT', '/dashboards/d1', 'dashboards', 'PUT', 'd1'],
  ['DELETE', '/dashboards/reports/monthly', 'reports', 'DELETE', 'monthly'],
  ['PUT', '/channels/c1', 'channels', 'PUT', 'c1'],
  ['PUT', '/channels/rosters/night', 'rosters', 'PUT', 'night'],
  ['PUT', '/alarms/escalations/e1', 'escalations', 'PUT', 'e1'],
  ['PUT', '/iot/registry/profiles/p', 'profiles', 'PUT', 'p'],
  ['POST', '/assistant/tools', '', 'POST', '/assistant/tools'],
] as const) {
  test(`${action} ${object}`, () => assert.deepEqual(partsOf({ action, object }), { subject, verb, name }));
}
