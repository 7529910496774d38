import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { type Box, HOME } from '@alzette/ngsi-ld-schemas/validation';
import type { Database } from '../../src/database/database.ts';
import { createBroker } from '../../src/main.ts';

const STREETLIGHTING = 'https://smart-data-models.github.io/dataModel.Streetlighting/context.jsonld';
const LAMP = {
  id: 'urn:ngsi-ld:Streetlight:1',
  type: 'Streetlight',
  location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.95, 49.47] } },
  status: { type: 'Property', value: 'ok' },
};

/** A broker with a new tenant, called with the context of lamps. */
async function start(t: TestContext, db: Database, tenant = freshTenant(), territory: Box = HOME) {
  const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', offline: true, territory });
  t.after(() => broker.close());
  const headers = { 'ngsild-tenant': tenant, link: `<${STREETLIGHTING}>; rel="http://www.w3.org/ns/json-ld#context"` };
  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object) => {
    const type = body && { 'content-type': 'application/json' };
    const response = await broker.app.inject({
      method,
      url,
      headers: { ...headers, ...type },
      ...(body && { payload: body }),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: response.body === '' ? undefined : response.json(),
    };
  };
  return { ask, tenant, broker };
}

const ENTITIES = '/ngsi-ld/v1/entities';
const property = (value: unknown, more: object = {}) => ({ type: 'Property', value, ...more });

const HEIGHT = { kind: 'Property', iri: 'https://ex.org/height', schema: { type: 'number' } };

eachDatabase('Writes to entities with a model', (test) => {
  test('are not validated, unless a policy says so', async (t, db) => {
    const { ask } = await start(t, db);
    const { status, headers } = await ask('POST', ENTITIES, { ...LAMP, status: property('fine') });
    assert.deepEqual([status, headers['ngsild-validation']], [201, undefined]);
  });

  test('are rejected with code and attribute, in every operation', async (t, db) => {
    const { ask, tenant, broker } = await start(t, db);
    assert.equal((await ask('PUT', '/ops/validation', { type: 'Streetlight', mode: 'reject' })).status, 204);
    const refused = await ask('POST', ENTITIES, { ...LAMP, illuminanceLevel: property(80) });
    assert.equal(refused.status, 400);
    assert.match(refused.body.detail, /PERCENT_FOR_RATIO .*illuminanceLevel.*0\.8/);
    assert.match((await ask('POST', ENTITIES, { id: LAMP.id, type: LAMP.type })).body.detail, /REQUIRED_MISSING/);

    assert.equal((await ask('POST', ENTITIES, LAMP)).status, 201);
    const patch = await ask('PATCH', `${ENTITIES}/${LAMP.id}/attrs`, { powerState: property('dimmed') });
    assert.match(patch.body.detail, /NOT_IN_ENUM \/powerState/);
    const batch = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', [
      { ...LAMP, powerState: property('dimmed') },
      { ...LAMP, id: `${LAMP.id}2`, powerState: property('on') },
    ]);
    assert.equal(batch.status, 207);
    assert.match(batch.body.errors[0].error.detail, /NOT_IN_ENUM/);
    await assert.rejects(
      broker.client.mergeEntity(LAMP.id, { powerState: property('dimmed') }, { tenant, context: STREETLIGHTING }),
      /NOT_IN_ENUM/,
    );
    assert.equal((await ask('POST', ENTITIES, { ...LAMP, id: 'urn:a:1', type: 'StreetlightGroup' })).status, 201);
  });

  test('are reported and stored if the policy only warns', async (t, db) => {
    const { ask } = await start(t, db);
    await ask('PUT', '/ops/validation', { mode: 'warn' });
    const answer = await ask('POST', ENTITIES, { ...LAMP, powerState: property('dimmed'), powerStat: property('on') });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers['ngsild-validation'], 'NOT_IN_ENUM powerState, UNKNOWN_ATTRIBUTE powerStat');
    assert.equal(
      (await ask('PATCH', `${ENTITIES}/${LAMP.id}/attrs`, { powerState: property('on') })).headers['ngsild-validation'],
      undefined,
    );
    assert.deepEqual((await ask('GET', '/ops/validation')).body, [{ type: '', mode: 'warn' }]);
    assert.equal((await ask('DELETE', '/ops/validation')).status, 204);
    assert.equal((await ask('DELETE', '/ops/validation')).status, 404);
  });

  test('are converted to the unit of the model', async (t, db) => {
    const { ask } = await start(t, db);
    await ask('PUT', '/ops/validation', { type: 'Streetlight', mode: 'warn' });
    await ask('POST', ENTITIES, { ...LAMP, powerConsumption: property(0.04, { unitCode: 'KWT' }) });
    const { body } = await ask('GET', `${ENTITIES}/${LAMP.id}`);
    assert.deepEqual(body.powerConsumption, property(40, { unitCode: 'WTT' }));
  });

  test('report positions that seem swapped, in the configured territory', async (t, db) => {
    const swapped = { type: 'GeoProperty', value: { type: 'Point', coordinates: [49.47, 5.95] } };
    const { ask, tenant } = await start(t, db);
    await ask('PUT', '/ops/validation', { type: 'Streetlight', mode: 'warn' });
    const answer = await ask('POST', ENTITIES, { ...LAMP, location: swapped });
    assert.deepEqual([answer.status, answer.headers['ngsild-validation']], [201, 'COORDINATES_SWAPPED location']);
    const elsewhere = await start(t, db, tenant, [-1, 43, 1, 44]);
    const untold = await elsewhere.ask('POST', ENTITIES, { ...LAMP, id: `${LAMP.id}2`, location: swapped });
    assert.deepEqual([untold.status, untold.headers['ngsild-validation']], [201, undefined]);
  });

  test('are validated by a policy that outlives the process', async (t, db) => {
    const first = await start(t, db);
    await first.ask('PUT', '/ops/validation', { type: 'Streetlight', mode: 'reject' });
    const second = await start(t, db, first.tenant);
    assert.equal((await second.ask('POST', ENTITIES, { ...LAMP, status: property('fine') })).status, 400);
  });

  test('refuse an invalid mode', async (t, db) => {
    const { ask } = await start(t, db);
    const { status, body } = await ask('PUT', '/ops/validation', { mode: 'loud' });
    assert.equal(status, 400);
    assert.match(body.detail, /mode.*loud.*off, warn, reject/);
  });
});

eachDatabase('A validation request', (test) => {
  test('reports all errors, in two languages, and writes nothing', async (t, db) => {
    const { ask } = await start(t, db);
    const trial = {
      ...LAMP,
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [49.47, 5.95] } },
      illuminanceLevel: property(80),
      ilumination: property(1),
      powerRating: property(40, { unitCode: 'watts' }),
      powerConsumption: property(40, { unitCode: 'CEL' }),
      iluminanceLevel: property(0.1),
    };
    const { body } = await ask('POST', '/ops/validate', trial);
    assert.deepEqual(
      body.issues.map(({ code, attribute, hint }: Record<string, string>) => [code, attribute, hint]).sort(),
      [
        ['COORDINATES_SWAPPED', 'location', '[5.95,49.47]'],
        ['PERCENT_FOR_RATIO', 'illuminanceLevel', '0.8'],
        ['UNIT_INCOMPATIBLE', 'powerConsumption', undefined],
        ['UNIT_UNKNOWN', 'powerRating', undefined],
        ['UNKNOWN_ATTRIBUTE', 'iluminanceLevel', 'illuminanceLevel'],
        ['UNKNOWN_ATTRIBUTE', 'ilumination', undefined],
      ],
    );
    assert.equal(body.ok, false);
    const french = await ask('POST', '/ops/validate?lang=fr', [trial]);
    assert.match(
      french.body[0].issues.find(({ code }: { code: string }) => code === 'COORDINATES_SWAPPED').message,
      /semblent inversées/,
    );
    assert.equal((await ask('GET', `${ENTITIES}/${LAMP.id}`)).status, 404);
    assert.deepEqual(
      (await ask('POST', '/ops/validate', { id: 'x', type: 'Nothing', a: property(1) })).body.issues.map(
        ({ code }: { code: string }) => code,
      ),
      ['ID_NOT_URI', 'TYPE_UNKNOWN'],
    );
  });
  test('a validation request reads an entity like a write, also in concise form', async (t, db) => {
    const { ask } = await start(t, db);
    const location = { type: 'Point', coordinates: [5.95, 49.47] };
    for (const concise of [
      { ...LAMP, location, status: 'ok' },
      { ...LAMP, location: { value: location }, status: { value: 'ok' }, refStreetlightGroup: { object: 'urn:x:1' } },
    ]) {
      assert.deepEqual((await ask('POST', '/ops/validate', concise)).body.issues, [], JSON.stringify(concise));
    }
  });
});

eachDatabase('A model installed at run time', (test) => {
  const SCHEMA = {
    $schemaVersion: '0.1.0',
    allOf: [
      { $ref: 'https://smart-data-models.github.io/data-models/common-schema.json#/definitions/Named' },
      {
        properties: {
          type: { enum: ['Bench'] },
          seats: { type: 'integer', minimum: 1, description: 'Property. Seats' },
        },
      },
    ],
    required: ['id', 'type', 'seats'],
  };
  const DOCUMENTS = {
    'https://smart-data-models.github.io/data-models/common-schema.json': {
      definitions: { Named: { properties: { name: { type: 'string', description: 'Property. Name' } } } },
    },
  };

  test('with a pattern of exponential time in other engines is cheap', async (t, db) => {
    const { ask } = await start(t, db);
    const attributeOf = (iri: string, pattern: string) => ({
      kind: 'Property',
      iri,
      schema: { type: 'string', pattern },
    });
    const code = 'https://ex.org/code';
    const model = {
      subject: 'Parks',
      type: 'Gate',
      version: '1',
      iri: 'https://ex.org/Gate',
      attributes: { code: attributeOf(code, '^(a|a)*$'), lock: attributeOf('https://ex.org/lock', '(?=x)') },
    };
    const installed = await ask('POST', '/ops/models', { model });
    assert.equal(installed.status, 201, JSON.stringify(installed.body));
    assert.match(installed.body.defects[0], /The pattern \(\?=x\) is not checked/);
    const gate = { id: 'urn:g:1', type: model.iri, [code]: property(`${'a'.repeat(5000)}!`) };
    const startedAt = performance.now();
    const { body } = await ask('POST', '/ops/validate', gate);
    assert.ok(performance.now() - startedAt < 10_000, 'within the time that a linear engine needs');
    assert.deepEqual(
      body.issues.map(({ code }: { code: string }) => code),
      ['WRONG_FORMAT'],
    );
  });

  test('is listed, used for a form and for validation, outlives the process and is deleted', async (t, db) => {
    const { ask, tenant, broker } = await start(t, db);
    const missing = await ask('POST', '/ops/models', { subject: 'Parks', schema: SCHEMA });
    assert.equal(missing.status, 400);
    assert.match(missing.body.detail, /data-models\/common-schema\.json is missing/);

    const installed = await ask('POST', '/ops/models', { subject: 'Parks', schema: SCHEMA, documents: DOCUMENTS });
    assert.equal(installed.status, 201, JSON.stringify(installed.body));
    const list = (await ask('GET', '/ops/models')).body as { type: string; installed: boolean }[];
    assert.deepEqual(
      list.filter((model) => model.installed).map(({ type }) => type),
      ['Bench'],
    );
    assert.ok(list.length > 60);
    const shown = await ask('GET', installed.headers.location as string);
    assert.deepEqual(
      shown.body.form.fields.map(({ name, widget, required }: Record<string, unknown>) => [name, widget, required]),
      [
        ['seats', 'number', true],
        ['name', 'text', false],
      ],
    );

    const first = installed.body.context as string;
    assert.match(first, new RegExp(`/contexts/models/${tenant}/v1\\.jsonld$`));
    const served = await ask('GET', new URL(first).pathname);
    const terms = served.body['@context'];
    assert.match(String(served.headers['cache-control']), /max-age=86400/);
    assert.ok(terms.Bench && terms.seats, 'its terms are served');
    const latest = await ask('GET', `/contexts/models/${tenant}.jsonld`);
    assert.deepEqual([latest.body['@context'], latest.headers['content-location']], [terms, first]);
    const same = await ask('POST', '/ops/models', { subject: 'Parks', schema: SCHEMA, documents: DOCUMENTS });
    assert.equal(same.body.context, first, 'the same terms are the same version');
    const more = { ...shown.body.model, type: 'Swing', iri: 'https://ex.org/Swing', attributes: { height: HEIGHT } };
    const second = (await ask('POST', '/ops/models', { model: more })).body.context as string;
    assert.match(second, /v2\.jsonld$/);
    assert.deepEqual((await ask('GET', new URL(first).pathname)).body['@context'], terms, 'a version never changes');
    const created = await broker.app.inject({
      method: 'POST',
      url: ENTITIES,
      headers: { 'ngsild-tenant': tenant, 'content-type': 'application/ld+json' },
      payload: { '@context': second, id: 'urn:s:1', type: 'Swing', height: property(2) },
    });
    assert.equal(created.statusCode, 201, created.body);
    const stored = await ask('GET', `${ENTITIES}?type=${encodeURIComponent(more.iri)}`);
    assert.deepEqual(Object.keys(stored.body[0]).sort(), ['https://ex.org/height', 'id', 'type']);
    assert.equal((await ask('GET', '/contexts/models/nobody/v1.jsonld')).status, 404);
    const subject = await ask('GET', '/contexts/territory.jsonld');
    assert.equal(subject.headers['content-location'], 'http://localhost:1026/contexts/territory/v5.jsonld');
    assert.deepEqual(subject.body, (await ask('GET', '/contexts/territory/v5.jsonld')).body);

    const again = await start(t, db, tenant);
    await again.ask('PUT', '/ops/validation', { type: 'Bench', mode: 'reject' });
    assert.match(
      (await again.ask('POST', ENTITIES, { id: 'urn:b:1', type: 'Bench', seats: property(0) })).body.detail,
      /OUT_OF_RANGE/,
    );
    assert.equal((await again.ask('POST', ENTITIES, { id: 'urn:b:1', type: 'Bench', seats: property(3) })).status, 201);

    assert.equal((await again.ask('DELETE', installed.headers.location as string)).status, 204);
    assert.equal((await again.ask('DELETE', installed.headers.location as string)).status, 404);
    assert.equal((await again.ask('POST', ENTITIES, { id: 'urn:b:2', type: 'Bench', seats: property(0) })).status, 201);
  });

  test('is named by a member if its schema has no name for the type', async (t, db) => {
    const { ask } = await start(t, db);
    const schema = { type: 'object', properties: { type: { type: 'string' }, height: { type: 'number' } } };
    const unnamed = await ask('POST', '/ops/models', { subject: 'Parks', schema });
    assert.equal(unnamed.status, 400);
    assert.match(unnamed.body.detail, /type beside the schema/);
    const installed = await ask('POST', '/ops/models', { subject: 'Parks', schema, type: 'Slide' });
    assert.deepEqual([installed.status, installed.body.type], [201, 'Slide']);
    assert.match((await ask('POST', '/ops/models', { schema, type: 5 })).body.detail, /^type: got 5/);
    assert.match((await ask('POST', '/ops/models', { schema, type: 'a b' })).body.detail, /^type: got "a b"/);
  });

  test('is refused if it is invalid, naming the member', async (t, db) => {
    const { ask } = await start(t, db);
    assert.match((await ask('POST', '/ops/models', { schema: 'x' })).body.detail, /schema/);
    assert.match((await ask('POST', '/ops/models', { model: { type: 'X' } })).body.detail, /model\.subject/);
    const model = {
      subject: 'S',
      type: 'X',
      version: '1',
      iri: 'urn:x:X',
      attributes: { a: { kind: 'Property', schema: { type: 'nothing' } } },
    };
    assert.match((await ask('POST', '/ops/models', { model })).body.detail, /schema is not valid/);
  });

  test('is refused if its names would get another meaning than in the core @context', async (t, db) => {
    const { ask } = await start(t, db);
    const model = (type: string, attributes: object, iri = 'https://ex.org/X') => ({
      model: { subject: 'S', type, version: '1', iri, attributes },
    });
    const of = (iri: string) => ({ kind: 'Property', schema: {}, iri });
    for (const [body, detail] of [
      [model('X', { location: of('https://ex.org/location') }), /^model\.attributes\.location: .*ngsi-ld\/location/],
      [model('X', { type: of('https://ex.org/type') }), /^model\.attributes\.type: .*"@type"/],
      [model('X', { '@vocab': of('https://ex.org/') }), /^model\.attributes\.@vocab: /],
      [model('X', { value: of('@id') }), /^model\.attributes\.value: /],
      [model('Property', {}), /^model\.type: .*ngsi-ld\/Property/],
      [model('X', { height: of('@type') }), /^model\.attributes\.height: got "@type"/],
    ] as const) {
      const { status, body: problem } = await ask('POST', '/ops/models', body);
      assert.equal(status, 400, JSON.stringify(body));
      assert.match(problem.detail, detail);
    }
    const location = of('https://uri.etsi.org/ngsi-ld/location');
    assert.equal(
      (await ask('POST', '/ops/models', model('X', { location, height: of('https://ex.org/h') }))).status,
      201,
    );
    const schema = { properties: { type: { enum: ['Y'] }, location: {} } };
    const context = { location: 'https://ex.org/location', Y: 'https://ex.org/Y' };
    const published = await ask('POST', '/ops/models', { subject: 'S', schema, context });
    assert.equal(published.status, 201, 'of a published model, the core @context gives the meaning');
    const { body } = await ask('GET', published.headers.location as string);
    assert.equal(body.context['@context'].location, 'https://uri.etsi.org/ngsi-ld/location');
  });

  test('is listed with its whole document where only installed ones are asked', async (t, db) => {
    const { ask } = await start(t, db);
    const attributes = { height: { kind: 'Property', schema: { type: 'number' }, iri: 'https://ex.org/height' } };
    const model = { subject: 'Parks', type: 'Swing', version: '1.0.0', iri: 'https://ex.org/Swing', attributes };
    assert.equal((await ask('POST', '/ops/models', { model })).status, 201);
    const { body } = await ask('GET', '/ops/models?installed=true');
    assert.deepEqual(
      body.map((each: { model: object }) => each.model),
      [model],
    );
  });
});
