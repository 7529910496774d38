import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { startMember } from './fleet.ts';
import { type Seen, type SourceOrder, startOtherSource } from './other-source.ts';

const LAMPS = 90;
const LIMIT = 7;
const ORDERS: readonly SourceOrder[] = ['byId', 'byId', 'asTheyCame', 'falselyById'];

const lamp = (number: number, party: string) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  [party]: { type: 'Property', value: number },
});

type Lamp = ReturnType<typeof lamp> & { readonly id: string };

/** The same lamps at each call, unordered. */
function someLamps(step: number, party: string): Lamp[] {
  return Array.from({ length: LAMPS }, (_, n) => (n * 37) % LAMPS)
    .filter((number) => number % step === 0 || number % 11 === step)
    .map((number) => lamp(number, party));
}

const limitsOf = (seen: readonly Seen[]) =>
  seen.map(({ url }) => Number(new URL(url, 'http://source').searchParams.get('limit')));

eachDatabase('5.5.9 Pages of local and source entities with different orders', (test) => {
  test('contain each entity once, by id, with the attributes of all sources', async (t, db) => {
    const [first, other] = [await startMember(t, db), await startMember(t, db)];
    const own = someLamps(3, 'here');
    const theirs = someLamps(5, 'there');
    await first.ask('POST', '/entityOperations/create', own);
    await other.ask('POST', '/entityOperations/create', theirs);
    await first.register(other.source);
    const parts = [own, theirs];
    for (const [index, order] of ORDERS.entries()) {
      const source = await startOtherSource(t, `127.0.0.${81 + index}`, order);
      const part = someLamps(4 + index, `source${index}`);
      for (const entity of part) source.entities.set(entity.id, entity);
      await first.register({ endpoint: source.endpoint, operations: ['retrieveOps'] });
      parts.push(part);
    }
    const all = new Map<string, Lamp>();
    for (const entity of parts.flat()) all.set(entity.id, { ...all.get(entity.id), ...entity });
    const whole = [...all.values()].sort((one, another) => (one.id < another.id ? -1 : 1));
    assert.ok(whole.length > 5 * LIMIT && whole.length < LAMPS);

    for (let offset = 0; offset < whole.length + LIMIT; offset += LIMIT) {
      const { status, body, headers } = await first.ask('GET', `/entities?type=Lamp&limit=${LIMIT}&offset=${offset}`);
      assert.equal(status, 200);
      assert.deepEqual(body, whole.slice(offset, offset + LIMIT));
      assert.equal(/rel="next"/.test(String(headers.get('link'))), offset + LIMIT < whole.length, `offset ${offset}`);
      assert.equal(headers.get('ngsild-warning'), null);
    }
  });

  test('read only a part of sources that have shown that they order by id', async (t, db) => {
    const first = await startMember(t, db);
    const [ordered, unordered] = [
      await startOtherSource(t, '127.0.0.86', 'byId'),
      await startOtherSource(t, '127.0.0.87', 'falselyById'),
    ];
    for (const source of [ordered, unordered]) {
      for (const entity of someLamps(1, 'there')) source.entities.set(entity.id, entity);
      await first.register({ endpoint: source.endpoint, operations: ['retrieveOps'] });
    }
    for (let time = 0; time < 3; time++) {
      const { body } = await first.ask('GET', '/entities?type=Lamp&limit=2');
      assert.deepEqual(body, [lamp(0, 'there'), lamp(1, 'there')]);
    }
    assert.deepEqual(limitsOf(ordered.seen), [1000, 3, 3]);
    assert.deepEqual(limitsOf(unordered.seen), [1000, 1000, 1000]);
    assert.ok(ordered.seen.every(({ headers }) => headers.prefer === 'ngsi-ld-order=id'));
    // For a total count all entities must be distinguished, by their ids if all sources support that.
    const { headers } = await first.ask('GET', '/entities?type=Lamp&limit=2&count=true');
    assert.equal(headers.get('ngsild-results-count'), String(LAMPS));
    assert.equal(limitsOf(ordered.seen).at(-1), 1000);
  });

  test('read more if the entities read do not fill a page', async (t, db) => {
    const first = await startMember(t, db);
    const [exclusive, inclusive] = [
      await startOtherSource(t, '127.0.0.88', 'byId'),
      await startOtherSource(t, '127.0.0.89', 'byId'),
    ];
    const expired = { expiresAt: '2020-01-01T00:00:00Z' };
    const lamps = someLamps(1, 'there');
    for (const entity of lamps) {
      const isGone = !entity.id.endsWith('5');
      inclusive.entities.set(entity.id, { ...entity, ...(isGone && expired) });
    }
    await first.register({ endpoint: inclusive.endpoint, operations: ['retrieveOps'] });
    exclusive.entities.set('urn:ngsi-ld:Lamp:15', lamp(15, 'power'));
    await first.register({
      endpoint: exclusive.endpoint,
      mode: 'exclusive',
      operations: ['retrieveOps'],
      information: [{ entities: [{ type: 'Lamp', id: 'urn:ngsi-ld:Lamp:15' }], propertyNames: ['power'] }],
    });
    for (let time = 0; time < 2; time++) {
      const { body } = await first.ask('GET', '/entities?type=Lamp&limit=4');
      assert.deepEqual(
        body.map(({ id }: Lamp) => Number(id.split(':').at(-1))),
        [15, 25, 35, 45],
      );
      assert.deepEqual(body[0], { ...lamp(15, 'there'), power: { type: 'Property', value: 15 } });
    }
    // One more than the page, and twice as many each time it was not enough.
    assert.deepEqual(limitsOf(inclusive.seen), [1000, 5, 10, 20, 40]);
  });
});
