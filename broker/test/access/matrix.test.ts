import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { given, guarded, type Headers } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

/*
 * Eight roles × every kind of endpoint × the own and another commune, the own and another tenant. The rights are in one
 * table, from which the expected answers are derived.
 */

const API = '/ngsi-ld/v1';
const OWN = '/Villerupt/#';

/**
 * The rights of a role on the tenant's lamps: of its own commune, of all, or none; and whether it sees the operator.
 */
interface May {
  readonly read: 'none' | 'own' | 'all';
  readonly write: 'none' | 'own' | 'all';
  readonly operator: boolean;
  readonly administer: boolean;
}

const ROLES: { readonly [role: string]: May } = {
  anonymous: { read: 'own', write: 'none', operator: false, administer: false },
  citizen: { read: 'all', write: 'none', operator: false, administer: false },
  elected: { read: 'all', write: 'none', operator: true, administer: false },
  agent: { read: 'own', write: 'own', operator: true, administer: false },
  contractor: { read: 'own', write: 'own', operator: false, administer: false },
  operator: { read: 'all', write: 'all', operator: true, administer: false },
  manager: { read: 'all', write: 'all', operator: true, administer: true },
  stranger: { read: 'none', write: 'none', operator: false, administer: false },
};

/** Rights of `anyone` apply to all callers, so every row except the stranger's contains them; the stranger has none. */
function policiesOf(role: string, may: May): { id: string; [member: string]: unknown }[] {
  const who = role === 'anonymous' ? { anyone: true } : { roles: [role] };
  const except = may.operator ? {} : { exceptAttributes: ['operator'] };
  const of = (reach: 'own' | 'all') => (reach === 'own' ? { scopeQ: OWN } : {});
  return [
    ...(may.read === 'none' ? [] : [{ id: `${role}.read`, who, may: ['read'], ...of(may.read), ...except }]),
    ...(may.write === 'none' ? [] : [{ id: `${role}.write`, who, may: ['write'], ...of(may.write), ...except }]),
    ...(may.administer ? [{ id: `${role}.administer`, who, may: ['administer'] }] : []),
  ];
}

const lamp = (id: string, scope: string) => ({
  id: `urn:ngsi-ld:Lamp:${id}`,
  type: 'Lamp',
  scope,
  brightness: { type: 'Property', value: 1 },
  operator: { type: 'Property', value: 'hush' },
});

type Row = readonly [
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  url: string,
  body: unknown,
  expected: (may: May, isKnown: boolean) => number,
];

const has = (reach: May['read'], isOwn: boolean) => reach === 'all' || (reach === 'own' && isOwn);
const refused = (isKnown: boolean) => (isKnown ? 403 : 401);

/** Requests about one lamp, own or foreign. */
function rowsOf(isOwn: boolean): Row[] {
  const id = `urn:ngsi-ld:Lamp:${isOwn ? 'own' : 'foreign'}`;
  const read = (may: May, isKnown: boolean) =>
    may.read === 'none' ? refused(isKnown) : has(may.read, isOwn) ? 200 : 404;
  const attribute = (may: May, isKnown: boolean) => {
    const seen = read(may, isKnown);
    return seen === 200 && !may.operator ? 404 : seen;
  };
  const write = (done: number) => (may: May, isKnown: boolean) => {
    if (may.write === 'none') return refused(isKnown);
    if (has(may.write, isOwn)) return done;
    return has(may.read, isOwn) ? 403 : 404;
  };
  const history = (may: May, isKnown: boolean) => read(may, isKnown);
  return [
    ['GET', `/entities/${id}`, undefined, read],
    ['GET', `/entities/${id}?attrs=operator`, undefined, attribute],
    ['GET', `/temporal/entities/${id}`, undefined, history],
    ['GET', `/temporal/entities/${id}?attrs=operator`, undefined, attribute],
    ['PATCH', `/entities/${id}`, { brightness: { type: 'Property', value: 1 } }, write(204)],
    ['PATCH', `/entities/${id}/attrs`, { brightness: { type: 'Property', value: 1 } }, write(204)],
    ['POST', `/entities/${id}/attrs`, { brightness: { type: 'Property', value: 1 } }, write(204)],
    ['PATCH', `/entities/${id}/attrs/brightness`, { value: 1 }, write(204)],
    ['PUT', `/entities/${id}/attrs/brightness`, { type: 'Property', value: 1 }, write(204)],
    [
      'POST',
      `/temporal/entities/${id}/attrs`,
      { brightness: [{ type: 'Property', value: 1, observedAt: '2020-01-01T00:00:00Z' }] },
      write(204),
    ],
    [
      'DELETE',
      `/entities/${id}/attrs/none`,
      undefined,
      (may, isKnown) => (may.write === 'none' ? refused(isKnown) : 404),
    ],
  ];
}

const LISTS: readonly Row[] = (
  [
    ['GET', '/entities?type=Lamp', undefined],
    ['POST', '/entityOperations/query', { type: 'Query', entities: [{ type: 'Lamp' }] }],
    ['GET', '/temporal/entities?type=Lamp&timerel=after&timeAt=2020-01-01T00:00:00Z', undefined],
    [
      'POST',
      '/temporal/entityOperations/query',
      { type: 'Query', entities: [{ type: 'Lamp' }], temporalQ: { timerel: 'after', timeAt: '2020-01-01T00:00:00Z' } },
    ],
    ['GET', '/types', undefined],
    ['GET', '/types/Lamp', undefined],
    ['GET', '/attributes', undefined],
    ['GET', '/attributes/brightness', undefined],
  ] as const
).map(([method, url, body]) => [method, url, body, (may, isKnown) => (may.read === 'none' ? refused(isKnown) : 200)]);

const OPERATIONS: readonly Row[] = [
  ['GET', '/subscriptions', undefined, (may, isKnown) => (!isKnown ? 401 : may.read === 'none' ? 403 : 200)],
  ['GET', '/csourceRegistrations?type=Lamp', undefined, (may, isKnown) => (may.administer ? 200 : refused(isKnown))],
  ['GET', '/info/sourceIdentity', undefined, () => 200],
];

const SUBSCRIPTION = {
  id: 'urn:ngsi-ld:Subscription:matrix',
  type: 'Subscription',
  entities: [{ type: 'Lamp' }],
  notification: { endpoint: { uri: 'https://example.org/notify' } },
};
const REGISTRATION = {
  id: 'urn:ngsi-ld:ContextSourceRegistration:matrix',
  type: 'ContextSourceRegistration',
  information: [{ entities: [{ type: 'Elsewhere' }] }],
  endpoint: 'https://example.org',
};

/** Creates, reads, changes and deletes an object, by roles for which `make` is true. */
const crudOf = (path: string, made: { readonly id: string }, change: object, make: (may: May) => boolean): Row[] =>
  (
    [
      ['POST', path, made, 201],
      ['GET', `${path}/${made.id}`, undefined, 200],
      ['PATCH', `${path}/${made.id}`, change, 204],
      ['DELETE', `${path}/${made.id}`, undefined, 204],
    ] as const
  ).map(([method, url, body, done]) => [
    method,
    url,
    body,
    (may, isKnown) => (isKnown && make(may) ? done : refused(isKnown)),
  ]);

const MADE: readonly Row[] = [
  ...crudOf('/subscriptions', SUBSCRIPTION, { isActive: false }, ({ read }) => read !== 'none'),
  ...crudOf('/csourceRegistrations', REGISTRATION, { description: 'changed' }, ({ administer }) => administer),
  ...crudOf('/csourceSubscriptions', SUBSCRIPTION, { isActive: false }, ({ administer }) => administer),
];

/** A batch answers item by item: 207 names the refused one. */
function batchRowsOf(isOwn: boolean): Row[] {
  const [id, scope] = isOwn ? ['own', '/Villerupt/Centre'] : ['foreign', '/Aumetz'];
  const known = { id: `urn:ngsi-ld:Lamp:${id}`, type: 'Lamp' };
  const passing = { id: `urn:ngsi-ld:Lamp:passing-${id}`, type: 'Lamp', scope };
  const value = { type: 'Property', value: 1 };
  const item = (done: number, isOfOperator: boolean) => (may: May, isKnown: boolean) => {
    if (may.write === 'none') return refused(isKnown);
    return has(may.write, isOwn) && (may.operator || !isOfOperator) ? done : 207;
  };
  const batch = (operation: string, body: object, done: number, isOfOperator = false): Row => [
    'POST',
    `/entityOperations/${operation}`,
    [body],
    item(done, isOfOperator),
  ];
  const rows = [
    batch('update', { ...known, brightness: value }, 204),
    batch('update', { ...known, operator: { type: 'Property', value: 'hush' } }, 204, true),
    batch('merge', { ...known, brightness: value }, 204),
    batch('merge', { ...known, operator: { type: 'Property', value: 'hush' } }, 204, true),
    batch('upsert?options=update', { ...known, brightness: value }, 204),
  ];
  return [
    ...rows,
    ['POST', '/entityOperations/create', [passing], item(201, false)],
    ['POST', '/entityOperations/delete', [passing.id], item(204, false)],
  ];
}

const OPS: readonly Row[] = [
  ['GET', '/ops/models', undefined, (may, isKnown) => (may.administer ? 200 : refused(isKnown))],
  ['GET', '/ops/validation', undefined, (may, isKnown) => (may.administer ? 200 : refused(isKnown))],
  ['GET', '/ops/notifications/subscriptions', undefined, (may, isKnown) => (may.administer ? 200 : refused(isKnown))],
  // The whole broker is only for administrators of all tenants.
  ...[
    '/ops/indexes',
    '/ops/access/policies',
    '/ops/access/keys',
    '/ops/access/limits',
    '/ops/access/usage',
    '/ops/access/explain',
    '/ops/audit',
    '/ops/audit/export',
    '/ops/audit/verify',
    '/ops/notifications/endpoints',
  ].map((url): Row => ['GET', url, undefined, (_may, isKnown) => refused(isKnown)]),
  ['GET', '/ops/access/me', undefined, () => 200],
  ['GET', '/live', undefined, () => 200],
  ['GET', '/ready', undefined, () => 200],
];

eachDatabase('The matrix of access', (test) => {
  test('every role, endpoint, commune and tenant is answered as the policies say', async (t, db) => {
    const issuer = await startIssuer(t);
    const broker = await guarded(t, db, issuer);
    const { ask, as, policy } = broker;
    const other = freshTenant();
    await given(broker, lamp('own', '/Villerupt/Centre'), lamp('foreign', '/Aumetz'));
    const root = await as({ sub: 'root', roles: ['administrator'] });
    await ask(root, 'POST', `${API}/entities`, lamp('own', '/Villerupt'), other);
    let asked = 0;
    // One role after the other, because rights of everybody may exist only while the anonymous role is tested.
    for (const [role, may] of Object.entries(ROLES)) {
      const policies = policiesOf(role, may);
      for (const each of policies) await policy(each);
      const isKnown = role !== 'anonymous';
      const headers: Headers = isKnown ? await as({ sub: role, roles: [role] }) : {};
      const rows: Row[] = [
        ...rowsOf(true),
        ...rowsOf(false),
        ...batchRowsOf(true),
        ...batchRowsOf(false),
        ...LISTS,
        ...OPERATIONS,
        ...MADE,
      ].map(([method, url, ...rest]) => [method, API + url, ...rest]);
      for (const [method, url, body, expected] of [...rows, ...OPS]) {
        const answer = await ask(headers, method, url, body);
        const what = `${role} ${method} ${url}: ${answer.body.slice(0, 300)}`;
        assert.equal(answer.statusCode, expected(may, isKnown), what);
        if (!may.operator) assert.equal(answer.body.includes('hush'), false, what);
        asked++;
        // Nobody has rights in another tenant.
        const isOpen =
          url.startsWith('/live') || url.startsWith('/ready') || url.endsWith('/me') || url.includes('/info/');
        const foreign = await ask(headers, method, url, body, other);
        assert.equal(foreign.statusCode, isOpen ? 200 : refused(isKnown), `other tenant, ${what}`);
        asked++;
      }
      for (const { id } of policies) await broker.admin('DELETE', `/ops/access/policies/${broker.tenant}.${id}`);
    }
    assert.ok(asked > 700);
  });
});
