import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { DONE, operation, serviceRoutes } from '../routes/routes.ts';
import { type Judge, judged, listed, named, type ObjectKind, readable, setUp } from './objects.ts';

interface Plan {
  readonly id: string;
  readonly commune: string;
}

const PLANS: readonly Plan[] = [
  { id: 'own', commune: 'Aumetz' },
  { id: 'seen', commune: 'Boulange' },
  { id: 'hidden', commune: 'Villerupt' },
];

const plan: ObjectKind<Plan> = {
  name: 'plan',
  find: (_tenant, id) => PLANS.find((one) => one.id === id),
  may: (action, { id, commune }, judge) => judge.may(action, { id, types: ['T'], scopes: [`/${commune}`] }),
};

/** Writes in Aumetz, reads there and in Boulange. */
const judge = {
  may: (action, { scopes }) =>
    (action === 'read' ? ['/Aumetz', '/Boulange'] : ['/Aumetz']).includes(scopes?.[0] as string),
} as Pick<Judge, 'may'> as Judge;

test('a document is judged before the handler: what may not be read does not exist', async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  app.decorateRequest('tenant', '');
  app.decorate('judgeOf', () => judge);
  let changed = 0;
  await serviceRoutes(app, '/plans', (scope) => {
    const about = (summary: string) => operation({ access: 'write', objects: named(plan), summary, answers: DONE });
    scope.get(
      '/',
      operation({ access: 'read', objects: listed(plan), summary: 'All', answers: DONE }),
      async (request) => (await readable(request, plan, PLANS)).map(({ id }) => id),
    );
    scope.get('/:id', about('One'), async (request) => judged(request, plan));
    scope.delete('/:id', about('Deletes'), async () => ({ changed: ++changed }));
  });
  const ask = async (method: 'GET' | 'DELETE', url: string) => {
    const { statusCode, body } = await app.inject({ method, url });
    return [statusCode, JSON.parse(body)] as const;
  };
  assert.deepEqual(await ask('GET', '/plans'), [200, ['own', 'seen']]);
  assert.deepEqual(await ask('GET', '/plans/seen'), [200, PLANS[1]]);
  const [status, { detail }] = await ask('GET', '/plans/hidden');
  assert.equal(status, 404);
  assert.deepEqual((await ask('GET', '/plans/none'))[1].detail.replace('none', 'hidden'), detail);
  assert.equal((await ask('DELETE', '/plans/seen'))[0], 403);
  assert.equal((await ask('DELETE', '/plans/hidden'))[0], 404);
  assert.equal(changed, 0);
  assert.deepEqual(await ask('DELETE', '/plans/own'), [200, { changed: 1 }]);
});

test('what a service is set up with is for administrators, and to read for who may write its entities', async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  app.decorateRequest('tenant', '');
  let [administers, writes] = [false, 'Bin'];
  app.decorate('judgeOf', () => {
    const mayAny: Judge['mayAny'] = (action, types) => action === 'read' || types.includes(writes);
    return { caller: { administers }, mayAny } as Judge;
  });
  const objects = setUp('settings of bins', ['Bin', 'Lorry']);
  await serviceRoutes(app, '/settings', (scope) => {
    scope.get('', operation({ access: 'read', objects, summary: 'Reads', answers: DONE }), async () => ({}));
    scope.put('', operation({ access: 'write', objects, summary: 'Changes', answers: DONE }), async () => ({}));
  });
  const statuses = async () => {
    const [read, write] = [await app.inject('/settings'), await app.inject({ method: 'PUT', url: '/settings' })];
    return [read.statusCode, write.statusCode];
  };
  assert.deepEqual(await statuses(), [200, 403]);
  writes = 'Tree';
  assert.deepEqual(await statuses(), [404, 404]);
  administers = true;
  assert.deepEqual(await statuses(), [200, 200]);
});
