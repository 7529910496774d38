import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { DONE, operation, serviceRoutes } from '@alzette/kit/routes';
import { defineService } from '@alzette/kit/service';
import { readConfig } from '../src/config.ts';
import { productServices } from '../src/services.ts';
import { startServiceHost } from './support/service-host.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';

/** A service that passes to strangers whatever its public client reads and writes. */
const careless = defineService({
  name: 'careless',
  published: [{ types: ['Streetlight'], attributes: ['name'] }],
  async start({ app, publicClient, context }) {
    const client = publicClient();
    await serviceRoutes(app, '/citizen/v1/careless', (scope) => {
      scope.get('', operation({ access: 'nothing', summary: 'Everything', answers: DONE }), async ({ tenant }) => {
        const asked = { tenant, context } as const;
        const of = async (query: object) => (await client.queryEntities({ ...asked, ...query })).entities;
        const past = { attrs: ['name', 'code'], from: new Date(Date.now() - 60_000), to: new Date(), ...asked };
        return {
          entities: await of({ type: 'Streetlight,Vault', format: 'simplified' }),
          one: (await client.retrieveEntity('urn:ngsi-ld:Vault:1', asked)) ?? null,
          byHidden: await of({ type: 'Streetlight', q: 'code=="1234"' }),
          byOrder: await of({ type: 'Streetlight', orderBy: 'code', pick: ['code'] }),
          past: await client.queryTemporal({ type: 'Streetlight,Vault', ...past }),
          refused: await client
            .mergeEntity('urn:ngsi-ld:Streetlight:1', { name: { type: 'Property', value: 'mine' } }, asked)
            .catch(({ status }: { status: number }) => status),
        };
      });
    });
    return { async stop() {} };
  },
});

for (const access of ['open', 'enforced'] as const) {
  test(`a public client reads what its service has published and nothing else, with access ${access}`, async (t) => {
    const db = await newDatabase();
    const { ask, broker } = await startServiceHost(t, db, [careless], { access });
    const observedAt = new Date(Date.now() - 10_000).toISOString();
    const property = (value: unknown) => ({ type: 'Property', value, observedAt });
    const entities = [
      { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight', name: property('one'), code: property('1234') },
      { id: 'urn:ngsi-ld:Vault:1', type: 'Vault', name: property('hidden'), code: property('5678') },
    ];
    const { errors } = await broker.client.batchUpsert(entities, { context: CONTEXT });
    assert.deepEqual(errors, []);
    const { status, body } = await ask('GET', '/citizen/v1/careless');
    assert.equal(status, 200, JSON.stringify(body));
    const { past, ...now } = body;
    assert.deepEqual(now, {
      entities: [{ id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight', name: 'one' }],
      one: null,
      byHidden: [],
      byOrder: [],
      refused: 403,
    });
    assert.deepEqual(
      past.map(({ id, attributes }: { id: string; attributes: object }) => [id, Object.keys(attributes)]),
      [['urn:ngsi-ld:Streetlight:1', ['name']]],
    );
  });
}

test('docs/access.md lists what strangers read of entities, as the services declare it', () => {
  const page = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8');
  const listed = page.split('\n').filter((line) => /^\| [a-z]+ \| `[A-Z]\w+`/.test(line));
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  const declared = productServices(readConfig({})).flatMap(({ name, published = [] }) =>
    published.map(({ types, attributes }) => `| ${name} | ${code(types)} | ${code(attributes)} |`),
  );
  assert.deepEqual(listed.toSorted(), declared.toSorted());
});
