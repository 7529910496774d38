import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EntityChange } from '../../src/model/change.ts';
import type { AttributeInstance, Entity } from '../../src/model/entity.ts';
import { parseSubscription } from '../../src/subscriptions/parse/parse-subscription.ts';
import type { SubscriptionStore } from '../../src/subscriptions/subscription-store.ts';
import { createSubscriptions } from '../../src/subscriptions/subscriptions.ts';

/*
 * npm run bench -- matching, or node broker/test/subscriptions/match-bench.ts
 *
 * The cost of matching one change against many subscriptions, and the memory of each. A change of an entity with a new
 * id must be compared with all patterns without a literal start or end.
 */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const AT = '2026-08-10T10:00:00.000Z';
const SECONDS = 1.5;
const iri = (term: string) => `https://example.org/${term}`;
const names = { attribute: iri, type: iri, vocab: iri };

const NO_STORE: Pick<SubscriptionStore, 'listen' | 'all' | 'changes' | 'forgetChanges'> = {
  listen: async () => async () => {},
  async *all() {},
  changes: async () => [],
  forgetChanges: async () => {},
};

/** An entity of type T5 with ten attributes, of which `a3` changes. */
function change(number = 5): EntityChange {
  const attributes: Record<string, AttributeInstance[]> = {};
  for (let number = 0; number < 10; number++) attributes[iri(`a${number}`)] = [property(number)];
  const before: Entity = {
    id: `urn:ngsi-ld:T:${number}`,
    types: [iri('T5')],
    createdAt: AT,
    modifiedAt: AT,
    attributes,
  };
  const changed = property(99);
  return {
    tenant: '',
    entityId: before.id,
    before,
    after: { ...before, attributes: { ...attributes, [iri('a3')]: [changed] } },
    attributes: [{ kind: 'attributeUpdated', name: iri('a3'), before: property(3), after: changed }],
    at: AT,
  };
}

function property(value: number): AttributeInstance {
  return { type: 'Property', value, createdAt: AT, modifiedAt: AT };
}

async function measure(
  what: string,
  count: number,
  membersOf: (number: number) => object,
  isNew = false,
): Promise<void> {
  collectGarbage();
  const heapBefore = process.memoryUsage().heapUsed;
  const secrets = { seal: (text: string) => text, open: (text: string) => text };
  const subscriptions = await createSubscriptions(
    NO_STORE as SubscriptionStore, // other methods are not called
    async () => [],
    secrets,
    console,
  );
  for (let number = 0; number < count; number++) {
    const document = {
      id: `urn:ngsi-ld:Subscription:${number}`,
      type: 'Subscription',
      jsonldContext: 'https://example.org/context.jsonld',
      notification: { endpoint: { uri: `http://127.0.0.1:9/${number}` } },
      ...membersOf(number),
    };
    subscriptions.put(parseSubscription('', document, () => names));
  }
  collectGarbage();
  const bytes = Math.round((process.memoryUsage().heapUsed - heapBefore) / count);
  let next = 5;
  const one = change();
  const nextChange = () => (isNew ? change(next++ + 1_000_000) : one);
  let caused = 0;
  for (let round = 0; round < (isNew ? 20 : 2000); round++) caused = subscriptions.notificationsOf(nextChange()).length;
  let rounds = 0;
  const start = performance.now();
  while (performance.now() - start < SECONDS * 1000) {
    for (let round = 0; round < 10; round++) subscriptions.notificationsOf(nextChange());
    rounds += 10;
  }
  const microseconds = (((performance.now() - start) / rounds) * 1000).toFixed(2);
  console.log(`| ${what} | ${count} | ${caused} | ${microseconds} | ${count >= 1000 ? bytes : ''} |`);
  await subscriptions.close();
}

console.log('| subscriptions | how many | that match | µs a change | bytes a subscription |');
console.log('| --- | --: | --: | --: | --: |');
await measure('on 1000 types', 10_000, (n) => ({
  entities: [{ type: `T${n % 1000}` }],
  watchedAttributes: [`a${n % 7}`],
}));
await measure('on one type, one id each', 10_000, (n) => ({ entities: [{ type: 'T5', id: `urn:ngsi-ld:T:${n}` }] }));
await measure('on one type, other watched attributes', 10_000, (n) => ({
  entities: [{ type: 'T5' }],
  watchedAttributes: [`b${n}`],
}));
await measure('on one type, a q that few match', 10_000, (n) => ({ entities: [{ type: 'T5' }], q: `a3==${n}` }));
await measure('on one type, an idPattern that few match', 10_000, (n) => ({
  entities: [{ type: 'T5', idPattern: `:${n}$` }],
}));
const inTheMiddle = (n: number) => ({ entities: [{ type: 'T5', idPattern: `T.${n}[^0-9]?$` }] });
await measure('on one type, an idPattern without a literal start or end', 10_000, inTheMiddle);
await measure('the same, each change of another entity', 10_000, inTheMiddle, true);
await measure('the same idPattern for all, each change of another entity', 10_000, () => inTheMiddle(4), true);
await measure('that all match', 10, () => ({ entities: [{ type: 'T5' }] }));
