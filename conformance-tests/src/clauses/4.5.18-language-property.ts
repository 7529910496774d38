import { clause } from '../clause.ts';
import { languageProperty } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { attributePath, entityPath } from '../rig/broker.ts';

export const languagePropertyClause = clause('4.5.18', 'LanguageProperty', ({ test }) => {
  const label = languageProperty({ fr: 'Mairie', lb: ['Gemeng', 'Gemengenhaus'], '@none': 'M' });

  test('is created, appended, replaced and returned', async (broker) => {
    const id = await broker.create({ type: 'Building', label });
    expectNoContent(await broker.post(`${entityPath(id)}/attrs`, { other: languageProperty({ en: 'a' }) }));
    expectNoContent(await broker.patch(attributePath(id, 'label'), { languageMap: { en: 'Town hall' } }));
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      label: languageProperty({ en: 'Town hall' }),
      other: languageProperty({ en: 'a' }),
    });
  });

  test('is merged by language (5.5.12)', async (broker) => {
    const id = await broker.create({ type: 'Building', label });
    expectNoContent(
      await broker.patch(entityPath(id), { label: languageProperty({ en: 'Town hall', fr: 'Hôtel de ville' }) }),
    );
    const map = { fr: 'Hôtel de ville', lb: ['Gemeng', 'Gemengenhaus'], '@none': 'M', en: 'Town hall' };
    expectSame(await broker.read(id), { id, type: 'Building', label: languageProperty(map) });
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ['a text', 'Mairie'],
    ['an array', ['Mairie']],
    ['null', null],
    ['a number for a language', { fr: 5 }],
    ['an object for a language', { fr: { a: 'b' } }],
    ['null for a language', { fr: null }],
    ['a number among texts', { fr: ['a', 5] }],
    ['an empty language tag', { '': 'a' }],
    ['a key that is no language tag', { '!!': 'a' }],
    ['a language tag with an underscore', { en_US: 'a' }],
  ];
  for (const [what, map] of wrong) {
    test(`refuses ${what} as languageMap (4.6.5)`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', label: languageProperty(map) };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }
});
