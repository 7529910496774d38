import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

eachDatabase("The @contexts of a tenant's documents", (test) => {
  test('are listed only to callers who may read there, and served to anyone with the URL', async (t, db) => {
    const { ask, as, policy } = await guarded(t, db, await startIssuer(t));
    await policy({ id: 'writers', who: { roles: ['writer'] }, may: ['read', 'write'] });
    const writer = await as({ sub: 'writer', roles: ['writer'] });
    const list = '/ngsi-ld/v1/jsonldContexts';
    const made = await ask(writer, 'POST', list, { '@context': { secret: 'https://example.org/secret' } });
    assert.equal(made.statusCode, 201, made.body);
    assert.equal((await ask(writer, 'GET', list)).json().length, 1);
    assert.equal((await ask({}, 'GET', list)).statusCode, 401);
    assert.equal((await ask(await as({ sub: 'x', roles: ['x'] }), 'GET', list)).statusCode, 403);
    // Documents refer to the URL, so readers of a document must be able to fetch it.
    assert.equal((await ask({}, 'GET', String(made.headers.location))).statusCode, 200);
  });
});
