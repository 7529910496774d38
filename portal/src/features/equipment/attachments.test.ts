import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentsOf, fragmentWith } from './attachments.ts';

const PHOTO = {
  id: 'a1',
  url: 'http://x/files/a1',
  name: 'mât.jpg',
  kind: 'image',
  addedAt: '2026-01-01T00:00:00Z',
} as const;
const of = (value: unknown) => attachmentsOf({ id: 'urn:a', type: 'Streetlight', attachments: { value } });

test('one and several are read, invalid ones are left out', () => {
  assert.deepEqual(of(PHOTO), [PHOTO]);
  assert.deepEqual(of([PHOTO, { url: 'javascript:alert(1)', id: 'b', name: 'b', kind: 'pdf' }, 'x', null]), [PHOTO]);
  assert.deepEqual(attachmentsOf({ id: 'urn:a', type: 'Streetlight' }), []);
});

test('removing the last one deletes the attribute', () => {
  assert.deepEqual(fragmentWith([]), { attachments: { type: 'Property', value: 'urn:ngsi-ld:null' } });
  assert.deepEqual(fragmentWith([PHOTO]), { attachments: { type: 'Property', value: [PHOTO] } });
});
