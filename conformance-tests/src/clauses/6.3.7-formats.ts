import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectProblem } from '../expect.ts';
import { entityPath, type Query } from '../rig/broker.ts';

export const formats = clause('6.3.7', 'format and options', ({ test }) => {
  const forms: readonly (readonly [query: Query, a: unknown])[] = [
    [{ format: 'normalized' }, property(1)],
    [{ format: 'concise' }, 1],
    [{ format: 'simplified' }, 1],
    [{ options: 'normalized' }, property(1)],
    [{ options: 'concise' }, 1],
    [{ format: 'normalized', options: 'keyValues' }, property(1)],
    [{ format: 'simplified', options: 'normalized' }, 1],
  ];
  for (const [query, a] of forms) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`uses the format of ${text.join(' before ')}`, async (broker) => {
      const type = broker.name();
      const id = await broker.create({ type, a: property(1) });
      expectBody(await broker.get(entityPath(id), { query }), { id, type, a });
      expectBody(await broker.get('/entities', { query: { type, ...query } }), [{ id, type, a }]);
    });
  }

  for (const query of [
    { format: 'short' },
    { options: 'short' },
    { options: 'keyValues,short' },
    { format: 'concise', options: 'short' },
    { options: 'noOverwrite' },
  ] as Query[]) {
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    test(`answers 400 InvalidRequest to ${text.join(' with ')}`, async (broker) => {
      const id = await broker.create({ type: 'Building' });
      expectProblem(await broker.get(entityPath(id), { query }), 'InvalidRequest');
      expectProblem(await broker.get('/entities', { query: { type: 'Building', ...query } }), 'InvalidRequest');
    });
  }
});
