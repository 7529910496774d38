import assert from 'node:assert/strict';
import { startRegisteringBroker } from '../registrations/registering-broker.ts';
import { eachDatabase } from '../support/index.ts';

eachDatabase('Served @contexts (5.13.4, 6.30.3.1)', (test) => {
  test('may be cached, and are not sent again to a client with a current copy', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const content = { '@context': { brightness: 'https://example.org/brightness' } };
    const added = await broker.ask('POST', '/jsonldContexts', content);
    const path = String(added.headers.location).replace('/ngsi-ld/v1', '');
    const first = await broker.ask('GET', path);
    assert.deepEqual([first.statusCode, first.json()], [200, content]);
    assert.equal(first.headers['content-type'], 'application/json');
    assert.match(String(first.headers['cache-control']), /^public, max-age=[1-9]\d*$/);
    const etag = String(first.headers.etag);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await broker.ask('GET', path, undefined, { 'if-none-match': known });
      assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', etag], known);
    }
    const changed = await broker.ask('GET', path, undefined, { 'if-none-match': '"other"' });
    assert.equal(changed.statusCode, 200);

    const asJsonLd = await broker.ask('GET', path, undefined, {
      accept: 'application/ld+json, application/json;q=0.5',
    });
    assert.equal(asJsonLd.headers['content-type'], 'application/ld+json');
    assert.deepEqual(asJsonLd.json(), content);
    assert.notEqual(asJsonLd.headers.etag, etag, 'another representation');
    assert.match(String(asJsonLd.headers.vary), /accept/i);
    assert.equal((await broker.ask('GET', path, undefined, { accept: 'image/png' })).statusCode, 406);

    assert.equal((await broker.ask('DELETE', path)).statusCode, 204);
    const gone = await broker.ask('GET', path, undefined, { 'if-none-match': etag });
    assert.equal(gone.statusCode, 404, 'known or not, it is no more');
  });

  test('are part of the product, with permanent paths', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    await broker.ask('POST', '/entities', { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
    const core = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld';
    const metadata = await broker.ask('GET', `/jsonldContexts/${encodeURIComponent(core)}?details=true`);
    assert.equal(metadata.statusCode, 200);
    const refused = await broker.ask('GET', `/jsonldContexts/${encodeURIComponent(core)}`);
    assert.equal(refused.statusCode, 422, 'a copy is to be had at its own URL');
    for (const path of ['/contexts/territory.jsonld', '/contexts/territory/v3.jsonld']) {
      const own = await broker.app.inject({ url: path });
      assert.deepEqual([own.statusCode, own.headers['content-type']], [200, 'application/ld+json'], path);
      const again = await broker.app.inject({ url: path, headers: { 'if-none-match': String(own.headers.etag) } });
      assert.deepEqual([again.statusCode, again.body], [304, ''], path);
    }
  });
});
