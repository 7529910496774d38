import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectProblem, expectSame } from '../expect.ts';

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
    test(`accepts ${observedAt} as a DateTime`, async (broker) => {
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

  test('accepts a comma before a fraction of a second and returns a dot', async (broker) => {
    const id = await broker.create({ type: 'Building', a: property(1, { observedAt: '2026-01-02T03:04:05,5Z' }) });
    expectSame(await broker.read(id), {
      id,
      type: 'Building',
      a: property(1, { observedAt: '2026-01-02T03:04:05.5Z' }),
    });
  });

  for (const value of [0, -0.5, 1e21, 1.7976931348623157e308, 5e-324, 9007199254740991]) {
    test(`returns the number ${value}`, async (broker) => {
      const id = await broker.create({ type: 'Building', a: property(value) });
      expectSame(await broker.read(id), { id, type: 'Building', a: property(value) });
    });
  }

  for (const [type, value] of [
    ['DateTime', 'banana'],
    ['DateTime', '2026-01-02'],
    ['DateTime', 5],
    ['Date', '2026-02-30'],
    ['Time', '25:00:00Z'],
  ] as const) {
    test(`refuses ${JSON.stringify(value)} as a value of type ${type}`, async (broker) => {
      const entity = { id: broker.id(), type: 'Building', a: property({ '@type': type, '@value': value }) };
      expectProblem(await broker.post('/entities', entity), 'BadRequestData');
    });
  }

  test('accepts a DateTime with an offset, a Date, a Time and values of other types', async (broker) => {
    const typed = [
      ['DateTime', '2026-01-02T03:04:05+05:30'],
      ['Date', '2026-01-02'],
      ['Time', '03:04:05.5Z'],
      ['https://example.org/Colour', 'banana'],
    ].map(([type, value]) => ({ '@type': type, '@value': value }));
    for (const value of typed) await broker.create({ type: 'Building', a: property(value) });
  });

  test('returns a typed value', async (broker) => {
    const typed = { '@type': 'DateTime', '@value': '2026-01-02T03:04:05Z' };
    const id = await broker.create({ type: 'Building', a: property(typed) });
    const { a } = await broker.read(id);
    const renamed = { type: 'DateTime', '@value': '2026-01-02T03:04:05Z' };
    const value = (a as { value: object }).value;
    expectSame(value, 'type' in value ? renamed : typed);
  });
});
