import assert from 'node:assert/strict';
import { createBroker } from '@alzette/broker';
import { eachDatabase } from '@alzette/broker/test-support';
import { bundledContexts } from '@alzette/ngsi-ld-schemas/contexts';

const OWN = 'https://w3id.org/alzette/def/';

eachDatabase('The vocabulary', (test) => {
  test('describes each of our own names in the @contexts of the models', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026' });
    t.after(() => broker.close());
    const answer = await broker.app.inject('/contexts/vocabulary.jsonld');
    assert.equal(answer.statusCode, 200);
    assert.match(String(answer.headers['content-type']), /^application\/ld\+json/);
    const terms: { '@id': string }[] = answer.json()['@graph'];
    const described = new Set(terms.map((term) => term['@id']));
    const used = Object.values(bundledContexts.get('/contexts/territory/v3.jsonld')?.['@context'] as object)
      .map((definition) => (typeof definition === 'string' ? definition : definition?.['@id']))
      .filter((iri) => typeof iri === 'string' && iri.startsWith(OWN));
    assert.ok(used.length > 50);
    assert.deepEqual(
      used.filter((iri) => !described.has(iri)),
      [],
    );
    assert.deepEqual(
      terms.find((term) => term['@id'] === `${OWN}snr`),
      { '@id': `${OWN}snr`, '@type': 'rdf:Property', 'rdfs:label': 'snr', 'qudt:uneceCommonCode': '2N' },
    );
  });
});
