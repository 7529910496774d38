import '../../../test/dom.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answers, Field } from '@alzette/procedures/contract';
import { mount } from '@vue/test-utils';
import { defineComponent, h, nextTick, shallowRef } from 'vue';
import {
  AnswerList,
  FormFields,
  type FormPorts,
  FormSummary,
  formOfPage,
  loadFormWords,
  rowOf,
  settleForm,
  stepsOf,
  withAnswer,
} from './rendered.ts';
import { numberOf } from './TextField.ts';

const words = await loadFormWords('fr');
const PORTS: FormPorts = {
  communes: () => [
    { slug: 'villerupt', name: 'Villerupt' },
    { slug: 'thil', name: 'Thil' },
  ],
  findStreets: (typed) =>
    typed.includes('gare')
      ? [{ text: 'Rue de la Gare', commune: 'villerupt', communeName: 'Villerupt', lat: 49.47, lon: 5.93 }]
      : [],
  placeInWords: () => undefined,
  slots: async () => [
    { id: 'bulky.20261209T0600', isFull: true },
    { id: 'bulky.20261216T0600', isFull: false },
  ],
  takeFile: async ({ name }) => `token of ${name}`,
  fileName: (token) => token.slice('token of '.length),
};

/** The page in which a person fills in the form. */
function open(fields: readonly Field[], errors: Readonly<Record<string, string>> = {}) {
  const form = formOfPage('only', { fr: 'Page' }, fields);
  const answers = shallowRef<Answers>({});
  const page = mount(
    defineComponent({
      setup: () => () => {
        const settled = settleForm(form, answers.value);
        return h(FormFields, {
          fields: stepsOf(form, answers.value, settled, errors)[0]?.fields ?? [],
          rowOf: (part, row) => rowOf(part, row, settled, errors),
          ports: PORTS,
          words,
          language: 'fr',
          prefix: 'form',
          onChange: (path: string, value: unknown) => {
            answers.value = withAnswer(answers.value, path, value);
          },
        });
      },
    }),
    { attachTo: document.body },
  );
  return { page, answers };
}

const field = (id: string, kind: Field['kind'], more: Partial<Field> = {}): Field => ({
  id,
  kind,
  label: { fr: `Champ ${id}` },
  ...more,
});

test('A field has its label, hint and error before it, and names them; what is required is said in words.', () => {
  const { page } = open(
    [
      field('mail', 'email', {
        hint: { fr: 'Pour la réponse.' },
        example: 'a@b.fr',
        required: true,
        autocomplete: 'email',
      }),
    ],
    { mail: 'Écrivez une adresse.' },
  );
  const input = page.get('input');
  assert.equal(page.get('label').text(), 'Champ mail (obligatoire)');
  assert.equal(page.get('label').attributes('for'), input.attributes('id'));
  const described = (input.attributes('aria-describedby') ?? '').split(' ').map((id) => page.get(`#${id}`).text());
  assert.deepEqual(described, ['Pour la réponse. Exemple : a@b.fr', 'Erreur : Écrivez une adresse.']);
  assert.deepEqual(
    ['type', 'autocomplete', 'aria-required', 'aria-invalid'].map((name) => input.attributes(name)),
    ['email', 'email', 'true', 'true'],
  );
  assert.deepEqual(
    page.findAll('[data-field="mail"] > *').map(({ element }) => element.localName),
    ['label', 'p', 'p', 'input'],
  );
});

test('A field appears with the answer that it depends on, and goes with it.', async () => {
  const { page, answers } = open([
    field('isCompany', 'yesNo'),
    field('siret', 'siret', { when: { field: 'isCompany', is: 'equal', value: true } }),
  ]);
  assert.equal(page.find('[data-field="siret"]').exists(), false);
  await page.get('input[value="yes"]').setValue();
  await page.get('[data-field="siret"] input').setValue('123');
  assert.deepEqual(answers.value, { isCompany: true, siret: '123' });
  await page.get('input[value="no"]').setValue();
  assert.equal(page.find('[data-field="siret"]').exists(), false);
});

test('Lines are groups with a number; each has its own button, and the focus follows.', async () => {
  const { page, answers } = open([
    field('objects', 'repeated', { fields: [field('what', 'text'), field('count', 'integer')] }),
    field('total', 'computed', { value: { sum: 'objects', of: 'count' }, decimals: 0 }),
  ]);
  const add = () => page.get('[data-field="objects"] > button');
  await add().trigger('click');
  await nextTick();
  assert.equal(document.activeElement?.closest('[data-field]')?.getAttribute('data-field'), 'objects.0.what');
  await add().trigger('click');
  await page.get('[data-field="objects.0.count"] input').setValue('2');
  await page.get('[data-field="objects.1.count"] input').setValue('3');
  assert.equal(page.get('output').text(), '5');
  assert.deepEqual(
    page.findAll('.form-line > legend').map((each) => each.text()),
    ['Ligne 1', 'Ligne 2'],
  );
  const remove = page.findAll('.form-line > button');
  assert.deepEqual(
    remove.map((each) => each.text()),
    ['Retirer la ligne 1', 'Retirer la ligne 2'],
  );
  await remove[0]?.trigger('click');
  await nextTick();
  assert.deepEqual(answers.value, { objects: [{ count: 3 }] });
  assert.equal(document.activeElement, add().element);
  assert.equal(page.get('[data-field="objects"] [role="status"]').text(), 'La ligne 1 est retirée.');
});

test('Few choices are radio buttons in a group with a legend; many are a list with groups.', async () => {
  const options = Array.from({ length: 8 }, (_each, n) => ({
    value: `v${n}`,
    label: { fr: `Choix ${n}` },
    group: { fr: n < 4 ? 'Meubles' : 'Appareils' },
  }));
  const { page, answers } = open([
    field('few', 'oneOf', { options: options.slice(0, 3) }),
    field('many', 'oneOf', { options }),
  ]);
  assert.equal(page.get('fieldset[data-field="few"] > legend').text(), 'Champ few');
  assert.equal(page.findAll('fieldset[data-field="few"] input[type="radio"]').length, 3);
  assert.deepEqual(
    page.findAll('optgroup').map((each) => each.attributes('label')),
    ['Meubles', 'Appareils'],
  );
  await page.get('select').setValue('v6');
  assert.deepEqual(answers.value, { many: 'v6' });
});

test('An address takes the chosen street with its commune and place, and keeps the number that was typed.', async () => {
  const { page, answers } = open([field('where', 'address', { required: true })]);
  await page.get('input').setValue('12 bis rue de la gare');
  await page.get('.form-found button').trigger('click');
  assert.deepEqual(answers.value, {
    where: { text: '12 bis Rue de la Gare', commune: 'villerupt', location: { lat: 49.47, lon: 5.93 } },
  });
  assert.equal((page.get('select').element as HTMLSelectElement).value, 'villerupt');
});

test('A line on the map is given by streets alone, point by point.', async () => {
  const { page, answers } = open([field('works', 'place', { geometry: 'line' })]);
  const search = page.get('input[type="search"]');
  for (const expected of [
    {},
    {
      works: {
        type: 'LineString',
        coordinates: [
          [5.93, 49.47],
          [5.93, 49.47],
        ],
      },
    },
  ]) {
    await search.setValue('gare');
    await page.get('.form-found button').trigger('click');
    assert.deepEqual(answers.value, expected);
  }
  await page.get('button[aria-label="Retirer le point 2"]').trigger('click');
  assert.deepEqual(answers.value, {});
  assert.equal(page.findAll('.form-points li').length, 1);
});

test('Places and addresses that were answered lead to the map where there is one.', () => {
  const form = formOfPage('only', { fr: 'Page' }, [field('home', 'address'), field('hole', 'place')]);
  const given: Answers = {
    home: { text: '12 Rue de la Gare', commune: 'thil', location: { lat: 49.47, lon: 5.93 } },
    hole: { type: 'Point', coordinates: [5.91, 49.48] },
  };
  const settled = settleForm(form, given);
  const linksOf = (ports: FormPorts) =>
    mount(AnswerList, {
      props: {
        fields: stepsOf(form, given, settled, {})[0]?.fields ?? [],
        rowOf: () => [],
        ...{ ports, words, language: 'fr' },
      },
    })
      .findAll('a')
      .map((link) => [link.text(), link.attributes('href')]);
  assert.deepEqual(linksOf(PORTS), []);
  assert.deepEqual(linksOf({ ...PORTS, mapOf: ([longitude, latitude]) => `/map?${latitude},${longitude}` }), [
    ['12 Rue de la Gare, Thil', '/map?49.47,5.93'],
    ['49.48000, 5.91000', '/map?49.48,5.91'],
  ]);
});

test('The summary takes the focus after a refusal, and each of its links leads to its field.', async () => {
  const { page } = open([field('name', 'text')], { name: 'Écrivez votre nom.' });
  const id = page.get('input').attributes('id') ?? '';
  const summary = mount(FormSummary, {
    props: { lines: [{ id, text: 'Écrivez votre nom.' }], words, refusals: 0 },
    attachTo: document.body,
  });
  await summary.setProps({ refusals: 1 });
  await nextTick();
  assert.equal(document.activeElement, summary.element);
  assert.equal(summary.get('h2').text(), 'Une réponse est à corriger');
  await summary.get('a').trigger('click');
  assert.equal(document.activeElement, page.get('input').element);
});

test('A time to book is shown as it is at its place; one that is full cannot be chosen.', async () => {
  const { page, answers } = open([field('slot', 'booking', { resource: 'bulky' })]);
  await nextTick();
  await nextTick();
  const texts = page.findAll('.form-choice').map((each) => each.text());
  assert.deepEqual(texts, ['mercredi 9 décembre 2026 à 06:00 – complet', 'mercredi 16 décembre 2026 à 06:00']);
  assert.ok(page.get('input[value="bulky.20261209T0600"]').attributes('disabled') !== undefined);
  await page.get('input[value="bulky.20261216T0600"]').setValue();
  assert.deepEqual(answers.value, { slot: { slot: 'bulky.20261216T0600' } });
});

test('Numbers are read as people write them, and what is none stays for the error.', () => {
  assert.deepEqual(['1 250,50', '-3', '12 m', '', '’1’000'].map(numberOf), [1250.5, -3, '12 m', undefined, 1000]);
});
