import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeptEntry } from '@alzette/publishing/contract';
import { entryOf, formOf, memberOf } from './entry.ts';

const KEPT: KeptEntry = {
  id: 'bakery',
  title: 'Boulangerie',
  version: 1,
  endsAt: '2027-01-01T00:00:00Z',
  publishes: false,
  pictures: {},
  entry: { telephone: '03 53 01 00 11', texts: { fr: { summary: 'Du pain' } } },
};

test('formOf: a pending or refused proposal is shown, otherwise the present entry', () => {
  assert.equal(formOf(KEPT).texts.fr.summary, 'Du pain');
  const proposed = { proposedAt: '2026-01-01T00:00:00Z', entry: { email: 'a@example.org', texts: {} } };
  for (const [state, email] of [
    ['waiting', 'a@example.org'],
    ['refused', 'a@example.org'],
    ['accepted', ''],
  ] as const) {
    assert.equal(formOf({ ...KEPT, proposal: { ...proposed, state } }).email, email);
  }
});

test('entryOf: a form without changes equals the entry; empty fields are left out', () => {
  const form = formOf(KEPT);
  assert.deepEqual(entryOf(form), KEPT.entry);
  assert.deepEqual(entryOf({ ...form, telephone: ' ', website: ' https://pain.example.org ' }), {
    website: 'https://pain.example.org',
    texts: KEPT.entry.texts,
  });
});

test('entryOf: a picture is sent with its text alternative, and only with a file', () => {
  const image = { file: 'f1', alt: 'La vitrine' };
  const form = formOf({ ...KEPT, entry: { ...KEPT.entry, image } });
  assert.deepEqual(form.image, image);
  assert.deepEqual(entryOf({ ...form, image: { file: 'f1', alt: ' ' } }).image, { file: 'f1', alt: '' });
  assert.deepEqual(entryOf({ ...form, image: { file: '', alt: 'La vitrine' } }), KEPT.entry);
});

test('memberOf: the member at the beginning of a message', () => {
  assert.equal(memberOf('texts.fr.body: got 1, expected string'), 'texts.fr.body');
  assert.equal(memberOf('Something went wrong'), undefined);
});
