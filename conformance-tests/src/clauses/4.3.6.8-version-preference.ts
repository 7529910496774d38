import { clause } from '../clause.ts';
import { jsonProperty, languageProperty, listRelationship, property, vocabProperty } from '../documents.ts';
import { expectHeader, expectSame, expectStatus, withoutContext } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const versionPreference = clause('4.3.6.8', 'Answers in the way of another version', ({ test }) => {
  const prefer = (version: string) => ({ headers: { Prefer: `ngsi-ld=${version}` } });

  const changed: readonly (readonly [version: string, what: string, stored: unknown, given: unknown])[] = [
    ['1.5', 'a VocabProperty as a Property', vocabProperty('civic'), property('civic')],
    ['1.6', 'a JsonProperty as a Property', jsonProperty({ a: 1 }), property({ a: 1 })],
    ['1.3', 'a LanguageProperty as a Property', languageProperty({ fr: 'a' }), property({ fr: 'a' })],
    ['1.8', 'a Property without valueType', property('x', { valueType: 'Date' }), property('x')],
  ];
  for (const [version, what, stored, given] of changed) {
    test(`returns ${what} to a client of ${version}, with 203`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: stored });
      const answer = await broker.get(entityPath(id), prefer(version));
      expectStatus(answer, 203);
      expectHeader(answer, 'Preference-Applied', /ngsi-ld=1\.\d/);
      expectSame(withoutContext(answer.body), { id, type: 'Building', a: given }, answer);
    });
  }

  test('returns a ListRelationship as a Relationship to a client of 1.6, with 203', async (broker) => {
    const id = await broker.create({ type: 'Building', a: listRelationship(['urn:x:1']) });
    const answer = await broker.get(entityPath(id), prefer('1.6'));
    expectStatus(answer, 203);
  });

  test('answers 200 when nothing had to be changed', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1) });
    const answer = await broker.get(entityPath(id), prefer('1.5'));
    expectStatus(answer, 200);
    expectSame(withoutContext(answer.body), { id, type: 'Building', a: property(1) }, answer);
  });

  test('returns results of a query in the requested version, with 203', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, a: vocabProperty('civic') });
    const answer = await broker.get('/entities', { query: { type }, ...prefer('1.5') });
    expectStatus(answer, 203);
    expectSame(withoutContext(answer.body), [{ id, type, a: property('civic') }], answer);
  });
});
