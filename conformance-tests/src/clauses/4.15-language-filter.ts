import { clause } from '../clause.ts';
import { languageProperty, property } from '../documents.ts';
import { expectBody } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

const MAP = { fr: 'Mairie', 'en-GB': 'Town hall', nl: ['Stadhuis', 'Gemeentehuis'], '@none': 'M' };

const CHOICES: readonly (readonly [lang: string, value: unknown, chosen: string])[] = [
  ['fr', 'Mairie', 'fr'],
  ['FR', 'Mairie', 'fr'],
  ['nl', ['Stadhuis', 'Gemeentehuis'], 'nl'],
  ['nl-BE', ['Stadhuis', 'Gemeentehuis'], 'nl'],
  ['en', 'Town hall', 'en-GB'],
  ['de,fr', 'Mairie', 'fr'],
  ['fr;q=0.5,nl;q=0.9', ['Stadhuis', 'Gemeentehuis'], 'nl'],
  ['nl;q=0.5,fr', 'Mairie', 'fr'],
  ['de', 'M', '@none'],
];

export const languageFilter = clause('4.15', 'Language filter', ({ test }) => {
  for (const [lang, value, chosen] of CHOICES) {
    test(`returns ${JSON.stringify(value)} for lang=${lang}`, async (broker) => {
      const id = await broker.create({ type: 'Building', label: languageProperty(MAP) });
      const answer = await broker.get(entityPath(id), { query: { lang } });
      expectBody(answer, { id, type: 'Building', label: property(value, { lang: chosen }) });
    });
  }

  test('returns some language when none fits and there is no @none', async (broker) => {
    const id = await broker.create({ type: 'Building', label: languageProperty({ fr: 'Mairie' }) });
    for (const lang of ['de', '*']) {
      const answer = await broker.get(entityPath(id), { query: { lang } });
      expectBody(answer, { id, type: 'Building', label: property('Mairie', { lang: 'fr' }) });
    }
  });

  test('returns only the text in simplified form, and its language too in concise form', async (broker) => {
    const id = await broker.create({ type: 'Building', label: languageProperty(MAP) });
    const ask = (format: string) => broker.get(entityPath(id), { query: { lang: 'fr', format } });
    expectBody(await ask('simplified'), { id, type: 'Building', label: 'Mairie' });
    expectBody(await ask('concise'), { id, type: 'Building', label: { value: 'Mairie', lang: 'fr' } });
  });

  test('applies to sub-attributes and to results of queries', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, a: property(1, { label: languageProperty(MAP) }) });
    const answer = await broker.get('/entities', { query: { type, lang: 'fr' } });
    expectBody(answer, [{ id, type, a: property(1, { label: property('Mairie', { lang: 'fr' }) }) }]);
  });

  test('keeps all languages without lang', async (broker) => {
    const id = await broker.create({ type: 'Building', label: languageProperty(MAP) });
    expectBody(await broker.get(entityPath(id)), { id, type: 'Building', label: languageProperty(MAP) });
  });
});
