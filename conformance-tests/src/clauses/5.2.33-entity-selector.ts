import { clause } from '../clause.ts';
import { expectProblem } from '../expect.ts';

export const entitySelectors = clause('5.2.33', 'EntitySelector', ({ test }) => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['without type', { id: 'urn:x:1' }],
    ['with an id that is no URI', { type: 'Building', id: 'x' }],
    ['with ids of which one is no URI', { type: 'Building', id: ['urn:x:1', 5] }],
    ['with an idPattern that is no regular expression', { type: 'Building', idPattern: '[' }],
    ['with a type that is no text', { type: 5 }],
    ['that is no object', 'Building'],
  ];
  for (const [what, selector] of wrong) {
    test(`is refused ${what}`, async (broker) => {
      const body = { type: 'Query', entities: [selector] };
      expectProblem(await broker.post('/entityOperations/query', body), 'BadRequestData');
    });
  }
});
