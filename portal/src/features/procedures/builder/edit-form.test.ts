import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Form } from '@alzette/procedures/contract';
import { addField, addSection, changeField, fieldsBefore, moveField, removeField } from './edit-form.ts';

const FORM: Form = {
  sections: [
    {
      id: 'one',
      title: { fr: 'Un' },
      fields: [
        { id: 'a', kind: 'yesNo', label: { fr: 'A' } },
        { id: 'b', kind: 'text', label: { fr: 'B' }, when: { field: 'a', is: 'equal', value: true } },
      ],
    },
    { id: 'two', title: { fr: 'Deux' }, fields: [{ id: 'c', kind: 'text', label: { fr: 'C' } }] },
  ],
};
const shape = ({ sections }: Form) => sections.map(({ fields }) => fields.map(({ id }) => id).join(' '));

test('Fields move within their section, and over its edge into the next one.', () => {
  assert.deepEqual(shape(moveField(FORM, 'b', -1)), ['b a', 'c']);
  assert.deepEqual(shape(moveField(FORM, 'b', 1)), ['a', 'b c']);
  assert.deepEqual(shape(moveField(moveField(FORM, 'b', 1), 'b', -1)), ['a b', 'c']);
  assert.deepEqual(shape(moveField(FORM, 'a', -1)), ['a b', 'c']); // the first stays
  assert.deepEqual(shape(moveField(FORM, 'c', -1)), ['a b', 'c']); // a section without fields is none
});

test('A removed field takes conditions on it, and a section without others, with it.', () => {
  assert.deepEqual(removeField(FORM, 'a').sections[0]?.fields, [{ id: 'b', kind: 'text', label: { fr: 'B' } }]);
  assert.deepEqual(shape(removeField(FORM, 'c')), ['a b']);
});

test('What is added has an id of its own, and a choice its first option.', () => {
  const more = addField(addField(FORM, 'two', 'oneOf', 'Choix'), 'two', 'oneOf', 'Choix');
  assert.deepEqual(shape(more), ['a b', 'c oneOf1 oneOf2']);
  assert.equal(more.sections[1]?.fields[1]?.options?.length, 1);
  assert.deepEqual(shape(addSection(FORM, 'Trois', 'Texte')), ['a b', 'c', 'text1']);
});

test('A member that is taken away is not there; conditions look back.', () => {
  const { when, ...others } = changeField(FORM, 'b', { when: undefined as never }).sections[0]?.fields[1] ?? {};
  assert.deepEqual([when, others], [undefined, { id: 'b', kind: 'text', label: { fr: 'B' } }]);
  assert.deepEqual(
    ['a', 'b', 'c'].map((id) =>
      fieldsBefore(FORM, id)
        .map((field) => field.id)
        .join(' '),
    ),
    ['', 'a', 'a b'],
  );
});
