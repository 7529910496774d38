import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeBetween, hasEntry, noteEntry, takeChange, whileChanging } from './recorded-change.ts';

for (const [what, before, after, expected] of [
  [
    'members that differ, by their path',
    { title: 'A', who: { roles: ['x'] } },
    { title: 'A', who: { roles: ['x', 'y'] } },
    { before: { 'who.roles': ['x'] }, after: { 'who.roles': ['x', 'y'] } },
  ],
  ['nothing', { title: 'A', changedAt: '1' }, { title: 'A', changedAt: '2' }, undefined],
  ['a new object', undefined, { title: 'A' }, { after: { title: 'A' } }],
  ['a deleted object', { title: 'A' }, undefined, { before: { title: 'A' } }],
  [
    'objects in a list, by their id',
    { widgets: [{ id: 'a', size: 1 }, { id: 'b' }] },
    { widgets: [{ id: 'b' }, { id: 'a', size: 2 }] },
    { before: { 'widgets.a.size': 1 }, after: { 'widgets.a.size': 2 } },
  ],
  [
    'secrets and persons, without their values',
    { apiKey: 'k1', givenName: 'Ann', to: ['ann@example.org'], notifierInfo: [{ key: 'a', value: 'b' }] },
    { apiKey: 'k2', givenName: 'Bea', to: ['bea@example.org'], notifierInfo: [{ key: 'a', value: 'c' }] },
    { before: {}, after: {}, hidden: ['apiKey', 'givenName', 'to', 'notifierInfo.1.value'] },
  ],
  [
    'addresses without user and query',
    { uri: 'https://me:pw@example.org/a?token=1#b' },
    { uri: 'mqtt://user@example.org/t' },
    { before: { uri: 'https://example.org/a?…#b' }, after: { uri: 'mqtt://example.org/t' } },
  ],
  ['long texts, shortened', undefined, { text: 'x'.repeat(400) }, { after: { text: `${'x'.repeat(300)}…` } }],
] as const) {
  test(`a change: ${what}`, () => assert.deepEqual(changeBetween(before, after), expected));
}

test('members that a route names are hidden', () => {
  const [before, after] = [{ name: 'Ann' }, { name: 'Bea' }];
  assert.deepEqual(changeBetween(before, after, ['name']), { before: {}, after: {}, hidden: ['name'] });
});

test('a change is reported once, by an act of its author', async () => {
  const changing = { actors: ['token:ann'], read: async () => changeBetween({ a: 1 }, { a: 2 }) };
  await whileChanging(changing, async () => {
    assert.equal(await takeChange('urn:ngsi-ld:Rule:dark'), undefined);
    assert.deepEqual(await takeChange('token:ann'), { before: { a: 1 }, after: { a: 2 } });
    assert.equal(await takeChange('token:ann'), undefined);
  });
  assert.equal(await takeChange('token:ann'), undefined);
});

test('an entry of its sender is noted, and ends with the request', async () => {
  await whileChanging({ actors: ['token:ann'], read: async () => undefined }, async () => {
    noteEntry('urn:ngsi-ld:Rule:dark');
    assert.equal(hasEntry(), false);
    noteEntry('token:ann');
    assert.equal(hasEntry(), true);
  });
  assert.equal(hasEntry(), false);
});
