import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedField } from './refused-field.ts';
import type { Field } from './resource.ts';

const FIELDS: readonly Field[] = [
  { key: 'email', label: 'E-mail', kind: 'text' },
  { key: 'perDay', label: 'Requests a day', kind: 'number' },
];

test('a refusal is about the field whose member or label it names', () => {
  assert.equal(refusedField(FIELDS, 'email: got "x", expected an e-mail address'), 'email');
  assert.equal(refusedField(FIELDS, 'limits[0].perDay: got -1, expected 1 or more'), 'perDay');
  assert.equal(refusedField(FIELDS, 'Requests a day: “many” is no number'), 'perDay');
  assert.equal(refusedField(FIELDS, 'E-mail : ce n’est pas du JSON'), 'email');
});

test('a refusal that names no field of the form is about none', () => {
  assert.equal(refusedField(FIELDS, 'tenant: got "x", expected another'), undefined);
  assert.equal(refusedField(FIELDS, 'The e-mail is taken'), undefined);
});
