import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntityChange } from '../../model/change.ts';
import { changeOf } from '../../model/diff.ts';
import type { AttributeInstance, Entity } from '../../model/entity.ts';
import { matchesChange } from '../match-change.ts';
import { parseSubscription } from '../parse/parse-subscription.ts';
import type { SubscriptionRule } from '../rule.ts';
import { SubscriptionIndex } from './subscription-index.ts';

const AT = '2026-08-10T10:00:00.000Z';
const same = { attribute: iri, type: iri, vocab: iri };

function iri(term: string): string {
  return term.includes(':') ? term : `http://e.org/${term}`;
}

/** Every combination of the criteria by which the index files subscriptions. */
function rules(): SubscriptionRule[] {
  const found: SubscriptionRule[] = [];
  const selectors = [
    [{ type: 'A' }],
    [{ type: 'A,(B;C)' }],
    [{ type: '(B;A)' }],
    [{ type: '*' }],
    [{ type: 'A', id: ['urn:e:1', 'urn:e:3'] }, { type: 'C' }],
    [{ type: 'B', idPattern: '[12]$' }],
    [{ type: 'B,A', idPattern: '^urn:e:1' }],
    [{ type: '*', idPattern: ':2$' }],
    undefined,
  ];
  const queries = [undefined, 'x==1', 'x==1,"on";y', 'y;x=="on"', 'x=="on"|y==2', 'x!=1', 'x==true', 'x[deep]==1'];
  const triggers = [undefined, ['entityCreated'], ['entityDeleted'], ['attributeDeleted', 'entityCreated']];
  for (const entities of selectors) {
    for (const watchedAttributes of [undefined, ['x'], ['y', 'z']]) {
      for (const q of queries) {
        for (const notificationTrigger of triggers) {
          if (entities === undefined && watchedAttributes === undefined) continue;
          const document = {
            id: `urn:s:${found.length}`,
            type: 'Subscription',
            jsonldContext: 'http://e.org/context',
            notification: { endpoint: { uri: 'http://127.0.0.1:9' } },
            ...(entities && { entities }),
            ...(watchedAttributes && { watchedAttributes }),
            ...(q && { q }),
            ...(notificationTrigger && { notificationTrigger }),
          };
          found.push(parseSubscription('', document, () => same));
        }
      }
    }
  }
  return found;
}

function entity(id: number, types: string[], values: Record<string, unknown[]>): Entity {
  const attributes = Object.fromEntries(
    Object.entries(values).map(([name, instances]): [string, AttributeInstance[]] => [
      iri(name),
      instances.map((value, place) => ({
        type: 'Property',
        value,
        createdAt: AT,
        modifiedAt: AT,
        ...(place > 0 && { datasetId: `urn:d:${place}` }),
      })),
    ]),
  );
  return { id: `urn:e:${id}`, types: types.map(iri), createdAt: AT, modifiedAt: AT, attributes };
}

function changes(): EntityChange[] {
  const states: (Entity | undefined)[] = [undefined];
  const contents: Record<string, unknown[]>[] = [
    {},
    { x: [1] },
    { x: ['on'], y: [2] },
    { x: [5, true], z: [1] },
    { x: [[7, 'on']] },
  ];
  for (const types of [['A'], ['B', 'C'], ['B', 'A'], ['D']]) {
    for (const values of contents) {
      states.push(entity(1, types, values));
    }
  }
  states.push(entity(1, ['A'], { x: [{ deep: 1 }], y: [0] }), entity(1, ['A'], { x: [{ '@value': 1 }] }));
  return states.flatMap((before) =>
    states.flatMap((after) => (before === after ? [] : [changeOf('', before, after, AT)])),
  );
}

test('finds every matching rule exactly once, and none that was removed', () => {
  const all = rules();
  const index = new SubscriptionIndex();
  for (const rule of all) index.put(rule);
  for (const rule of all) index.put(rule); // again: replaces
  const searched = (change: EntityChange) => {
    const ids: string[] = [];
    index.search(change, (rule) => {
      if (matchesChange(rule, change)) ids.push(rule.id);
    });
    return ids.sort();
  };
  let matched = 0;
  for (const change of changes()) {
    const expected = all.filter((rule) => matchesChange(rule, change)).map(({ id }) => id);
    matched += expected.length;
    assert.deepEqual(searched(change), expected.sort());
  }
  assert.ok(matched > 10_000, `${matched}`);
  for (const { id } of all) index.remove('', id);
  for (const change of changes()) assert.deepEqual(searched(change), []);
});

test('does not return a rule whose q requires another value', () => {
  const index = new SubscriptionIndex();
  for (const rule of rules()) if (rule.requiredValue?.values[0] === 1) index.put(rule);
  let looked = 0;
  const before = entity(1, ['A'], { x: [2] });
  index.search(changeOf('', before, entity(1, ['A'], { x: [3] }), AT), () => looked++);
  assert.equal(looked, 0);
});
