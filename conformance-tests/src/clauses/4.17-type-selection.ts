import { clause } from '../clause.ts';
import { expectIds, expectProblem } from '../expect.ts';
import type { Broker } from '../rig/broker.ts';

const FINDS: readonly (readonly [selection: string, found: string])[] = [
  ['A', 'a ab abc'],
  ['A,B', 'a b ab abc'],
  ['A|B', 'a b ab abc'],
  ['(A;B)', 'ab abc'],
  ['(A;B;C)', 'abc'],
  ['(A;B),C', 'ab abc c'],
  ['(A;B)|(B;C)', 'ab abc'],
  ['(A)', 'a ab abc'],
  ['D', ''],
  ['(A;D)', ''],
];

async function typed(broker: Broker): Promise<{ names: (text: string) => string; id: (key: string) => string }> {
  const stem = broker.name('T');
  const base = broker.id('T');
  const names = (text: string) => text.replace(/[A-D]/g, (letter) => `${stem}${letter}`);
  const id = (key: string) => `${base}:${key}`;
  await broker.createAll(
    ['a', 'b', 'c', 'ab', 'abc'].map((key) => ({
      id: id(key),
      type: [...key].map((letter) => names(letter.toUpperCase())),
    })),
  );
  return { names, id };
}

export const typeSelection = clause('4.17', 'Type selection language', ({ test }) => {
  for (const [selection, found] of FINDS) {
    test(`finds ${found === '' ? 'nothing' : found.replaceAll(' ', ', ')} by ${selection}`, async (broker) => {
      const { names, id } = await typed(broker);
      const answer = await broker.get('/entities', { query: { type: names(selection) } });
      expectIds(answer, found.split(' ').filter(Boolean).map(id));
    });
  }

  for (const wrong of ['A,', ',A', '(A;B', 'A;B)', '(A;;B)', '()', 'A||B', '((A;B);C)', 'A B']) {
    test(`refuses ${wrong}`, async (broker) => {
      expectProblem(await broker.get('/entities', { query: { type: wrong } }), 'BadRequestData');
    });
  }

  test('accepts type names as full IRIs', async (broker) => {
    const name = broker.name();
    const id = await broker.create({ type: name, id: broker.id() });
    const type = `https://uri.etsi.org/ngsi-ld/default-context/${name}`;
    expectIds(await broker.get('/entities', { query: { type } }), [id]);
  });

  test('expands type names by the context of the request', async (broker, { contexts }) => {
    const term = broker.name();
    const context = contexts.serve({ [term]: 'https://example.org/Building' });
    const id = await broker.create({ type: term }, { context });
    expectIds(await broker.get('/entities', { query: { type: term, id }, context }), [id]);
    expectIds(await broker.get('/entities', { query: { type: term } }), []);
  });

  test('accepts * for all types, with local=false refused', async (broker) => {
    const id = await broker.create({ type: broker.name() });
    expectIds(await broker.get('/entities', { query: { type: '*', id } }), [id]);
    expectProblem(await broker.get('/entities', { query: { type: '*', id, local: false } }), 'BadRequestData');
  });
});
