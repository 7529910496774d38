import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectSame, expectStatus } from '../expect.ts';

export const encoding = clause('4.6.1', 'UTF-8', ({ test }) => {
  test('returns text of any script as it was sent', async (broker) => {
    const name = property('Rédange ‒ Réideng 漢字 😀 \u0301 عربى \u202f end');
    const id = await broker.create({ type: 'Building', name });
    expectSame(await broker.read(id), { id, type: 'Building', name });
  });

  test('reads escapes of JSON', async (broker) => {
    const id = broker.id();
    const text = `{"id": "${id}", "type": "Building", "name": {"type": "Property", "value": "\\u00e9\\ud83d\\ude00\\n\\t\\"\\\\"}}`;
    expectStatus(await broker.post('/entities', text, { contentType: 'application/json' }), 201);
    expectSame(await broker.read(id), { id, type: 'Building', name: property('é😀\n\t"\\') });
  });
});
