import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FormField } from '@alzette/ngsi-ld-schemas/models';
import { draftOf, editableFields, faultOf, fragmentOf } from './edit-form.ts';

const field = (name: string, widget: FormField['widget'], more: Partial<FormField> = {}): FormField => ({
  name,
  widget,
  required: false,
  many: false,
  ...more,
});
const NAME = field('name', 'text', { required: true });
const HEIGHT = field('lanternHeight', 'number', { minimum: 0, maximum: 30, unit: 'MTR' });
const KIND = field('locationCategory', 'choice', { choices: ['bridge', 'facade'] });
const FIELDS = [NAME, HEIGHT, KIND];
const entity = { id: 'urn:a', type: 'Streetlight', name: 'L 1', lanternHeight: { value: 6 } };

for (const [title, of, text, fault] of [
  ['a required text', NAME, ' ', 'required'],
  ['an optional text', KIND, '', undefined],
  ['a number with a comma', HEIGHT, '6,5', undefined],
  ['no number', HEIGHT, 'high', 'number'],
  ['too low', HEIGHT, '-1', 'minimum'],
  ['too high', HEIGHT, '31', 'maximum'],
  ['no choice', KIND, 'garden', 'choice'],
  ['no address', field('image', 'link'), 'nowhere', 'link'],
] as const) {
  test(`a field shows its error: ${title}`, () => {
    assert.equal(faultOf(of, text), fault);
  });
}

test('only changes are sent, and emptied attributes are deleted', () => {
  const before = draftOf(FIELDS, entity);
  assert.deepEqual(before, { name: 'L 1', lanternHeight: '6', locationCategory: '' });
  assert.deepEqual(fragmentOf(FIELDS, before, before), {});
  const after = { name: 'L 2', lanternHeight: '', locationCategory: 'bridge' };
  assert.deepEqual(fragmentOf(FIELDS, before, after), {
    name: { type: 'Property', value: 'L 2' },
    lanternHeight: { type: 'Property', value: 'urn:ngsi-ld:null' },
    locationCategory: { type: 'Property', value: 'bridge' },
  });
  assert.deepEqual(fragmentOf([HEIGHT], { lanternHeight: '6' }, { lanternHeight: '7,5' }), {
    lanternHeight: { type: 'Property', value: 7.5, unitCode: 'MTR' },
  });
});

test('measurements can’t be edited by hand', () => {
  const measured = { ...entity, lanternHeight: { value: 6, observedAt: '2026-01-01T00:00:00Z' } };
  const form = {
    type: 'Streetlight',
    iri: 'urn:x',
    subject: 's',
    version: '1',
    fields: [...FIELDS, field('location', 'geometry')],
  };
  assert.deepEqual(
    editableFields(form, measured).map(({ name }) => name),
    ['name', 'locationCategory'],
  );
});
