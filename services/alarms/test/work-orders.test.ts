import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { act, startAlarmHost } from './support/alarm-host.ts';

const LAMP = { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight', scope: '/Villerupt' };
const ofAct = (act: string) => ({ key: act, act: { act, ...(act === 'cancel' && { reason: 'Erreur' }) } });
const newId = () => `urn:ngsi-ld:WorkOrder:${randomUUID()}`;

eachDatabase('Work orders', (test) => {
  test('are created by hand, once for each id of the client, and go through all statuses', async (t, db) => {
    const { ask } = await startAlarmHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    await ask('POST', '/ngsi-ld/v1/entities', LAMP, headers);
    const body = {
      id: newId(),
      name: 'Remplacer la lampe',
      priority: 'high',
      about: [LAMP.id],
      dueDate: '2026-12-01T16:00:00+01:00',
      organisation: 'Prestataire_A',
      checklist: [
        { id: 'safe', label: 'Consignation faite' },
        { id: 'lamp', label: 'Lampe remplacée' },
      ],
      needsSignature: true,
    };
    const made = await Promise.all([
      ask('POST', '/work-orders', body, headers),
      ask('POST', '/work-orders', body, headers),
    ]);
    assert.deepEqual(made.map(({ status }) => status).sort(), [200, 201]);
    const other = await ask('POST', '/work-orders', { ...body, name: 'Autre' }, headers);
    assert.deepEqual([other.status, /^id: got/.test(other.body.detail)], [409, true]);

    const path = `/work-orders/${body.id}`;
    const does = async (...acts: object[]) => {
      const offlineActs = acts.map((each) => ({ key: randomUUID(), act: each }));
      return (await ask('POST', `${path}/acts`, { acts: offlineActs }, headers)).body;
    };
    const early = await does({ act: 'start' }, { act: 'complete', signature: { name: 'M. Weber' } });
    assert.deepEqual(
      early.results.map(({ outcome, status }: { outcome: string; status?: number }) => [outcome, status]),
      [
        ['done', undefined],
        ['refused', 409],
      ],
    );
    assert.match(early.results[1].detail, /^checklist: safe, lamp not done/);
    const rest = await does(
      { act: 'check', item: 'safe', done: true },
      { act: 'check', item: 'lamp', done: true },
      { act: 'check', item: 'none', done: true },
      { act: 'time', minutes: 45, date: '2026-11-30' },
      { act: 'time', minutes: 30, date: '2026-12-01' },
      { act: 'photo', url: 'https://files.example.org/after.jpg' },
      { act: 'comment', text: 'Bornier changé aussi' },
      { act: 'complete' },
      { act: 'complete', outcome: 'Lampe et bornier', signature: { name: 'M. Weber' } },
      { act: 'close' },
    );
    assert.deepEqual(
      rest.results.map(({ outcome }: { outcome: string }) => outcome),
      ['done', 'done', 'refused', 'done', 'done', 'done', 'done', 'refused', 'done', 'done'],
    );
    assert.match(rest.results[7].detail, /^signature: got nothing/);

    const { body: seen, headers: answer } = await ask('GET', path, undefined, headers);
    const { workOrder } = seen;
    assert.deepEqual(
      [workOrder.status, workOrder.minutesSpent, workOrder.signed, workOrder.comments, workOrder.dueDate],
      ['closed', 75, true, 1, '2026-12-01T15:00:00.000Z'],
    );
    assert.deepEqual(workOrder.scope, ['/Villerupt', '/Prestataire_A']);
    assert.deepEqual(workOrder.photo, ['https://files.example.org/after.jpg']);
    assert.equal(answer.etag, `"${workOrder.version}"`);
    assert.equal(seen.signature.name, 'M. Weber');
    assert.equal(JSON.stringify(workOrder).includes('Weber'), false, 'the entity names no person');
    assert.equal((await ask('GET', '/work-orders', undefined, headers)).body.count, 0);
    assert.equal(
      (await ask('GET', '/work-orders?status=closed&organisation=Prestataire_A', undefined, headers)).body.count,
      1,
    );
  });

  test('apply the acts that a phone did offline, once, and report conflicts', async (t, db) => {
    const { ask } = await startAlarmHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const id = newId();
    await ask(
      'POST',
      '/work-orders',
      { id, name: 'Vérifier l’armoire', checklist: [{ id: 'a', label: 'A' }] },
      headers,
    );
    const path = `/work-orders/${id}`;
    const known = (await ask('GET', path, undefined, headers)).body.workOrder.version;
    // In the meantime, at the office.
    const office = { acts: [{ key: 'office-1', version: known, act: { act: 'edit', priority: 'urgent' } }] };
    assert.equal((await ask('POST', `${path}/acts`, office, headers)).body.results[0].outcome, 'done');

    const at = new Date(Date.now() - 3_600_000).toISOString();
    const offline = {
      acts: [
        { key: 'phone-1', at, version: known, act: { act: 'start' } },
        { key: 'phone-2', at, version: known, act: { act: 'check', item: 'a', done: true } },
        { key: 'phone-3', at, version: known, act: { act: 'time', minutes: 20, date: '2026-11-28' } },
        { key: 'phone-4', at, version: known, act: { act: 'edit', priority: 'low' } },
        { key: 'phone-5', at, act: { act: 'sing' } },
      ],
    };
    const first = (await ask('POST', `${path}/acts`, offline, headers)).body;
    const second = (await ask('POST', `${path}/acts`, offline, headers)).body;
    const shown = (body: { results: { outcome: string; status?: number }[] }) =>
      body.results.map(({ outcome, status }) => [outcome, status].join(' ').trim());
    assert.deepEqual(shown(first), ['done', 'done', 'done', 'refused 409', 'refused 400']);
    assert.match(first.results[3].detail, /^version: got 1, expected 5/);
    assert.deepEqual(shown(second).slice(0, 3), ['unchanged', 'unchanged', 'unchanged']);
    assert.equal(second.version, first.version);
    const { workOrder, times } = (await ask('GET', path, undefined, headers)).body;
    assert.deepEqual([workOrder.priority, workOrder.startTime, workOrder.minutesSpent], ['urgent', at, 20]);
    assert.equal(times.length, 1);

    for (const acts of [[], [{ act: { act: 'start' } }], [{ key: 'k', act: { act: 'start' }, when: 'now' }], 'x']) {
      assert.equal((await ask('POST', `${path}/acts`, { acts }, headers)).status, 400);
    }
  });

  test('are created from alarms, with their assets and place, and linked both ways', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    await ask('POST', '/ngsi-ld/v1/entities', LAMP, headers);
    const alarms = ['urn:ngsi-ld:Alert:1', 'urn:ngsi-ld:Alert:2'];
    await port.apply(tenant, [
      act('raise', alarms[0] as string),
      act('raise', alarms[1] as string, { severity: 'critical' }),
    ]);
    const { status, body } = await ask('POST', '/work-orders', { alarms }, headers);
    assert.equal(status, 201);
    const { workOrder } = (await ask('GET', `/work-orders/${body.id}`, undefined, headers)).body;
    assert.deepEqual(
      [workOrder.name, workOrder.about, workOrder.scope, workOrder.priority, workOrder.status],
      ['La lampe 1 est en panne', LAMP.id, '/Villerupt', 'urgent', 'open'],
    );
    assert.deepEqual(workOrder.refAlert, alarms);
    for (const id of alarms) {
      assert.equal((await ask('GET', `/alarms/${id}`, undefined, headers)).body.alarm.refWorkOrder, body.id);
    }
    assert.equal((await ask('POST', '/work-orders', { alarms: ['urn:ngsi-ld:Alert:none'] }, headers)).status, 404);
    assert.match((await ask('POST', '/work-orders', {}, headers)).body.detail, /^name: got nothing/);
  });

  test('of another organisation are hidden from a contractor, who may act only on its own', async (t, db) => {
    const { ask, authorizationOf, broker } = await startAlarmHost(t, db, { access: 'enforced' });
    const tenant = freshTenant();
    const as = async (sub: string, role: string, organisation?: string) => ({
      'ngsild-tenant': tenant,
      authorization: await authorizationOf({ sub, roles: [role], ...(organisation && { organisation }) }),
    });
    const administrator = await as('boss', 'administrator');
    const policy = {
      who: { roles: ['contractor'] },
      may: ['read', 'write'],
      tenants: [tenant],
      types: ['https://w3id.org/alzette/def/WorkOrder'],
      scopeQ: '/{organisation}/#',
    };
    assert.ok((await ask('PUT', `/ops/access/policies/contractors-${tenant}`, policy, administrator)).status < 300);
    const [own, others] = [newId(), newId()];
    await ask(
      'POST',
      '/work-orders',
      { id: own, name: 'Pour Prestataire_A', organisation: 'Prestataire_A' },
      administrator,
    );
    await ask(
      'POST',
      '/work-orders',
      { id: others, name: 'Pour Prestataire_B', organisation: 'Prestataire_B' },
      administrator,
    );

    const contractor = await as('eric', 'contractor', 'Prestataire_A');
    const { body } = await ask('GET', '/work-orders', undefined, contractor);
    assert.deepEqual(
      body.workOrders.map(({ id }: { id: string }) => id),
      [own],
    );
    assert.equal((await ask('GET', `/work-orders/${others}`, undefined, contractor)).status, 404);
    const offlineActs = { acts: [{ key: 'k', act: { act: 'start' } }] };
    assert.equal((await ask('POST', `/work-orders/${others}/acts`, offlineActs, contractor)).status, 404);
    assert.equal(
      (await ask('POST', `/work-orders/${own}/acts`, offlineActs, contractor)).body.results[0].outcome,
      'done',
    );
    const away = { acts: [{ key: 'k2', act: { act: 'assign', organisation: 'Prestataire_B' } }] };
    const [refused] = (await ask('POST', `/work-orders/${own}/acts`, away, contractor)).body.results;
    assert.deepEqual([refused.outcome, refused.status], ['refused', 403]);
    assert.equal(
      (await ask('GET', `/work-orders/${own}`, undefined, administrator)).body.workOrder.organisation,
      'Prestataire_A',
    );
    const closing = { acts: ['complete', 'close', 'reopen', 'cancel'].map(ofAct) };
    const done = (await ask('POST', `/work-orders/${own}/acts`, closing, contractor)).body.results;
    assert.deepEqual(
      done.map(({ status }: { status?: number }) => status),
      [undefined, 403, 403, 403],
      'who ordered the work closes it',
    );
    const entity = `/ngsi-ld/v1/entities/${own}`;
    const { type, ...attributes } = (await ask('GET', entity, undefined, contractor)).body;
    const names = Object.keys(attributes);
    const name = names.find((each) => /(^|[/#:])status$/.test(each)) ?? '';
    const ofStatus = { [name]: { type: 'Property', value: 'closed' } };
    for (const [method, path, body] of [
      ['PATCH', `${entity}/attrs`, ofStatus],
      ['POST', `${entity}/attrs`, ofStatus],
      ['PATCH', entity, ofStatus],
      ['PATCH', `${entity}/attrs/${encodeURIComponent(name)}`, { value: 'closed' }],
      ['POST', '/ngsi-ld/v1/entityOperations/merge', [{ id: own, ...ofStatus }]],
      ['DELETE', `${entity}/attrs/${encodeURIComponent(name)}`, undefined],
      ['DELETE', entity, undefined],
      ['POST', '/ngsi-ld/v1/entityOperations/delete', [own]],
      ['DELETE', `/ngsi-ld/v1/entities?type=${encodeURIComponent(type)}`, undefined],
    ] as const) {
      const direct = await ask(method, path, body, contractor);
      assert.match(JSON.stringify(direct.body), /expected an act by POST/, `${method} ${path}: ${direct.status}`);
    }
    assert.equal((await ask('GET', `/work-orders/${own}`, undefined, contractor)).body.workOrder.status, 'completed');
    const mayClose = async (who: Record<string, string>) =>
      (await ask('GET', `/work-orders/${own}`, undefined, who)).body.mayClose;
    assert.deepEqual([await mayClose(contractor), await mayClose(administrator)], [false, true]);
    const closed = await ask('POST', `/work-orders/${own}/acts`, { acts: [ofAct('close')] }, administrator);
    assert.equal(closed.body.results[0].outcome, 'done');
    const taken = { id: others, name: 'À nous' };
    assert.equal(
      (await ask('POST', '/work-orders', { ...taken, organisation: 'Prestataire_A' }, contractor)).status,
      403,
    );
    assert.equal((await ask('POST', '/work-orders', { name: 'Sans organisation' }, contractor)).status, 403);
    assert.equal((await ask('GET', '/work-orders', undefined, await as('nina', 'contractor'))).status, 403);

    const acts = await broker.audit.search({ object: own }, 10, undefined);
    assert.deepEqual(
      acts.map(({ actor, action }) => `${actor} ${action}`),
      [
        'token:boss work-order.close',
        'token:eric work-order.complete',
        'token:eric work-order.start',
        'token:boss work-order.create',
      ],
    );
  });
});
