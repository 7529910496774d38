import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { type LightingProduct, onEachDatabase, type Step } from './on-each-database.ts';

/*
 * Who may see and command which lamps, whatever the door. Lamps 0 to 4 are in Villerupt, 5 to 9 in Aumetz.
 */

const STREETLIGHT = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';
const lamp = (n: number) => `urn:ngsi-ld:Streetlight:${n}`;
const VILLERUPT = [0, 1, 2, 3, 4].map(lamp);
const AUMETZ = [5, 6, 7, 8, 9].map(lamp);
const property = (value: unknown) => ({ type: 'Property', value });
const soon = () => new Date(Date.now() + 3_600_000).toISOString();
const override = (lamps: readonly string[], more: object = {}) => ({
  lamps,
  level: 0.4,
  until: soon(),
  reason: 'Marché',
  ...more,
});
const square = (west: number, east = west + 0.05) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, 49.4],
      [east, 49.4],
      [east, 49.5],
      [west, 49.5],
      [west, 49.4],
    ],
  ],
});

/** Rights of roles in the tenant, beside those of the administrator. */
const POLICIES = {
  aumetz: { may: ['read', 'write'], scopeQ: '/Aumetz/#', delegable: true },
  villerupt: { may: ['read', 'write'], scopeQ: '/Villerupt/#', delegable: true },
  parking: { may: ['read'], types: ['https://smartdatamodels.org/dataModel.Parking/OffStreetParking'] },
  undimmed: { may: ['read', 'write'], scopeQ: '/Aumetz/#', exceptAttributes: ['dim'] },
  names: { may: ['read'], types: [STREETLIGHT], attributes: ['name', 'location'] },
} as const;

type Ask = LightingProduct['ask'];
const known = new WeakMap<LightingProduct, ReturnType<typeof signIn>>();

/** Requests as the users of these roles. */
function users(product: LightingProduct): ReturnType<typeof signIn> {
  const signedIn = known.get(product) ?? signIn(product);
  known.set(product, signedIn);
  return signedIn;
}

async function signIn({ ask, authorizationOf }: LightingProduct) {
  const as = async (sub: string, role = 'administrator'): Promise<Ask> => {
    const authorization = await authorizationOf(sub, role);
    return (method, url, payload, headers = {}) => ask(method, url, payload, { authorization, ...headers });
  };
  return {
    as,
    bob: await as('bob'),
    anna: await as('anna', 'aumetz'),
    victor: await as('victor', 'villerupt'),
    vera: await as('vera', 'villerupt'),
    paul: await as('paul', 'parking'),
    nora: await as('nora', 'names'),
    ulla: await as('ulla', 'undimmed'),
  };
}

const readValue = async ({ ask }: LightingProduct, id: string, attribute: string) =>
  (await ask('GET', `/ngsi-ld/v1/entities/${id}?options=keyValues`)).json()[attribute];

const prepares: Step = {
  name: 'two communes have lamps with devices, and roles have rights to one of them',
  async run(product) {
    const { ask } = product;
    const commands = ['applyStrategy', 'dim'].map((name) => ({ name, type: 'command' }));
    const service = { 'fiware-servicepath': '/' };
    const group = { apikey: 'lamps', resource: '/iot/json', entity_type: 'Streetlight', commands };
    const grouped = await ask('POST', '/iot/groups', { groups: [group] }, service);
    assert.equal(grouped.statusCode, 201, grouped.body);
    const entities = [...VILLERUPT, ...AUMETZ].map((id, n) => ({
      id,
      type: 'Streetlight',
      scope: n < 5 ? '/Villerupt' : '/Aumetz',
      name: property(`Lamp ${n}`),
      location: {
        type: 'GeoProperty',
        value: { type: 'Point', coordinates: [(n < 5 ? 5.91 : 6.01) + n / 1000, 49.45] },
      },
      address: property({ streetAddress: 'Rue A' }),
      powerRating: property(50),
    }));
    const upserted = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', entities);
    assert.ok(upserted.statusCode < 300, upserted.body);
    for (const [role, policy] of Object.entries(POLICIES)) {
      const kept = await ask('PUT', `/ops/access/policies/${role}`, {
        who: { roles: [role] },
        tenants: ['town'],
        ...policy,
      });
      assert.ok(kept.statusCode < 300, kept.body);
    }
    const made = await ask('PUT', '/lighting/strategies/half', { name: 'Half', programme: { level: 0.5 } });
    assert.equal(made.statusCode, 201, made.body);
    for (const [zone, area] of [
      ['West', square(5.9)],
      ['East', square(6.0)],
    ]) {
      const drawn = await ask('POST', '/lighting/zones', { name: zone, area });
      assert.equal(drawn.json().lamps, 5, drawn.body);
    }
  },
};

const decidesOwnOnly: Step = {
  name: 'whoever may write lamps of one commune decides nothing about those of another',
  async run(product) {
    const { ask } = product;
    const { anna } = await users(product);
    assert.equal((await ask('PUT', '/lighting/override-policy', { approvalFrom: 3 })).statusCode, 200);
    const waiting = (await ask('POST', '/lighting/overrides', override(VILLERUPT))).json();
    assert.equal(waiting.state, 'waiting');
    const proposed = await ask('POST', '/lighting/plans', { strategy: 'half', kind: 'commune', zone: 'Villerupt' });
    assert.equal(proposed.statusCode, 201, proposed.body);
    const plan = proposed.json().id;
    const before = await pictureOf(product, waiting.id, plan);
    for (const [method, url, body] of [
      ['GET', `/lighting/overrides/${waiting.id}`],
      ['POST', `/lighting/overrides/${waiting.id}/approve`],
      ['POST', `/lighting/overrides/${waiting.id}/reject`],
      ['DELETE', `/lighting/overrides/${waiting.id}`],
      ['GET', `/lighting/plans/${plan}`],
      ['POST', `/lighting/plans/${plan}/cancel`, {}],
      ['POST', '/lighting/plans', { strategy: 'half', kind: 'commune', zone: 'Villerupt' }],
      ['POST', '/lighting/plans', { strategy: 'half', kind: 'all' }],
      ['POST', '/lighting/plans', { strategy: 'half', kind: 'lamp', zone: lamp(1) }],
      ['DELETE', '/lighting/zones/west'],
      ['POST', '/lighting/zones', { name: 'Everything', area: square(5.9, 6.1) }],
      ['POST', '/lighting/zones', { name: 'Theirs', area: square(5.9) }],
      ['GET', '/lighting/nights?by=commune&zone=Villerupt'],
      ['GET', '/lighting/nights'],
      ['GET', `/lighting/lamps/${encodeURIComponent(lamp(1))}/nights`],
    ] as const) {
      const { statusCode, body: said } = await anna(method, url, body);
      assert.ok(statusCode === 404 || statusCode === 403, `${method} ${url} ${statusCode} ${said}`);
    }
    const replaced = await anna('PUT', '/lighting/strategies/half', { name: 'Dark', programme: { level: 0 } });
    assert.equal(replaced.statusCode, 403, replaced.body);
    assert.deepEqual(await pictureOf(product, waiting.id, plan), before);
    assert.equal((await ask('GET', '/lighting/strategies/half')).json().versions.length, 1);
    assert.equal((await ask('POST', `/lighting/plans/${plan}/cancel`, {})).statusCode, 200);
    assert.equal((await ask('DELETE', `/lighting/overrides/${waiting.id}`)).statusCode, 204);
  },
};

/** All that such requests could change. */
async function pictureOf(product: LightingProduct, waiting: string, plan: string) {
  const { ask } = product;
  const [{ state }, { state: ofPlan }] = [
    (await ask('GET', `/lighting/overrides/${waiting}`)).json(),
    (await ask('GET', `/lighting/plans/${plan}`)).json(),
  ];
  const { plans } = (await ask('GET', '/lighting/plans')).json();
  const { zones } = (await ask('GET', '/lighting/zones')).json();
  const levels = await Promise.all(VILLERUPT.map((id) => readValue(product, id, 'dim')));
  return { state, ofPlan, plans: plans.length, zones: zones.map(({ id }: { id: string }) => id), levels };
}

const seesOwnOnly: Step = {
  name: 'lists contain what one may read: nothing for a reader of car parks, one commune for its operator',
  async run(product) {
    const { ask } = product;
    const { anna, paul, nora } = await users(product);
    const made = [await ask('POST', '/lighting/overrides', override([lamp(0)]))];
    made.push(await anna('POST', '/lighting/overrides', override([lamp(5)])));
    for (const { statusCode, body } of made) assert.equal(statusCode, 201, body);
    for (const zone of ['Villerupt', 'Aumetz']) {
      const assignment = { kind: 'commune', zone, strategy: 'half', from: '2026-01-01' };
      assert.equal((await ask('POST', '/lighting/assignments', assignment)).statusCode, 201);
    }
    for (const reader of [paul, nora]) {
      for (const [url, member] of [
        ['/lighting/overrides', 'overrides'],
        ['/lighting/plans', 'plans'],
        ['/lighting/assignments', 'assignments'],
        ['/lighting/strategies', 'strategies'],
        ['/lighting/savings', 'rows'],
      ] as const) {
        const answer = await reader('GET', url);
        assert.deepEqual(answer.json()[member], [], `${url} ${answer.body}`);
      }
      for (const url of [
        '/lighting/cockpit',
        '/lighting/levels',
        '/lighting/settings',
        '/lighting/override-policy',
        '/lighting/anomalies',
        '/lighting/outliers',
        '/lighting/nights',
        '/lighting/strategies/half',
        '/lighting/strategies/half/nights?from=2026-01-01',
        `/lighting/overrides/${made[0]?.json().id}`,
        `/lighting/lamps/${encodeURIComponent(lamp(0))}/nights`,
      ]) {
        assert.equal((await reader('GET', url)).statusCode, 404, url);
      }
    }
    assert.deepEqual((await paul('GET', '/lighting/zones')).json(), {
      zones: [],
      communes: [],
      streets: [],
      cabinets: [],
    });
    const { zones, communes, streets } = (await anna('GET', '/lighting/zones')).json();
    assert.deepEqual(
      [zones, communes, streets].map((all: { id?: string; zone?: string }[]) => all.map(({ id, zone }) => id ?? zone)),
      [['east'], ['Aumetz'], ['Aumetz/Rue A']],
    );
    const own = (await anna('GET', '/lighting/overrides')).json().overrides;
    assert.deepEqual(
      own.map(({ lamps }: { lamps: string[] }) => lamps),
      [[lamp(5)]],
    );
    const { assignments } = (await anna('GET', '/lighting/assignments')).json();
    assert.deepEqual(
      assignments.map(({ zone }: { zone: string }) => zone),
      ['Aumetz'],
    );
    assert.equal((await anna('GET', '/lighting/cockpit')).json().park.lamps, 5);
    const { groups } = (await anna('GET', '/lighting/levels')).json();
    const shown = groups.flatMap(({ lamps }: { lamps: { id: string }[] }) => lamps.map(({ id }) => id));
    assert.deepEqual(shown.sort(), AUMETZ);
    assert.equal((await anna('GET', '/lighting/strategies')).json().strategies.length, 1);
  },
};

const writesOwnAttributes: Step = {
  name: 'an override commands nothing that its author may not write, at once or later',
  async run(product) {
    const { ask } = product;
    const { ulla, anna } = await users(product);
    const was = await readValue(product, lamp(6), 'dim');
    const ways: readonly object[] = [{}, { pace: { lamps: 1, everyS: 1 } }];
    for (const more of ways) {
      const refused = await ulla('POST', '/lighting/overrides', override([lamp(6)], more));
      assert.equal(refused.statusCode, 403, refused.body);
    }
    for (const command of ['illuminanceLevel', 'name', 'scope', 'dim_status', 'a b']) {
      const refused = await anna('POST', '/lighting/overrides', override([lamp(6)], { command }));
      assert.equal(refused.statusCode, 400, refused.body);
      assert.match(refused.json().detail, /^command: got/);
      const plan = { strategy: 'half', kind: 'lamp', zone: lamp(6), command };
      assert.equal((await ask('POST', '/lighting/plans', plan)).statusCode, 400);
    }
    for (const lamps of [VILLERUPT, ['urn:ngsi-ld:Streetlight:none']]) {
      const refused = await anna('POST', '/lighting/overrides', override(lamps.slice(0, 2)));
      assert.equal(refused.statusCode, 403, refused.body);
    }
    const partly = await anna('POST', '/lighting/overrides', override([lamp(0), lamp(6)]));
    assert.equal(partly.statusCode, 201, partly.body);
    assert.deepEqual([partly.json().lamps, Object.keys(partly.json().refused)], [1, [lamp(0)]]);
    assert.equal(await readValue(product, lamp(6), 'dim'), 0.4);
    assert.notEqual(was, 0.4);
    assert.equal((await anna('DELETE', `/lighting/overrides/${partly.json().id}`)).statusCode, 204);
    const { entries } = (await ask('GET', '/ops/audit?actor=token:ulla')).json();
    assert.deepEqual(
      entries.map(({ object, outcome }: { object: string; outcome: string }) => [object, outcome]),
      [
        ['/lighting/overrides', 'refused'],
        ['/lighting/overrides', 'refused'],
      ],
    );
  },
};

const loses: Step = {
  name: 'a group that is sent later has the rights that its author has then',
  async run(product) {
    const { ask } = product;
    const { victor } = await users(product);
    const made = await victor(
      'POST',
      '/lighting/overrides',
      override([lamp(1), lamp(2)], { level: 0.3, pace: { lamps: 1, everyS: 4 } }),
    );
    assert.equal(made.statusCode, 201, made.body);
    const { id } = made.json();
    await eventually('the first lamp is told', async () => (await readValue(product, lamp(1), 'dim')) === 0.3);
    assert.equal((await ask('DELETE', '/ops/access/policies/villerupt')).statusCode, 204);
    const acts = await eventually('the second group was tried', async () => {
      const { acts } = (await ask('GET', `/lighting/overrides/${id}`)).json();
      return acts.length === 3 ? acts : undefined;
    });
    assert.equal(acts[2].details.refused, 1);
    assert.notEqual(await readValue(product, lamp(2), 'dim'), 0.3);
    assert.equal((await ask('DELETE', `/lighting/overrides/${id}`)).statusCode, 204);
    await eventually('the first is back', async () => (await readValue(product, lamp(1), 'dim')) === 'programme');
    const policy = { who: { roles: ['villerupt'] }, tenants: ['town'], ...POLICIES.villerupt };
    assert.ok((await ask('PUT', '/ops/access/policies/villerupt', policy)).statusCode < 300);
  },
};

const secondPerson: Step = {
  name: 'a second person approves: not the author’s key, not an old sign-in, and not the author again',
  async run(product) {
    const { ask, authorizationOf } = product;
    const { victor, vera } = await users(product);
    const made = await victor('POST', '/lighting/overrides', override(VILLERUPT));
    assert.deepEqual([made.statusCode, made.json().state], [201, 'waiting'], made.body);
    const approve = `/lighting/overrides/${made.json().id}/approve`;
    assert.equal((await victor('POST', approve)).statusCode, 403);
    const keys = [await victor('POST', '/ops/access/me/keys', { title: 'Own' })];
    keys.push(await vera('POST', '/ops/access/me/keys', { title: 'Of another' }));
    for (const { statusCode, body } of keys) assert.equal(statusCode, 201, body);
    for (const answer of keys) {
      const headers = { 'ngsild-tenant': 'town', 'x-api-key': answer.json().key };
      const refused = await product.app.inject({ method: 'POST', url: approve, headers });
      assert.equal(refused.statusCode, 403, refused.body);
    }
    const hour = Math.floor(Date.now() / 1000) - 3600;
    const old = await authorizationOf('vera', 'villerupt', 300, { auth_time: hour });
    const stale = await ask('POST', approve, undefined, { authorization: old });
    assert.equal(stale.statusCode, 401);
    assert.match(String(stale.headers['www-authenticate']), /insufficient_user_authentication.*max_age="600"/);
    const state = async () => (await ask('GET', `/lighting/overrides/${made.json().id}`)).json().state;
    assert.equal(await state(), 'waiting');
    const approved = await vera('POST', approve);
    assert.equal(approved.statusCode, 200, approved.body);
    await eventually('all lamps are told', async () => {
      const levels = await Promise.all(VILLERUPT.map((id) => readValue(product, id, 'dim')));
      return levels.every((level) => level === 0.4);
    });
    assert.equal((await victor('DELETE', `/lighting/overrides/${made.json().id}`)).statusCode, 204);
  },
};

const gate: Step = {
  name: 'commands of one person are counted together, whatever way they take',
  async run(product) {
    const { ask } = product;
    const { bob, as } = await users(product);
    assert.equal((await ask('PUT', '/lighting/override-policy', { approvalFrom: 4 })).statusCode, 200);
    const dim = (id: string, more: object = {}) => ({ id, type: 'Streetlight', dim: property(0.1), ...more });
    const first = await bob('PATCH', `/ngsi-ld/v1/entities/${lamp(0)}/attrs`, { dim: property(0.1) });
    assert.equal(first.statusCode, 204, first.body);
    const second = await bob('POST', '/lighting/overrides', override([lamp(1), lamp(2)]));
    assert.equal(second.json().state, 'active', second.body);
    const untouched = await Promise.all([3, 4, 5, 6].map((n) => readValue(product, lamp(n), 'dim')));
    const url = `/ngsi-ld/v1/entities/${lamp(3)}`;
    for (const [method, path, body] of [
      ['PATCH', `${url}/attrs`, { dim: property(0.1) }],
      ['PATCH', `${url}/attrs/dim`, { value: 0.1 }],
      ['PUT', `${url}/attrs/dim`, property(0.1)],
      ['POST', `${url}/attrs`, { dim: property(0.1) }],
      ['PATCH', url, { dim: property(0.1) }],
      ['PUT', url, { type: 'Streetlight', dim: property(0.1) }],
    ] as const) {
      const refused = await bob(method, path, body);
      assert.equal(refused.statusCode, 403, `${method} ${path} ${refused.statusCode} ${refused.body}`);
      assert.match(refused.json().detail, /approval of a second person/);
    }
    for (const operation of ['upsert?options=update', 'update', 'merge']) {
      const refused = await bob('POST', `/ngsi-ld/v1/entityOperations/${operation}`, [
        dim(lamp(3)),
        { id: lamp(4), type: 'Streetlight', note: property(operation) },
        dim(lamp(5)),
      ]);
      assert.equal(refused.statusCode, 207, `${operation} ${refused.body}`);
      const ids = refused.json().errors.map(({ entityId }: { entityId: string }) => entityId);
      assert.deepEqual(ids.sort(), [lamp(3), lamp(5)]);
    }
    const byAgents = await bob('POST', '/iot/commands', { entityIds: [lamp(5), lamp(6)], command: 'dim', value: 0.1 });
    assert.equal(byAgents.statusCode, 403, byAgents.body);
    assert.deepEqual(await Promise.all([3, 4, 5, 6].map((n) => readValue(product, lamp(n), 'dim'))), untouched);
    // Other attributes, and lamps that were counted already, are as before.
    assert.equal((await bob('PATCH', `${url}/attrs`, { note: property('seen') })).statusCode, 204);
    assert.equal((await bob('PATCH', `/ngsi-ld/v1/entities/${lamp(0)}/attrs`, { dim: property(1) })).statusCode, 204);
    const third = await bob('POST', '/lighting/overrides', override([lamp(3)]));
    assert.equal(third.json().state, 'waiting', third.body);
    // Somebody else has their own count, which holds for requests at once, and for the lamps of a group.
    const carl = await as('carl');
    const group = '/ngsi-ld/v1/entities/urn:ngsi-ld:StreetlightGroup:commune:Villerupt/attrs';
    assert.equal((await ask('GET', group.replace('/attrs', ''))).statusCode, 200, 'it was published');
    assert.equal((await carl('POST', group, { dim: property(0.1) })).statusCode, 403);
    const atOnce = await Promise.all(
      [...VILLERUPT, ...AUMETZ].map((id) => carl('PATCH', `/ngsi-ld/v1/entities/${id}/attrs/dim`, { value: 0.7 })),
    );
    assert.equal(atOnce.filter(({ statusCode }) => statusCode === 204).length, 3);
    const other = await ask('PATCH', `${url}/attrs`, { dim: property(0.2) });
    assert.equal(other.statusCode, 204, other.body);
    assert.equal((await ask('PUT', '/lighting/override-policy', { approvalFrom: null })).statusCode, 200);
    assert.equal((await bob('PATCH', `${url}/attrs`, { dim: property(0.1) })).statusCode, 204);
  },
};

onEachDatabase(
  'rights to lamps',
  [prepares, decidesOwnOnly, seesOwnOnly, writesOwnAttributes, loses, secondPerson, gate],
  'town',
);
