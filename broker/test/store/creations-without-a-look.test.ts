import assert from 'node:assert/strict';
import { createBroker } from '../../src/main.ts';
import type { Database, Statement } from '../../src/store/database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

const CONTEXT = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld';

eachDatabase('What is most likely new', (test) => {
  test('is written without a look first, by whatever a write passes on its way', async (t, db) => {
    const names: (string | undefined)[] = [];
    const query: Database['query'] = (statement: Statement) => {
      names.push(statement.name);
      return db.query(statement);
    };
    const broker = await createBroker({ db: { ...db, query }, publicUrl: 'http://127.0.0.1' });
    t.after(() => broker.close());
    const headers = {
      'ngsild-tenant': freshTenant(),
      link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"`,
    };
    const ask = async (method: 'POST' | 'PATCH', url: string, payload: object) => {
      names.length = 0;
      const { statusCode } = await broker.app.inject({ method, url: `/ngsi-ld/v1${url}`, headers, payload });
      const written = names.filter((name) => name?.startsWith('lane-'));
      return [statusCode, written.map((name) => name?.replace(/-\d+$/, ''))];
    };
    const lamp = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: { type: 'Property', value: 1 } };
    const insert = 'lane-insert-born-count';
    assert.deepEqual(await ask('POST', '/entities', lamp), [201, [insert]]);
    assert.deepEqual(await ask('POST', '/entities', lamp), [409, ['lane-read']]);
    assert.deepEqual(await ask('POST', '/entityOperations/create', [{ ...lamp, id: 'urn:ngsi-ld:Lamp:2' }]), [
      201,
      [insert],
    ]);
    const other = '/entities/urn:ngsi-ld:Lamp:3/attrs/level';
    assert.deepEqual(await ask('PATCH', other, { type: 'Property', value: 2 }), [404, ['lane-read']]);
  });
});
