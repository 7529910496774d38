import { clause } from '../clause.ts';
import { jsonProperty, languageProperty, NULL, property, relationship, vocabProperty } from '../documents.ts';
import { expectNoContent, expectProblem, expectSame } from '../expect.ts';
import { attributePath, type Broker, entityPath } from '../rig/broker.ts';
import type { Answer } from '../rig/exchange.ts';

const AT = '2026-01-02T03:04:05Z';
const STORED = property({ a: 1, b: 2 }, { unitCode: 'CEL', observedAt: AT, src: property('x') });
const REST = { unitCode: 'CEL', observedAt: AT, src: property('x') };

type Write = (broker: Broker, id: string) => Promise<Answer>;

const WAYS: readonly (readonly [what: string, write: Write, result: unknown])[] = [
  [
    'Append Attributes replaces the attribute',
    (broker, id) => broker.post(`${entityPath(id)}/attrs`, { t: property({ a: 9 }) }),
    property({ a: 9 }),
  ],
  [
    'Update Attributes replaces the attribute',
    (broker, id) => broker.patch(`${entityPath(id)}/attrs`, { t: property({ a: 9 }) }),
    property({ a: 9 }),
  ],
  [
    'Replace Attribute replaces the attribute',
    (broker, id) => broker.put(attributePath(id, 't'), property({ a: 9 })),
    property({ a: 9 }),
  ],
  [
    'Partial Attribute Update replaces the members named',
    (broker, id) => broker.patch(attributePath(id, 't'), { value: { a: 9 } }),
    property({ a: 9 }, REST),
  ],
  [
    'Partial Attribute Update adds members',
    (broker, id) => broker.patch(attributePath(id, 't'), { more: property(1) }),
    { ...STORED, more: property(1) },
  ],
  [
    'Partial Attribute Update removes a member by NGSI-LD Null',
    (broker, id) => broker.patch(attributePath(id, 't'), { unitCode: NULL, src: NULL }),
    property({ a: 1, b: 2 }, { observedAt: AT }),
  ],
];
const MERGES: readonly (readonly [what: string, write: Write, result: unknown])[] = [
  [
    'merges values key by key and keeps members that are not named',
    (broker, id) => broker.patch(entityPath(id), { t: property({ a: 9, c: 3 }) }),
    property({ a: 9, b: 2, c: 3 }, REST),
  ],
  [
    'removes keys and members by NGSI-LD Null',
    (broker, id) => broker.patch(entityPath(id), { t: { value: { b: NULL }, src: NULL } }),
    property({ a: 1 }, { unitCode: 'CEL', observedAt: AT }),
  ],
  [
    'replaces arrays and simple values as a whole',
    (broker, id) => broker.patch(entityPath(id), { t: property({ a: [1, 2] }) }),
    property({ a: [1, 2], b: 2 }, REST),
  ],
  [
    'merges attributes of attributes',
    (broker, id) => broker.patch(entityPath(id), { t: { src: property('y', { unitCode: 'X' }), extra: property(1) } }),
    { ...STORED, src: property('y', { unitCode: 'X' }), extra: property(1) },
  ],
  [
    'replaces an object value by a simple one',
    (broker, id) => broker.patch(entityPath(id), { t: property(5) }),
    property(5, REST),
  ],
  [
    'changes nothing when the fragment holds no attribute',
    (broker, id) => broker.patch(entityPath(id), { type: 'Tank' }),
    STORED,
  ],
];

export const partialUpdatePatch = clause('5.5.8', 'Partial update patch', ({ test }) => {
  for (const [what, write, t] of WAYS) {
    test(`${what}`, async (broker) => {
      const id = await broker.create({ type: 'Tank', t: STORED, other: property(1) });
      expectNoContent(await write(broker, id));
      expectSame(await broker.read(id), { id, type: 'Tank', t, other: property(1) });
    });
  }
  test(
    'Partial Attribute Update refuses members that the kind never has',
    refusesWhatKindsNeverHave((broker, id, member) => broker.patch(attributePath(id, 't'), member)),
  );
});

/** Members that a kind of attribute can't have (the lists of 4.5.2 and following). */
const NEVER: readonly (readonly [attribute: unknown, member: Record<string, unknown>])[] = [
  [relationship('urn:x:1'), { unitCode: 'CEL' }],
  [relationship('urn:x:1'), { valueType: 'xsd:string' }],
  [languageProperty({ fr: 'a' }), { unitCode: 'CEL' }],
  [vocabProperty('civic'), { unitCode: 'CEL' }],
  [jsonProperty({ a: 1 }), { unitCode: 'CEL' }],
  [property(1), { objectType: 'Building' }],
];

function refusesWhatKindsNeverHave(write: (broker: Broker, id: string, member: object) => Promise<Answer>) {
  return async (broker: Broker) => {
    for (const [attribute, member] of NEVER) {
      const id = await broker.create({ type: 'Tank', t: attribute });
      expectProblem(await write(broker, id, member), 'BadRequestData');
      expectSame(await broker.read(id), { id, type: 'Tank', t: attribute });
    }
  };
}

export const mergePatch = clause('5.5.12', 'Merge patch', ({ test }) => {
  for (const [what, write, t] of MERGES) {
    test(what, async (broker) => {
      const id = await broker.create({ type: 'Tank', t: STORED, other: property(1) });
      expectNoContent(await write(broker, id));
      expectSame(await broker.read(id), { id, type: 'Tank', t, other: property(1) });
    });
  }
  test(
    'refuses members that the kind never has',
    refusesWhatKindsNeverHave((broker, id, member) => broker.patch(entityPath(id), { t: member })),
  );
});
