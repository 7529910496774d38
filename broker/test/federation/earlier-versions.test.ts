import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { startMember } from './fleet.ts';
import { startOtherSource } from './other-source.ts';

const id = 'urn:ngsi-ld:Lamp:1';
const expiresAt = '2040-01-01T00:00:00Z';
const colour = { type: 'VocabProperty', vocab: 'warm' };
const asProperty = { type: 'Property', value: 'warm' };

eachDatabase('4.3.6.6 A source registered with ngsildConformance', (test) => {
  test('is called in the version that it supports', async (t, db) => {
    const first = await startMember(t, db);
    const source = await startOtherSource(t, '127.0.0.90');
    await first.register({
      endpoint: source.endpoint,
      mode: 'redirect',
      operations: ['redirectionOps'],
      contextSourceInfo: [{ key: 'ngsildConformance', value: '1.6' }],
    });
    const write = async (method: 'POST' | 'PATCH', path: string, body: unknown) => {
      const answer = await first.ask(method, `/entities${path}`, body);
      assert.ok(answer.status === 201 || answer.status === 204, JSON.stringify(answer));
    };
    await write('POST', '', { id, type: 'Lamp', expiresAt, colour });
    assert.deepEqual(source.entities.get(id), { id, type: 'Lamp', colour: asProperty });
    await write('PATCH', `/${id}/attrs`, { shade: { ...colour, expiresAt } });
    await write('PATCH', `/${id}/attrs/colour`, { ...colour, vocab: 'cold' });
    assert.deepEqual(source.entities.get(id), {
      id,
      type: 'Lamp',
      colour: { ...asProperty, value: 'cold' },
      shade: asProperty,
    });

    await first.ask('GET', '/entities?type=Lamp');
    assert.equal(source.seen.at(-1)?.headers.prefer, 'ngsi-ld=1.6, ngsi-ld-order=id');
  });
});
