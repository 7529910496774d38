import { clause } from '../clause.ts';
import { NULL } from '../documents.ts';
import { at, expectHeader, expectProblem, expectSame, expectStatus, expectThat, withoutContext } from '../expect.ts';
import { type Json, subscriptionPath } from '../rig/broker.ts';

/** Nothing listens on this port. Subscriptions with it are never notified. */
const NOWHERE = { endpoint: { uri: 'http://127.0.0.1:9/never' } };
const entities = [{ type: 'Building' }];
const FUTURE = '2199-01-01T00:00:00Z';

const notification = (members: Json) => ({ entities, notification: { ...NOWHERE, ...members } });
const endpoint = (members: Json) => ({ entities, notification: { endpoint: { ...NOWHERE.endpoint, ...members } } });
const plain = (members: Json) => ({ entities, notification: NOWHERE, ...members });

const REFUSED: readonly (readonly [what: string, subscription: Json])[] = [
  ['without notification', { entities }],
  ['without endpoint', { entities, notification: {} }],
  ['without uri of the endpoint', { entities, notification: { endpoint: {} } }],
  ['without entities and watchedAttributes', { notification: NOWHERE }],
  ['with no entities', plain({ entities: [] })],
  ['with entities without type', plain({ entities: [{ id: 'urn:x:1' }] })],
  ['with no watchedAttributes', plain({ watchedAttributes: [] })],
  ['of another type', plain({ type: 'Subscribe' })],
  ['with an id that is no URI', plain({ id: 'nouri' })],
  ['with an empty id', plain({ id: '' })],
  ['with throttling and timeInterval', plain({ throttling: 5, timeInterval: 5 })],
  ['with watchedAttributes and timeInterval', plain({ watchedAttributes: ['a'], timeInterval: 5 })],
  ['with timeInterval and no entities', { timeInterval: 5, notification: NOWHERE }],
  ['with throttling -1', plain({ throttling: -1 })],
  ['with throttling 0', plain({ throttling: 0 })],
  ['with timeInterval 0', plain({ timeInterval: 0 })],
  ['with an unknown notificationTrigger', plain({ notificationTrigger: ['entityFoo'] })],
  ['with a wrong q', plain({ q: 'speed>' })],
  ['with a wrong scopeQ', plain({ scopeQ: '/a//b' })],
  ['with a wrong geoQ', plain({ geoQ: { geometry: 'Point', coordinates: [1, 2], georel: 'near' } })],
  [
    'with a GeometryCollection in geoQ',
    plain({ geoQ: { geometry: 'GeometryCollection', coordinates: [], georel: 'within' } }),
  ],
  ['with an expiresAt in the past', plain({ expiresAt: '2020-01-01T00:00:00Z' })],
  ['with an expiresAt that is no DateTime', plain({ expiresAt: 'soon' })],
  ['with isActive that is no boolean', plain({ isActive: 'yes' })],
  ['with a datasetId that is no URI', plain({ datasetId: ['x'] })],
  ['with attributes and pick', notification({ attributes: ['a'], pick: ['b'] })],
  ['with attributes and omit', notification({ attributes: ['a'], omit: ['b'] })],
  ['with a member in pick and omit', notification({ pick: ['a'], omit: ['a'] })],
  ['with no attributes', notification({ attributes: [] })],
  ['with an unknown format', notification({ format: 'short' })],
  ['with showChanges in simplified form', notification({ format: 'simplified', showChanges: true })],
  ['with showChanges in keyValues', notification({ format: 'keyValues', showChanges: true })],
  ['with joinLevel 0', notification({ join: 'inline', joinLevel: 0 })],
  ['with an unknown join', notification({ join: 'deep' })],
  ['with accept text/plain', endpoint({ accept: 'text/plain' })],
  ['with cooldown 0', endpoint({ cooldown: 0 })],
  ['with timeout 0', endpoint({ timeout: 0 })],
  ['with receiverInfo without value', endpoint({ receiverInfo: [{ key: 'a' }] })],
  ['with receiverInfo whose value is no text', endpoint({ receiverInfo: [{ key: 'a', value: 5 }] })],
  ['with an endpoint that is no URI', endpoint({ uri: 'nowhere' })],
  ['with an endpoint of an unknown scheme', endpoint({ uri: 'gopher://127.0.0.1/' })],
  ['with an ngsildConformance that is no version', plain({ ngsildConformance: 'new' })],
  ['with type * and localOnly false', plain({ entities: [{ type: '*' }], localOnly: false })],
  ['with NGSI-LD Null', plain({ q: NULL, notification: NULL })],
];

const TAKEN: readonly (readonly [what: string, subscription: Json])[] = [
  ['watchedAttributes alone', { watchedAttributes: ['a'], notification: NOWHERE }],
  ['localOnly without entities', { localOnly: true, notification: NOWHERE }],
  [
    'geoQ with coordinates as text',
    plain({ geoQ: { geometry: 'Point', coordinates: '[1,2]', georel: 'near;maxDistance==5' } }),
  ],
  [
    'geoQ with coordinates as array',
    plain({ geoQ: { geometry: 'Point', coordinates: [1, 2], georel: 'near;maxDistance==5' } }),
  ],
  ['a fraction as throttling', plain({ throttling: 0.5 })],
  ['timeInterval', plain({ timeInterval: 3600 })],
  [
    'all triggers',
    plain({
      notificationTrigger: [
        'entityCreated',
        'entityUpdated',
        'entityDeleted',
        'attributeCreated',
        'attributeUpdated',
        'attributeDeleted',
      ],
    }),
  ],
  [
    'several kinds of filters',
    plain({ q: 'a>5', scopeQ: '/x/#', watchedAttributes: ['a'], lang: 'fr', datasetId: ['urn:x:set', '@none'] }),
  ],
  [
    'selectors by id and by pattern',
    plain({
      entities: [
        { type: 'A', id: 'urn:x:1' },
        { type: '(A;B),C', idPattern: '^urn' },
      ],
    }),
  ],
  ['pick and omit', notification({ pick: ['id', 'a'], omit: ['b'] })],
  ['sysAttrs, showChanges and join', notification({ sysAttrs: true, showChanges: true, join: 'inline', joinLevel: 2 })],
  [
    'receiverInfo, timeout and cooldown',
    endpoint({
      receiverInfo: [{ key: 'X-Key', value: 'v' }],
      timeout: 1000,
      cooldown: 1000,
      accept: 'application/ld+json',
    }),
  ],
];

export const createSubscription = clause('5.8.1', 'Create Subscription', ({ test }) => {
  test('answers 201 with the Location and no body', async (broker) => {
    const id = broker.id('Subscription');
    const answer = await broker.post('/subscriptions', { id, type: 'Subscription', ...plain({}) });
    expectStatus(answer, 201);
    const location = decodeURIComponent(answer.headers.location ?? '');
    expectThat(
      location.endsWith(`/ngsi-ld/v1/subscriptions/${id}`),
      `Location: /ngsi-ld/v1/subscriptions/${id}`,
      answer,
    );
    expectThat(answer.text === '', 'no body', answer);
  });

  test('generates an id when there is none', async (broker) => {
    const answer = await broker.post('/subscriptions', { type: 'Subscription', ...plain({}) });
    expectStatus(answer, 201);
    expectThat(/\/subscriptions\/[^/]+$/.test(answer.headers.location ?? ''), 'a Location with an id', answer);
    expectStatus(await broker.get((answer.headers.location ?? '').replace(/^.*\/ngsi-ld\/v1/, '')), 200);
  });

  test('answers 409 AlreadyExists when the id is in use', async (broker) => {
    const id = await broker.subscribe(plain({}));
    expectProblem(await broker.post('/subscriptions', { id, type: 'Subscription', ...plain({}) }), 'AlreadyExists');
  });

  for (const [what, subscription] of REFUSED) {
    test(`refuses a subscription ${what}`, async (broker) => {
      expectProblem(await broker.post('/subscriptions', { type: 'Subscription', ...subscription }), 'BadRequestData');
    });
  }

  for (const [what, subscription] of TAKEN) {
    test(`accepts ${what} and returns it`, async (broker) => {
      const id = await broker.subscribe(subscription);
      const answer = await broker.get(subscriptionPath(id));
      expectStatus(answer, 200);
      const got = withoutContext(answer.body) as { readonly [member: string]: Json };
      for (const [name, value] of Object.entries(subscription)) {
        if (name === 'notification') continue;
        expectSame(got[name], value, answer);
      }
      const sent = subscription.notification as { readonly [member: string]: Json };
      for (const [name, value] of Object.entries(sent)) {
        if (name !== 'endpoint') expectSame(at(got, 'notification', name), value, answer);
      }
      for (const [name, value] of Object.entries(sent.endpoint ?? {})) {
        // Its values may be secrets, which brokers should not return.
        if (name === 'receiverInfo') continue;
        expectSame(at(got, 'notification', 'endpoint', name), value, answer);
      }
    });
  }

  const statuses: readonly (readonly [what: string, members: Json, status: string])[] = [
    ['active', {}, 'active'],
    ['paused with isActive false', { isActive: false }, 'paused'],
    ['active whatever status the client sends', { status: 'expired' }, 'active'],
    ['active until it expires', { expiresAt: FUTURE }, 'active'],
  ];
  for (const [what, members, status] of statuses) {
    test(`creates a subscription ${what}`, async (broker) => {
      const id = await broker.subscribe(plain(members));
      const answer = await broker.get(subscriptionPath(id));
      expectSame(at(answer.body, 'status'), status, answer);
    });
  }

  test('ignores counters in the request', async (broker) => {
    const id = await broker.subscribe(notification({ timesSent: 7, status: 'failed' }));
    const answer = await broker.get(subscriptionPath(id));
    expectStatus(answer, 200);
    expectThat(
      [undefined, 0].includes(at(answer.body, 'notification', 'timesSent') as number),
      'no timesSent 7',
      answer,
    );
  });

  test('answers 504 when jsonldContext can not be fetched, 400 when it is not a context', async (broker, {
    contexts,
  }) => {
    const send = (jsonldContext: string) =>
      broker.post('/subscriptions', { type: 'Subscription', ...plain({ jsonldContext }) });
    expectProblem(await send(contexts.missing()), 'LdContextNotAvailable');
    expectProblem(await send(contexts.serveText('hello')), 'BadRequestData');
    expectProblem(await send('unknownContext'), 'BadRequestData');
  });

  test('keeps the context of the request as jsonldContext', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const id = await broker.subscribe(plain({}), { context });
    const answer = await broker.get(subscriptionPath(id), { context });
    expectSame(at(answer.body, 'jsonldContext'), context, answer);
  });
});

export const readSubscriptions = clause('5.8.3', 'Retrieve, list and delete subscriptions', ({ test }) => {
  test('returns names in the context of the reader', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour', Car: 'https://example.org/Car' });
    const id = await broker.subscribe(
      { entities: [{ type: 'Car' }], watchedAttributes: ['colour'], notification: NOWHERE },
      { context },
    );
    const mine = await broker.get(subscriptionPath(id), { context });
    expectSame(at(mine.body, 'watchedAttributes'), ['colour'], mine);
    expectSame(at(mine.body, 'entities'), [{ type: 'Car' }], mine);
    const other = await broker.get(subscriptionPath(id));
    expectSame(at(other.body, 'watchedAttributes'), ['https://example.org/colour'], other);
  });

  test('shows createdAt and modifiedAt only with sysAttrs', async (broker) => {
    const id = await broker.subscribe(plain({}));
    const bare = await broker.get(subscriptionPath(id));
    expectThat(at(bare.body, 'createdAt') === undefined, 'no createdAt', bare);
    const full = await broker.get(subscriptionPath(id), { query: { options: 'sysAttrs' } });
    expectThat(
      typeof at(full.body, 'createdAt') === 'string' && typeof at(full.body, 'modifiedAt') === 'string',
      'createdAt and modifiedAt',
      full,
    );
  });

  test('lists subscriptions page by page with their number (5.8.4)', async (broker) => {
    if (broker.settings.tenant === undefined) broker.skip('other cases subscribe in the default tenant meanwhile');
    // A new tenant, because subscriptions of other cases would shift the pages.
    const tenant = broker.name('conformance_');
    const ids: unknown[] = [];
    for (let count = 0; count < 3; count++) ids.push(await broker.subscribe(plain({}), { tenant }));
    const seen: unknown[] = [];
    for (let offset = 0; offset < 3; offset++) {
      const answer = await broker.get('/subscriptions', { query: { limit: 1, offset, count: true }, tenant });
      expectStatus(answer, 200);
      expectHeader(answer, 'NGSILD-Results-Count', '3');
      const links = answer.headers.link ?? '';
      expectThat(/rel="?next"?/.test(links) === offset < 2, `${offset < 2 ? 'a' : 'no'} next link`, answer);
      expectThat(/rel="?prev"?/.test(links) === offset > 0, `${offset > 0 ? 'a' : 'no'} prev link`, answer);
      expectThat(Array.isArray(answer.body) && answer.body.length === 1, 'one subscription', answer);
      seen.push(at(answer.body, 0, 'id'));
    }
    expectSame(seen.sort(), ids.sort());
  });

  test('refuses limit=0 and a negative offset', async (broker) => {
    expectProblem(await broker.get('/subscriptions', { query: { limit: 0 } }), 'BadRequestData', 'InvalidRequest');
    expectProblem(await broker.get('/subscriptions', { query: { offset: -1 } }), 'BadRequestData', 'InvalidRequest');
  });

  test('deletes a subscription (5.8.5)', async (broker) => {
    const id = await broker.subscribe(plain({}));
    expectStatus(await broker.delete(subscriptionPath(id)), 204);
    expectProblem(await broker.get(subscriptionPath(id)), 'ResourceNotFound');
    expectProblem(await broker.delete(subscriptionPath(id)), 'ResourceNotFound');
  });

  for (const method of ['GET', 'DELETE', 'PATCH']) {
    test(`answers 400 to a bad id and 404 to an unknown one: ${method}`, async (broker) => {
      const body = method === 'PATCH' ? { isActive: false } : undefined;
      expectProblem(await broker.request(method, '/subscriptions/nouri', body), 'BadRequestData');
      expectProblem(
        await broker.request(method, subscriptionPath(broker.id('Subscription')), body),
        'ResourceNotFound',
      );
    });
  }

  test('answers 405 to DELETE and PATCH without id', async (broker) => {
    expectStatus(await broker.delete('/subscriptions/'), 405);
    expectStatus(await broker.patch('/subscriptions/', { isActive: false }), 405);
  });
});

export const updateSubscription = clause('5.8.2', 'Update Subscription', ({ test }) => {
  test('replaces the members named and keeps the others', async (broker) => {
    const id = await broker.subscribe(plain({ q: 'a>5', description: 'old' }));
    expectStatus(await broker.patch(subscriptionPath(id), { description: 'new', watchedAttributes: ['b'] }), 204);
    const { body } = await broker.get(subscriptionPath(id));
    expectSame([at(body, 'description'), at(body, 'q'), at(body, 'watchedAttributes')], ['new', 'a>5', ['b']]);
  });

  test('removes a member by NGSI-LD Null', async (broker) => {
    const id = await broker.subscribe(plain({ q: 'a>5', description: 'old' }));
    expectStatus(await broker.patch(subscriptionPath(id), { q: NULL, description: NULL }), 204);
    const answer = await broker.get(subscriptionPath(id));
    expectThat(
      at(answer.body, 'q') === undefined && at(answer.body, 'description') === undefined,
      'neither q nor description',
      answer,
    );
  });

  const refused: readonly (readonly [what: string, fragment: Json])[] = [
    ['removes notification', { notification: NULL }],
    ['removes the endpoint', { notification: { endpoint: NULL } }],
    ['replaces notification by one without endpoint', { notification: { format: 'concise' } }],
    ['removes the last of entities and watchedAttributes', { entities: NULL }],
    ['changes the type', { type: 'Other' }],
    ['sets a wrong q', { q: 'speed>' }],
    ['sets throttling beside timeInterval', { throttling: 5, timeInterval: 5 }],
    ['expires in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['expires in the past and is made active', { expiresAt: '2020-01-01T00:00:00Z', isActive: true }],
  ];
  for (const [what, fragment] of refused) {
    test(`refuses a fragment that ${what}`, async (broker) => {
      const id = await broker.subscribe(plain({}));
      expectProblem(await broker.patch(subscriptionPath(id), fragment), 'BadRequestData');
      expectStatus(await broker.get(subscriptionPath(id)), 200);
    });
  }

  const moves: readonly (readonly [what: string, stored: Json, fragment: Json, status: string])[] = [
    ['pauses with isActive false', {}, { isActive: false }, 'paused'],
    ['resumes with isActive true', { isActive: false }, { isActive: true }, 'active'],
    [
      'resumes with isActive true and an expiry to come',
      { isActive: false },
      { isActive: true, expiresAt: FUTURE },
      'active',
    ],
    ['stays paused with an expiry to come alone', { isActive: false }, { expiresAt: FUTURE }, 'paused'],
    ['stays active with an expiry to come alone', {}, { expiresAt: FUTURE }, 'active'],
  ];
  for (const [what, stored, fragment, status] of moves) {
    test(what, async (broker) => {
      const id = await broker.subscribe(plain(stored));
      expectStatus(await broker.patch(subscriptionPath(id), fragment), 204);
      const answer = await broker.get(subscriptionPath(id));
      expectSame(at(answer.body, 'status'), status, answer);
    });
  }

  test('expands names by the context of the fragment', async (broker, { contexts }) => {
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    const id = await broker.subscribe(plain({}));
    expectStatus(await broker.patch(subscriptionPath(id), { watchedAttributes: ['colour'] }, { context }), 204);
    const answer = await broker.get(subscriptionPath(id));
    expectSame(at(answer.body, 'watchedAttributes'), ['https://example.org/colour'], answer);
  });

  test('accepts application/merge-patch+json', async (broker) => {
    const id = await broker.subscribe(plain({}));
    const options = { contentType: 'application/merge-patch+json' };
    expectStatus(await broker.patch(subscriptionPath(id), { description: 'x' }, options), 204);
  });
});
