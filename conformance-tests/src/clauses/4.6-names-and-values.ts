import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectProblem, expectSame, expectStatus } from '../expect.ts';
import { entityPath } from '../rig/broker.ts';

export const encoding = clause('4.6.1', 'UTF-8', ({ test }) => {
  test('gives back text of any script as it was sent', async (broker) => {
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

export const names = clause('4.6.2', 'Names', ({ test }) => {
  for (const name of ['my attr', '9Vehicle', 'a-b', 'a.b', '@invalid', '', 'a{b', 'a"b', 'type%20']) {
    test(`refuses an attribute named "${name}"`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', [name]: property(1) };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
    test(`refuses a type named "${name}"`, async (broker) => {
      expectProblem(await broker.post('/entities', { id: broker.id(), type: name }), 'BadRequestData');
    });
  }

  test('refuses a type named "type"', async (broker) => {
    expectProblem(await broker.post('/entities', { id: broker.id(), type: 'type' }), 'BadRequestData');
  });

  for (const name of ['Škola', 'výška_1', 'é', 'A1', 'a_b', 'https://example.org/a#b-c']) {
    test(`takes an attribute named "${name}"`, async (broker) => {
      const id = await broker.create({ type: 'Building', [name]: property(1) });
      expectSame(await broker.read(id), { id, type: 'Building', [name]: property(1) });
    });
  }
});

const GOOD_TIMES = [
  '2026-01-02T03:04:05Z',
  '2026-01-02T03:04:05.1Z',
  '2026-01-02T03:04:05.123456Z',
  '2024-02-29T23:59:59Z',
];
const BAD_TIMES = [
  '2026-01-02',
  '2026-01-02T03:04Z',
  '2026-01-02T03:04:05',
  '2026-01-02T03:04:05+01:00',
  '2026-13-45T03:04:05Z',
  '2026-02-30T03:04:05Z',
  '2026-01-02T25:04:05Z',
  '2026-01-02 03:04:05Z',
  'yesterday',
  '',
  5,
  ['2026-01-02T03:04:05Z'],
];

export const dateTimes = clause('4.6.3', 'Data types of values', ({ test }) => {
  for (const observedAt of GOOD_TIMES) {
    test(`takes ${observedAt} as a DateTime`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(1, { observedAt }) });
      expectSame(await broker.read(id), { id, type: 'Building', a: property(1, { observedAt }) });
    });
  }
  for (const observedAt of BAD_TIMES) {
    test(`refuses ${JSON.stringify(observedAt)} as a DateTime`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', a: property(1, { observedAt }) };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }

  test('takes a comma before a fraction of a second and gives a dot', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1, { observedAt: '2026-01-02T03:04:05,5Z' }) });
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      a: property(1, { observedAt: '2026-01-02T03:04:05.5Z' }),
    });
  });

  for (const value of [0, -0.5, 1e21, 1.7976931348623157e308, 5e-324, 9007199254740991]) {
    test(`gives back the number ${value}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(value) });
      expectSame(await broker.read(id), { id, type: 'Building', a: property(value) });
    });
  }

  test('gives back a typed value', async (broker) => {
    const typed = { '@type': 'DateTime', '@value': '2026-01-02T03:04:05Z' };
    const id = await broker.create({ type: 'Building', a: property(typed) });
    const { a } = await broker.read(id);
    const renamed = { type: 'DateTime', '@value': '2026-01-02T03:04:05Z' };
    const value = (a as { value: object }).value;
    expectSame(value, 'type' in value ? renamed : typed);
  });
});

export const content = clause('4.6.4', 'Content is kept verbatim', ({ test }) => {
  test(`gives back < > " ' = ; ( ) & as they were sent`, async (broker) => {
    const value = `<script>alert("x='1';(2)&amp;")</script>`;
    const type = broker.name();
    const id = await broker.create({ type, a: property(value), b: property({ [value]: value }) });
    const expected = { id, type, a: property(value), b: property({ [value]: value }) };
    expectBody(await broker.get(entityPath(id)), expected);
    expectBody(await broker.get('/entities', { query: { type } }), [expected]);
  });

  test('keeps the members of an object value whatever they are called', async (broker) => {
    const value = { id: 'x', type: 'Property', value: 5, observedAt: 'never', colour: { '@id': 'y' } };
    const id = await broker.create({ type: 'Building', a: property(value) });
    expectSame(await broker.read(id), { id, type: 'Building', a: property(value) });
  });
});
