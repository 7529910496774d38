import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CacheUse, cacheUses } from '@alzette/kit/caches';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Answers, faultsOf, sectionsOf, settle } from '../answers/answers.ts';
import type { Form } from '../contract/form.ts';
import { compileForm } from './compile-form.ts';
import { schemaFaults } from './schema-faults.ts';

const label = { fr: 'Champ' };
const FORM: Form = {
  sections: [
    {
      id: 'who',
      title: { fr: 'Qui' },
      fields: [
        {
          id: 'kind',
          kind: 'oneOf',
          label,
          required: true,
          options: [
            { value: 'firm', label },
            { value: 'person', label },
          ],
        },
        { id: 'siret', kind: 'siret', label, required: true, when: { field: 'kind', is: 'equal', value: 'firm' } },
        { id: 'since', kind: 'date', label, when: { field: 'siret', is: 'filled' } },
        { id: 'agrees', kind: 'confirmation', label },
      ],
    },
    {
      id: 'what',
      title: { fr: 'Quoi' },
      when: {
        any: [
          { field: 'kind', is: 'equal', value: 'person' },
          { all: [{ field: 'since', is: 'less', value: '2026-01-01' }] },
        ],
      },
      fields: [
        {
          id: 'things',
          kind: 'repeated',
          label,
          min: 1,
          fields: [
            { id: 'price', kind: 'money', label, required: true, min: 0 },
            { id: 'count', kind: 'integer', label, required: true, min: 1 },
            { id: 'sum', kind: 'computed', label, value: { multiply: [{ field: 'price' }, { field: 'count' }] } },
          ],
        },
        { id: 'total', kind: 'computed', label, value: { sum: 'things', of: 'sum' } },
        { id: 'mean', kind: 'computed', label, value: { divide: [{ field: 'total' }, { count: 'things' }] } },
      ],
    },
  ],
};

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const validate = ajv.compile(compileForm(FORM).schema);
const settled = (given: Answers) => settle(sectionsOf(compileForm(FORM)), given);
const faults = (given: Answers) =>
  faultsOf(FORM.sections, settled(given)).map(({ field, text }) => `${field}: ${text.en}`);

test('what is hidden is dropped, what depends on it too, and sums are computed', () => {
  const person = { kind: 'person', siret: '73282932000074', since: '2025-01-01', agrees: true, total: 7 };
  const things = [
    { price: 0.1, count: 3 },
    { price: 1.15, count: 2 },
  ];
  assert.deepEqual(settled({ ...person, things }).answers, {
    kind: 'person',
    agrees: true,
    things: [
      { price: 0.1, count: 3, sum: 0.3 },
      { price: 1.15, count: 2, sum: 2.3 },
    ],
    total: 2.6,
    mean: 1.3,
  });
  const firm = { kind: 'firm', siret: '73282932000074', agrees: true, things };
  assert.deepEqual(Object.keys(settled({ ...firm, since: '2026-05-01' }).answers), [
    'kind',
    'siret',
    'since',
    'agrees',
  ]);
  assert.ok('things' in settled({ ...firm, since: '2025-05-01' }).answers, 'days are ordered');
  assert.ok(!('mean' in settled({ kind: 'person', agrees: true }).answers), 'nothing is divided by nothing');
});

test('each fault says what to do, and answers without one fit the JSON Schema of the form', () => {
  assert.deepEqual(faults({}), ['kind: Fill in “Champ”', 'agrees: Fill in “Champ”']);
  assert.deepEqual(faults({ kind: 'firm', siret: '732 829 320', agrees: true }), [
    'siret: 14 digits expected, 9 entered',
  ]);
  assert.deepEqual(faults({ kind: 'firm', siret: '732 829 320 00075', agrees: true }), [
    'siret: A digit is wrong: compare it with your document',
  ]);
  assert.deepEqual(faults({ kind: 'person', agrees: true, things: [{ price: 0.125, count: 1.5 }] }), [
    'things.0.price: An amount in euros has at most two decimals',
    'things.0.count: Enter a whole number',
  ]);
  const right = [
    { kind: 'firm', siret: '732 829 320 00074', agrees: true },
    { kind: 'person', agrees: true, things: [{ price: 3, count: 2 }] },
  ];
  for (const given of right) {
    assert.deepEqual(faults(given), []);
    assert.ok(validate(settled(given).answers), ajv.errorsText(validate.errors));
  }
  assert.ok(!validate({ kind: 'firm', agrees: true, colour: 'red' }), 'no other members');
  assert.ok(!validate({ kind: 'robot', agrees: true }), 'no other options');
});

test('compiled forms are kept until their cache is full', () => {
  const forms = 60;
  for (let n = 0; n < forms; n++) {
    const named: Form = { sections: [{ id: 'one', title: { fr: `${n} ${'long '.repeat(4_000)}` }, fields: [] }] };
    assert.deepEqual(schemaFaults(named, {}), []);
  }
  const { entries, bytes, mostBytes } = cacheUses('others').compiled_forms as CacheUse;
  assert.ok(bytes <= mostBytes && entries > 10 && entries < forms, `${entries} forms, ${bytes} bytes`);
});
