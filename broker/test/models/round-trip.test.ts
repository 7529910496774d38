import assert from 'node:assert/strict';
import { test as bare } from 'node:test';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { toConcise, toNormalized } from '@alzette/ngsi-ld-schemas/representation';
import { createBroker } from '../../src/main.ts';
import { MISSING, officialExample, officialTypes } from './official-examples.ts';

const JSON_LD = { 'content-type': 'application/ld+json' };
const linkOf = (url: string) => `<${url}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
/**
 * Examples that the API itself refuses, and the invalid member: unknown kinds, a core GeoProperty sent as a Property.
 */
const REFUSED: { readonly [type: string]: RegExp } = {
  CityWork: /workDisposition\.tramwayImpacted/,
  DeviceMeasurement: /location: .* expected a GeoProperty/,
  Distribution: /location: .* expected a GeoProperty/,
};
/** An obsolete @context with other meanings, which none of ours can replace. */
const OBSOLETE = 'https://fiware.github.io/data-models/context.jsonld';

/** Entities for comparison: arrays and objects deeply, without the format of fractional seconds. */
function comparable(entity: Readonly<Record<string, unknown>>): unknown {
  const { '@context': _context, ...rest } = entity;
  return JSON.parse(
    JSON.stringify(rest, (key, value) =>
      key === 'observedAt' && typeof value === 'string' ? new Date(value).toISOString() : value,
    ),
  );
}

bare('the official models are there to post', { skip: MISSING }, () => {
  assert.equal(officialTypes.length, 50);
});

eachDatabase('Every official example, posted without a network', (test) => {
  for (const type of officialTypes) {
    test(`${type.type} is returned complete in each representation`, async (t, db) => {
      const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', offline: true });
      t.after(() => broker.close());
      const tenant = { 'ngsild-tenant': freshTenant() };
      const { app } = broker;
      const example = officialExample(type);
      const contexts = ([example['@context']].flat() as string[]).filter((url) => url !== OBSOLETE);
      const entity = { ...example, '@context': contexts };
      const created = await app.inject({
        method: 'POST',
        url: '/ngsi-ld/v1/entities',
        headers: { ...JSON_LD, ...tenant },
        payload: entity,
      });
      const refused = REFUSED[type.type];
      if (refused !== undefined) {
        assert.equal(created.statusCode, 400);
        assert.match(created.json().detail, refused);
        return;
      }
      assert.equal(created.statusCode, 201, created.body);

      const link = linkOf(contexts.find((url) => !url.includes('uri.etsi.org')) ?? '');
      const get = async (options: string) => {
        const url = `/ngsi-ld/v1/entities/${encodeURIComponent(entity.id)}?options=${options}`;
        const response = await app.inject({
          method: 'GET',
          url,
          headers: { ...tenant, link, accept: 'application/json' },
        });
        assert.equal(response.statusCode, 200, response.body);
        return response.json() as Record<string, unknown>;
      };
      const normalized = await get('normalized');
      assert.deepEqual(comparable(normalized), comparable(entity));
      assert.deepEqual(comparable(toNormalized(await get('concise'))), comparable(entity));
      const simplified = await get('keyValues');
      assert.deepEqual(Object.keys(simplified).sort(), Object.keys(normalized).sort());
      for (const [name, attribute] of Object.entries(normalized)) {
        const { value, object } = attribute as { value?: unknown; object?: unknown };
        if (value !== undefined || object !== undefined) assert.deepEqual(simplified[name], value ?? object, name);
      }
      assert.ok(Object.keys(toConcise(normalized)).length > 2);
    });
  }
});
