import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyReader } from '../bodies/bodies.ts';
import { object, Type, type Value, variants } from './contract.ts';
import { describe } from './describe.ts';

const Act = variants('act', {
  fell: object({}),
  prune: object({ to: Type.Number(), by: Type.Optional(Type.String()) }),
});
type Act = Value<typeof Act>;
const Plan = object({ tree: Type.String(), acts: Type.Array(Act) });

/** The type of each variant has its own members. */
function heightAfter(act: Act): number {
  return act.act === 'prune' ? act.to : 0;
}

test('the member that names the variant says which other members there are', () => {
  const read = bodyReader<Act>(Act);
  assert.equal(heightAfter(read({ act: 'prune', to: 4 })), 4);
  assert.equal(heightAfter(read({ act: 'fell' })), 0);
  for (const [body, message] of [
    [{ act: 'water' }, 'act: got "water", expected one of fell, prune'],
    [{ act: 7 }, 'act: got 7, expected one of fell, prune'],
    [{ act: 'constructor' }, 'act: got "constructor", expected one of fell, prune'],
    [{ to: 4 }, 'act: got nothing, expected one of fell, prune'],
    [undefined, 'act: got nothing, expected one of fell, prune'],
    [null, 'act: got nothing, expected one of fell, prune'],
    [[], 'act: got nothing, expected one of fell, prune'],
    [{ act: 'prune' }, 'to: got nothing, expected a value'],
    [{ act: 'prune', to: 'low' }, 'to: got "low", expected number'],
    [{ act: 'fell', to: 4 }, 'to: got 4, expected no member of that name; known: act'],
    [{ act: 'prune', to: 4, in: 'May' }, 'in: got "May", expected no member of that name; known: act, to, by'],
  ] as const) {
    assert.throws(() => read(body), { status: 400, message });
  }
});

test('within a larger body, an error has the path of the member', () => {
  const read = bodyReader<Value<typeof Plan>>(Plan);
  const acts = [{ act: 'fell' }, { act: 'prune', to: 3 }];
  assert.deepEqual(read({ tree: 'o1', acts }).acts, acts);
  for (const [wrong, message] of [
    [{ act: 'water' }, 'acts.1.act: got "water", expected one of fell, prune'],
    [{ act: 'prune', to: '3' }, 'acts.1.to: got "3", expected number'],
    ['fell', 'acts.1.act: got nothing, expected one of fell, prune'],
  ] as const) {
    assert.throws(() => read({ tree: 'o1', acts: [{ act: 'fell' }, wrong] }), { message });
  }
});

test('/openapi describes the variants as a choice with a discriminator', () => {
  const { bodies } = describe({ summary: 'Acts', access: 'write', body: Act, answers: { 204: null } });
  assert.deepEqual(JSON.parse(JSON.stringify(bodies)), {
    'application/json': {
      type: 'object',
      discriminator: { propertyName: 'act' },
      oneOf: [
        {
          type: 'object',
          required: ['act'],
          properties: { act: { type: 'string', const: 'fell' } },
          additionalProperties: false,
        },
        {
          type: 'object',
          required: ['act', 'to'],
          properties: {
            act: { type: 'string', const: 'prune' },
            to: { type: 'number' },
            by: { type: 'string' },
          },
          additionalProperties: false,
        },
      ],
    },
  });
});
