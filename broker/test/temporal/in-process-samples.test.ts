import assert from 'node:assert/strict';
import { httpClient } from '@alzette/ngsi-ld-schemas';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { startTemporalBroker } from './temporal-broker.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-05-01T00:00:00Z');
const FROM = new Date(START + 2 * MINUTE);
const TO = new Date(START + 6 * MINUTE);

const at = (minute: number) => ({ observedAt: new Date(START + minute * MINUTE).toISOString() });

/** The attributes of a lamp at a minute: numbers, texts and, if requested, a Relationship. */
function lamp(id: string, minute: number, isLinked: boolean) {
  return {
    id,
    type: 'Lamp',
    power: { type: 'Property', value: minute + 0.1, unitCode: 'WTT', ...at(minute) },
    state: { type: 'Property', value: minute % 2 === 0 ? 'on' : { dimmed: [minute] }, ...at(minute) },
    unobserved: { type: 'Property', value: minute },
    ...(isLinked && { cabinet: { type: 'Relationship', object: `urn:ngsi-ld:Cabinet:${minute}`, ...at(minute) } }),
  };
}

eachDatabase('Samples read in process', (test) => {
  test('are equal to those over HTTP, by either of its two methods', async (t, db) => {
    const tenant = freshTenant();
    const { broker, close } = await startTemporalBroker(db, tenant);
    t.after(close);
    const url = await broker.app.listen({ host: '127.0.0.1', port: 0 });
    const [plain, linked] = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2'];
    for (let minute = 0; minute < 9; minute++) {
      await broker.client.batchUpsert([lamp(plain, minute, false), lamp(linked, minute, true)], {
        tenant,
        update: true,
      });
    }
    const asked = { from: FROM, to: TO, limit: 10, tenant };
    const attrs = ['power', 'state', 'unobserved', 'cabinet'];
    for (const query of [
      { ...asked, id: [plain], attrs },
      { ...asked, type: 'Lamp', attrs: ['power'] },
      { ...asked, type: 'Lamp', attrs },
      { ...asked, id: ['urn:ngsi-ld:Lamp:9'], attrs },
    ]) {
      const beside = await broker.client.queryTemporal(query);
      assert.deepEqual(beside, await httpClient(url).queryTemporal(query));
      const counts = beside.map(({ id, attributes }): [string, number] => {
        return [id, Object.values(attributes).reduce((sum, { length }) => sum + length, 0)];
      });
      for (const client of [broker.client, httpClient(url)]) {
        assert.deepEqual([...(await client.countSamples(query))], counts);
      }
      if (!('id' in query) || query.id[0] !== plain) continue;
      const power = [2, 3, 4, 5, 6].map((minute) => [minute + 0.1, START + minute * MINUTE]);
      assert.deepEqual(beside[0]?.attributes.power, power);
      assert.deepEqual(beside[0]?.attributes.state?.[1], [{ dimmed: [3] }, START + 3 * MINUTE]);
    }
    // A correction with the same time: the later one counts. Both are in the history.
    const corrected = { id: plain, type: 'Lamp', power: { type: 'Property', value: 99, unitCode: 'WTT', ...at(4) } };
    await broker.client.batchUpsert([corrected], { tenant, update: true });
    const until = new Date(Date.now() + MINUTE);
    const all = { ...asked, id: [plain], attrs: ['power', 'unobserved'], to: until };
    const [timed] = await broker.client.queryTemporal(all);
    const [untimed] = await broker.client.queryTemporal({ ...all, untimed: true });
    assert.deepEqual(untimed?.attributes.power, timed?.attributes.power);
    assert.equal(timed?.attributes.power?.filter(([value]) => value === 99).length, 1);
    assert.equal(timed?.attributes.unobserved, undefined);
    const changes = untimed?.attributes.unobserved ?? [];
    assert.deepEqual(
      changes.map(([value]) => value),
      Array.from({ length: 9 }, (_, minute) => minute),
    );
    assert.ok(changes.every(([, time], i) => time <= until.getTime() && time >= (changes[i - 1]?.[1] ?? 0)));
    const [numbers] = await broker.client.queryTemporal({ ...all, attrs: ['unobserved'], untimed: true });
    assert.deepEqual(numbers?.attributes, { unobserved: changes });
  });
});
