import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { type Guarded, given, guarded, type Headers } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';
import { type RandomRequest, randomRequest } from './random-requests.ts';
import {
  drawer,
  partOf,
  type RandomEntity,
  type RandomPolicy,
  randomAttribute,
  randomEntities,
  randomPolicies,
  shownOf,
  Values,
} from './random-world.ts';

/*
 * Random policies × random data × random requests: a caller who sees a part is answered as if the part were everything,
 * and no hidden value appears in any answer.
 */

const SEEDS = Number(process.env.ACCESS_SEEDS ?? 2);
const FIRST_SEED = Number(process.env.ACCESS_FIRST_SEED ?? 1);
const REQUESTS = 50;
const API = '/ngsi-ld/v1';
/** The embedded database is slower and executes the same statements. */
const seedsFor = (kind: string) =>
  Array.from({ length: kind === 'pglite' ? Math.ceil(SEEDS / 2) : SEEDS }, (_, n) => FIRST_SEED + n);

eachDatabase('Random rights', (test, { kind }) => {
  test('every answer is that of a tenant with only the visible part', async (t, db) => {
    const issuer = await startIssuer(t);
    const whole = await guarded(t, db, issuer);
    const root = await whole.as({ sub: 'root', roles: ['administrator'] });
    let [asked, found] = [0, 0];
    for (const seed of seedsFor(kind)) {
      const draw = drawer(seed);
      const [all, part] = [whole.forTenant(), whole.forTenant()];
      const { entities, policies, reader } = await randomTenant(all, seed, draw);
      await part.admin('POST', '/ops/tenants', { name: part.tenant }); // the tenant may get no data
      await given(part, ...entities.flatMap((entity) => partOf(policies, entity) ?? []));
      await changeSome(draw, all, part, entities, policies);
      for (let n = 0; n < REQUESTS; n++) {
        const request = randomRequest(draw, entities);
        const [seen, expected] = await Promise.all([answerOf(all, reader, request), answerOf(part, root, request)]);
        const what = `seed ${seed}, ${n}: ${request.method} ${decodeURIComponent(request.url)} ${JSON.stringify(request.body)}\npolicies ${JSON.stringify(policies)}`;
        assert.deepEqual(seen, expected, what);
        assert.ok(seen.status < 500, what);
        asked++;
        if (Values.in(JSON.stringify(seen)).size > 0) found++;
      }
    }
    assert.ok(found > asked / 10, `only ${found} of ${asked} answers have any value`);
  });
});

interface RandomTenant {
  readonly entities: readonly RandomEntity[];
  readonly policies: readonly RandomPolicy[];
  readonly values: Values;
  /** The headers of the caller who sees what the policies show. */
  readonly reader: Headers;
}

async function randomTenant(tenant: Guarded, seed: number, draw: ReturnType<typeof drawer>): Promise<RandomTenant> {
  const values = new Values();
  const entities = randomEntities(draw, values);
  const policies = randomPolicies(draw);
  const role = `reader-${seed}`;
  for (const [n, policy] of policies.entries()) {
    await tenant.policy({ id: `p${n}`, who: { roles: [role] }, may: ['read'], ...policy });
  }
  await given(tenant, ...entities);
  return { entities, policies, values, reader: await tenant.as({ sub: role, roles: [role] }) };
}

/** Later values, for the history; hidden ones only in the whole tenant. */
async function changeSome(
  draw: ReturnType<typeof drawer>,
  whole: Guarded,
  part: Guarded,
  entities: readonly RandomEntity[],
  policies: readonly RandomPolicy[],
): Promise<void> {
  const values = new Values();
  for (const entity of entities) {
    const name = draw.of(['name', 'level', 'kind', 'label']);
    if (entity[name] === undefined) continue;
    const change = { [name]: { ...randomAttribute(draw, values, name), observedAt: '2026-01-05T00:00:00Z' } };
    const path = `${API}/entities/${entity.id}`;
    assert.equal((await whole.admin('PATCH', path, change)).statusCode, 204);
    if (shownOf(policies, entity)?.has(name)) assert.equal((await part.admin('PATCH', path, change)).statusCode, 204);
  }
}

async function answerOf({ ask }: Guarded, headers: Headers, { method, url, body, accept }: RandomRequest) {
  const { statusCode, headers: answerHeaders, body: text } = await ask({ ...headers, accept }, method, API + url, body);
  // Lists and maps have different ids, and the two tenants were written at different times.
  const comparable = text
    .replace(/urn:ngsi-ld:(\w+List):[\w-]+/g, '$1')
    .replace(/[\d-]+T[\d:]+\.\d{3}Z/g, 'written')
    .replace(/urn:ngsi-ld:Instance:-?\d+/g, 'instance')
    .replace(/urn:ngsi-ld:entityMap:[\w-]+/gi, 'map');
  return {
    status: statusCode,
    count: answerHeaders['ngsild-results-count'],
    range: answerHeaders['content-range'],
    links: String(answerHeaders.link ?? '').replace(/entityMap=[^&>;]+/g, 'map'),
    body: text === '' ? undefined : JSON.parse(comparable),
  };
}
