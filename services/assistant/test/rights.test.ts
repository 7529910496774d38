import assert from 'node:assert/strict';
import { alarms } from '@alzette/alarms';
import { channelService } from '@alzette/channels';
import { insightService } from '@alzette/insights';
import { rules } from '@alzette/rules';
import { eachDatabase, freshTenant } from '../../../broker/test/support/index.ts';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { assistantService } from '../src/service.ts';
import { connectAssistant } from './support/clients.ts';

const SEEDS = Number(process.env.ACCESS_SEEDS ?? 6);
const CALLS = 16;
const TYPES = ['Streetlight', 'WasteContainer', 'Alert', 'WorkOrder'];
const SCOPES = ['/Villerupt', '/Thil', '/Audun_le_Tiche'];
const ATTRIBUTES = ['name', 'note', 'status', 'address'];
const PUBLIC_URL = 'http://localhost:3000';
const LINK = `<${PUBLIC_URL}/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"`;
/** Each value in the territory contains a unique mark that can be found in any text. */
const MARK = /mark[0-9a-z]{6}/g;

/** Random numbers, reproducible by the seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Entity {
  readonly id: string;
  readonly marks: readonly string[];
}

function randomly(random: () => number) {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const maybe = <T>(value: T): T | undefined => (random() < 0.5 ? value : undefined);
  const some = <T>(of: readonly T[]): T[] => of.filter(() => random() < 0.5);
  return {
    policy(role: string, tenant: string) {
      const types = maybe(some(TYPES).concat(one(TYPES)));
      const attributes = maybe(some(ATTRIBUTES).concat(one(ATTRIBUTES)));
      return {
        ...{ who: { roles: [role] }, may: ['read'], tenants: [tenant] },
        ...(types && { types: [...new Set(types)] }),
        ...(maybe(true) && { scopeQ: `${one(SCOPES)}/#` }),
        ...(attributes && { [one(['attributes', 'exceptAttributes'])]: [...new Set(attributes)] }),
      };
    },
    /** A call of an assistant that knows every id and tries to read what it may not. */
    call(entities: readonly Entity[]): [tool: string, input: object] {
      const { id, marks } = one(entities);
      const type = one(TYPES);
      const attribute = one(ATTRIBUTES);
      const period = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
      const calls: [string, object][] = [
        ['search_territory', { text: one(marks), limit: 50 }],
        ['search_territory', { text: 'mark', ...maybe({ type }) }],
        ['list_types', {}],
        ['list_types', { type }],
        ['query_entities', { type, limit: 50 }],
        ['query_entities', { type, q: `${attribute}=="${one(marks)}"` }],
        ['query_entities', { q: `${attribute}~=".*"`, type, scope: `${one(SCOPES)}/#` }],
        ['query_entities', { ids: [id, one(entities).id], orderBy: attribute }],
        ['query_entities', { attributes: [attribute], near: { longitude: 5.93, latitude: 49.47, metres: 9000 } }],
        ['get_entity', { id }],
        ['get_entity', { id, attributes: [attribute] }],
        ['get_history', { id, attributes: [attribute], ...period }],
        ['get_history', { id, attributes: [attribute], ...period, aggregate: ['max', 'totalCount'], every: 'P7D' }],
        ['analyse', { type, group: [{ by: 'attribute', attribute }, { by: 'entity' }] }],
        ['analyse', { type, group: [{ by: 'scope' }], q: `${attribute}=="${one(marks)}"` }],
        ['list_alarms', { status: ['active', 'closed', 'cleared'], about: id }],
        ['list_alarms', {}],
        ['get_alarm', { id }],
        ['list_work_orders', { scope: `${one(SCOPES)}/#` }],
        ['explain_value', { id, attribute }],
        ['explain_rule', { rule: 'urn:ngsi-ld:Rule:any', entity: id }],
        ['explain_access', {}],
        ['explain_access', { action: 'read', id, roles: ['administrator'] }],
      ];
      return one(calls);
    },
  };
}

eachDatabase('The assistant and the rights of its user', (test) => {
  test('a tool never returns more than HTTP requests of the same user', async (t, db) => {
    const services = [channelService(), alarms, rules, insightService(), assistantService()];
    const host = await startServiceHost(t, db, services, { access: 'enforced', settings: { PUBLIC_URL }, jobs: true });
    const url = await host.app.listen({ port: 0, host: '127.0.0.1' });
    const tenant = freshTenant();
    const as = async (sub: string, role: string) => ({
      ...{ authorization: await host.authorizationOf({ sub, roles: [role] }), 'ngsild-tenant': tenant },
    });
    const root = await as('root', 'administrator');
    const ok = async (method: 'PUT' | 'POST', path: string, body: object) => {
      const answer = await host.ask(method, path, body, { ...root, link: LINK });
      assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
    };
    await ok('PUT', '/insights/uses/assistant-tools', { isOn: true });
    const entities: Entity[] = [];
    let count = 0;
    const mark = () => `mark${(count++).toString(36).padStart(6, '0')}`;
    for (const type of TYPES) {
      for (const scope of SCOPES) {
        const marks = ATTRIBUTES.map(mark);
        const id = `urn:ngsi-ld:${type}:${mark()}`;
        const values = ATTRIBUTES.map((name, place) => [
          name,
          { type: 'Property', value: marks[place], observedAt: '2026-05-01T00:00:00Z' },
        ]);
        const location = { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.93, 49.47] } };
        entities.push({ id, marks });
        await ok('POST', '/ngsi-ld/v1/entities', { id, type, scope, location, ...Object.fromEntries(values) });
      }
    }
    const all = new Set(JSON.stringify(entities).match(MARK));

    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { policy, call } = randomly(randomOf(seed));
      const role = `${tenant}-${seed}`;
      const given = [policy(role, tenant), policy(role, tenant)];
      for (const [place, each] of given.entries()) await ok('PUT', `/ops/access/policies/${role}.${place}`, each);
      const user = await as(`user-${seed}`, role);
      const http = async (path: string) =>
        JSON.stringify((await host.ask('GET', path, undefined, { ...user, link: LINK })).body);
      const readable = new Set<string>();
      for (const type of TYPES)
        for (const seen of (await http(`/ngsi-ld/v1/entities?type=${type}&limit=1000`)).match(MARK) ?? [])
          readable.add(seen);
      assert.ok(readable.size > 0 || given.length > 0);

      const assistant = await connectAssistant(url, user);
      for (let n = 0; n < CALLS; n += 1) {
        const [tool, input] = call(entities);
        const toolAnswer = await assistant.call(tool, input);
        const what = `seed ${seed}, ${tool} ${JSON.stringify(input)} by ${JSON.stringify(given)}: ${toolAnswer.text}`;
        // Marks that are in the input itself don't count.
        const ownMarks = new Set(JSON.stringify(input).match(MARK));
        for (const found of toolAnswer.text.match(MARK) ?? [])
          assert.ok(readable.has(found) || ownMarks.has(found), `told ${found}: ${what}`);
        const [, method, path, body] =
          /^(GET|POST) (\S+)(?:\n(.*))?$/s.exec(toolAnswer.about.request ?? '') ?? assert.fail(what);
        const same = await host.ask(method as 'GET' | 'POST', path as string, body && JSON.parse(body), {
          ...user,
          link: LINK,
        });
        if (tool !== 'get_history') assert.deepEqual(JSON.parse(toolAnswer.text), same.body, what);
        assert.equal(toolAnswer.isError, same.status >= 400, what);
      }
      const types = await assistant.client.readResource({ uri: 'alzette://types' });
      const [content] = types.contents;
      assert.ok(content !== undefined && 'text' in content);
      assert.deepEqual(JSON.parse(content.text), JSON.parse(await http('/ngsi-ld/v1/types?details=true')));
      await assistant.close();
    }

    // A user who may read everything gets marks, so the search for them works.
    const assistant = await connectAssistant(url, root);
    const found = await Promise.all(
      TYPES.map(async (type) => (await assistant.call('query_entities', { type, limit: 50 })).text.match(MARK) ?? []),
    );
    assert.deepEqual(new Set(found.flat()), all);
    await assistant.close();
  });
});
