import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { citizenOf, PLACE, publishPack, startProcedureHost } from './support/procedure-host.ts';

const ADDRESS = { text: '1 place de la Mairie', commune: 'villerupt', location: PLACE };
const BROKEN = { problem: 'missing', address: ADDRESS };

test('statistics tell delay, outcome, satisfaction and the pages that are left, of the communes of the caller', async (t) => {
  const db = await testDatabases()[0]?.open();
  assert.ok(db);
  const host = await startProcedureHost(t, db, { access: 'enforced', jobs: true });
  const { ask, authorizationOf } = host;
  const tenant = freshTenant();
  const within = { 'ngsild-tenant': tenant };
  const root = { ...within, authorization: await authorizationOf({ sub: 'root', roles: ['administrator'] }) };
  const link = '<http://localhost:1026/contexts/Procedures/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"';
  const body = {
    ...{ id: 'thil', tenants: [tenant], who: { roles: ['thil'] } },
    ...{ may: ['read'], types: ['ServiceCase'], scopeQ: '/Thil,/Thil/#' },
  };
  assert.equal((await ask('POST', '/ops/access/policies', body, { ...root, link })).status, 201);
  const thil = { ...within, authorization: await authorizationOf({ sub: 'thil', roles: ['thil'] }) };
  await publishPack(host, root);
  const citizen = citizenOf(host, within);
  const act = (id: string, action: string, reason = 'Il est là') =>
    ask('POST', `/procedures/dossiers/${id}/acts`, { act: 'step', action, reason }, root);
  const send = async () => (await citizen.send('bin', BROKEN)).body;
  const rate = (token: string, satisfied: boolean) => citizen.put(`/follow/${token}/satisfaction`, { satisfied });

  const done = [await send(), await send(), await send()];
  for (const { id } of done)
    for (const action of ['order', 'finish']) assert.equal((await act(id, action)).status, 200);
  const refused = await send();
  assert.equal((await rate(refused.token, true)).status, 409, 'it is not decided');
  await act(refused.id, 'refuse');
  const withdrawn = await send();
  await citizen.post(`/follow/${withdrawn.token}/withdraw`, {});
  assert.equal((await citizen.get(`/follow/${withdrawn.token}`)).body.mayRate, false);
  await send();
  // Days from the request to its end: 2, 4 and 9, and 1 for the refused one. The open one is late.
  for (const [n, days] of [2, 4, 9].entries()) await age(done[n].id, days);
  await age(refused.id, 1);
  async function age(id: string, days: number): Promise<void> {
    await db?.query({
      text: `UPDATE procedures.dossier SET sent_at = closed_at - make_interval(days => $2) WHERE tenant = $3 AND id = $1`,
      values: [id, days, tenant],
    });
  }
  await db.query({
    text: `UPDATE procedures.dossier SET due_on = now()::date - 3 WHERE tenant = $1 AND kind = 'open'`,
    values: [tenant],
  });
  assert.deepEqual((await rate(done[0].token, false)).body.isSatisfied, false);
  for (const { token } of done) await rate(token, true); // the last answer counts
  await rate(refused.token, false);

  const reach = async (page: string, times: number) => {
    for (let n = 0; n < times; n += 1) assert.equal((await citizen.post('/bin/pages', { page })).status, 204);
  };
  for (const [page, times] of [
    ['request', 12],
    ['where', 9],
    ['applicant', 8],
    ['check', 7],
  ] as const)
    await reach(page, times);
  assert.match(
    (await citizen.post('/bin/pages', { page: 'nowhere' })).body.detail,
    /page: got "nowhere", expected one of request, where, applicant, check/,
  );

  const answer = await ask('GET', '/procedures/statistics', undefined, root);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const [figures, ...others] = answer.body.procedures;
  assert.deepEqual(others, []);
  const { title, pages, ...numbers } = figures;
  assert.deepEqual(numbers, {
    procedure: 'bin',
    received: 6,
    open: 1,
    late: 1,
    accepted: 3,
    refused: 1,
    withdrawn: 1,
    silent: 0,
    // 0, 1, 2, 4 and 9 days: the withdrawn one ended at once.
    medianDays: 2,
    slowDays: 7,
    satisfied: 3,
    answered: 4,
  });
  assert.equal(title.en, 'Missing or broken bin');
  assert.deepEqual(
    pages.map(({ id, reached, left }: { id: string; reached: number; left: number }) => [id, reached, left]),
    [
      ['request', 12, 3],
      ['where', 9, 1],
      ['applicant', 8, 1],
      ['check', 7, 1],
    ],
  );
  const [ofThil] = (await ask('GET', '/procedures/statistics', undefined, thil)).body.procedures;
  assert.deepEqual([ofThil.received, ofThil.answered, ofThil.medianDays], [0, 0, undefined]);
  assert.equal((await ask('GET', '/procedures/statistics?from=2001-01-01', undefined, root)).status, 400);
  const before = await ask('GET', '/procedures/statistics?from=2020-01-01&to=2020-12-31', undefined, root);
  assert.deepEqual(before.body.procedures, []);
});
