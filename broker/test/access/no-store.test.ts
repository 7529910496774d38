import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { given, guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

const PERSON = '/ngsi-ld/v1/entities/urn:ngsi-ld:Person:1';

eachDatabase('An answer about persons', (test) => {
  test('to a token or a key is not cached, where another caller could find it', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { ask, as, key, policy } = broker;
    await policy({ id: 'readers', who: { roles: ['reader'] }, may: ['read'] });
    await policy({ id: 'anyone', who: { anyone: true }, may: ['read'], types: ['Lamp'] });
    await given(
      broker,
      { id: 'urn:ngsi-ld:Person:1', type: 'Person', phone: { type: 'Property', value: '0' } },
      { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' },
    );
    const made = await key({ title: 'Reader', roles: ['reader'] });
    for (const shown of [await as({ sub: 'reader', roles: ['reader'] }), { 'x-api-key': made.key }]) {
      const response = await ask(shown, 'GET', PERSON);
      assert.equal(response.statusCode, 200, response.body);
      assert.equal(response.headers['cache-control'], 'no-store');
    }
    // Public data may be cached.
    const open = await ask({}, 'GET', '/ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:1');
    assert.equal(open.statusCode, 200, open.body);
    assert.equal(open.headers['cache-control'], undefined);
  });
});
