import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startReceiver } from '../../../platform/test/support/receiver.ts';
import { act, startAlarmHost } from './support/alarm-host.ts';

const ALERT_CONTEXT = '<http://localhost:1026/contexts/Alert/v2.jsonld>; rel="http://www.w3.org/ns/json-ld#context"';

eachDatabase('Alarms', (test) => {
  test('that a rule raises are entities with all the details of the act', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const id = 'urn:ngsi-ld:Alert:0001';
    await port.apply(tenant, [act('raise', id)]);

    const { body } = await ask('GET', `/ngsi-ld/v1/entities/${id}?options=keyValues`, undefined, {
      'ngsild-tenant': tenant,
      link: ALERT_CONTEXT,
    });
    assert.equal(body.type, 'Alert');
    assert.equal(body.status, 'active');
    assert.equal(body.condition, 'active');
    assert.equal(body.severity, 'medium');
    assert.equal(body.category, 'lighting');
    assert.equal(body.about, 'urn:ngsi-ld:Streetlight:1');
    assert.equal(body.alertSource, 'urn:ngsi-ld:Rule:lamp-failure');
    assert.equal(body.scope, '/Villerupt');
    assert.deepEqual(body.location, { type: 'Point', coordinates: [5.93, 49.47] });
    assert.equal(body.data.text.en, 'Lamp 1 has failed');
    assert.equal(body.occurrences, 1);
    assert.ok(Date.parse(body.acknowledgeBy) > Date.now());
  });

  test('are raised once even if an act is sent again, and counted when they are raised again', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const id = 'urn:ngsi-ld:Alert:0002';
    const raise = act('raise', id);
    await Promise.all([port.apply(tenant, [raise]), port.apply(tenant, [raise, raise]), port.apply(tenant, [raise])]);
    const again = [act('clear', id), act('raise', id), act('raise', id)];
    await port.apply(tenant, again);
    await port.apply(tenant, again);

    const { body } = await ask('GET', '/alarms', undefined, { 'ngsild-tenant': tenant });
    assert.equal(body.count, 1);
    assert.equal(body.alarms[0].occurrences, 3);
    assert.equal(body.alarms[0].status, 'active');
  });

  test('that were closed more than two years ago are deleted with their journal; others stay', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db, { jobs: true });
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const [old, recent, open] = ['old', 'recent', 'open'].map((name) => `urn:ngsi-ld:Alert:${name}`) as [
      string,
      string,
      string,
    ];
    await port.apply(
      tenant,
      [old, recent, open].map((id) => act('raise', id)),
    );
    for (const id of [old, recent]) {
      await port.apply(tenant, [act('clear', id)]);
      assert.equal((await ask('POST', `/alarms/${id}/acts`, { act: 'close' }, headers)).status, 200);
    }
    await db.query({
      // With a new version, or else what the service's own jobs have read before would be written over it.
      text: `UPDATE alarms.record SET version = version + 1, state = jsonb_set(state, '{closedAt}', '"2020-01-01T00:00:00.000Z"')
        WHERE tenant = $1 AND id = $2`,
      values: [tenant, old],
    });
    await eventually('it is forgotten', async () => {
      // An alarm that changes while the job runs stays until the next run; 409: one is waiting already.
      const { status } = await ask('POST', '/ops/jobs/alarms.forget-closed/run');
      assert.ok(status === 202 || status === 409, String(status));
      return (await ask('GET', `/alarms/${old}`, undefined, headers)).status === 404;
    });
    assert.equal((await ask('GET', `/ngsi-ld/v1/entities/${old}`, undefined, headers)).status, 404);
    const { rows } = await db.query({
      text: 'SELECT FROM alarms.journal WHERE tenant = $1 AND record = $2',
      values: [tenant, old],
    });
    assert.equal(rows.length, 0);
    for (const id of [recent, open]) assert.equal((await ask('GET', `/alarms/${id}`, undefined, headers)).status, 200);
  });

  test('clear without being acknowledged, and are acknowledged without being cleared', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const [first, second] = ['urn:ngsi-ld:Alert:a', 'urn:ngsi-ld:Alert:b'];
    await port.apply(headers['ngsild-tenant'], [act('raise', first), act('raise', second)]);
    await port.apply(headers['ngsild-tenant'], [act('clear', first)]);
    const acknowledged = await ask('POST', `/alarms/${second}/acts`, { act: 'acknowledge' }, headers);
    assert.deepEqual(acknowledged.body, { isChanged: true, version: 2 });

    const cleared = (await ask('GET', `/alarms/${first}`, undefined, headers)).body.alarm;
    assert.deepEqual([cleared.status, cleared.condition, cleared.acknowledgedAt], ['cleared', 'cleared', undefined]);
    const seen = (await ask('GET', `/alarms/${second}`, undefined, headers)).body;
    assert.deepEqual([seen.alarm.status, seen.alarm.condition], ['acknowledged', 'active']);
    assert.equal(seen.alarm.acknowledgedBy, 'open');
    assert.deepEqual(
      seen.journal.map((entry: { act: string }) => entry.act),
      ['raise', 'acknowledge'],
    );

    // A slip is taken back, with the acknowledgement that came with it.
    const of = async (wanted: object) => (await ask('POST', `/alarms/${second}/acts`, wanted, headers)).status;
    const state = async () => {
      const { alarm } = (await ask('GET', `/alarms/${second}`, undefined, headers)).body;
      return [alarm.status, alarm.acknowledgedAt !== undefined, alarm.acknowledgedBy];
    };
    assert.equal(await of({ act: 'start' }), 200);
    assert.equal(await of({ act: 'undo', of: 'acknowledge' }), 409, 'work has begun since');
    assert.equal(await of({ act: 'undo', of: 'start' }), 200);
    assert.deepEqual(await state(), ['acknowledged', true, 'open'], 'it was acknowledged before');
    assert.equal(await of({ act: 'undo', of: 'acknowledge' }), 200);
    assert.deepEqual(await state(), ['active', false, undefined]);
    assert.equal(await of({ act: 'start' }), 200);
    assert.equal(await of({ act: 'undo', of: 'start' }), 200);
    assert.deepEqual(await state(), ['active', false, undefined], 'starting had acknowledged it');

    // Late data move the end of an alarm that is over.
    const earlier = '2026-11-28T19:00:00.000Z';
    await port.apply(headers['ngsild-tenant'], [{ ...act('clear', first), at: earlier }]);
    const moved = (await ask('GET', `/alarms/${first}`, undefined, headers)).body;
    assert.deepEqual(
      [JSON.stringify(moved.alarm.clearedAt).includes(earlier), moved.journal.at(-1).at],
      [true, earlier],
    );

    // Cleared, acknowledged and raised again, the alarm is unacknowledged.
    await ask('POST', `/alarms/${first}/acts`, { act: 'acknowledge' }, headers);
    await port.apply(headers['ngsild-tenant'], [act('raise', first)]);
    const back = (await ask('GET', `/alarms/${first}`, undefined, headers)).body.alarm;
    assert.deepEqual([back.status, back.acknowledgedAt, back.clearedAt], ['active', undefined, undefined]);
  });

  test('go through their life by acts of people; an act that the status does not allow is refused with a reason', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const id = 'urn:ngsi-ld:Alert:life';
    await port.apply(headers['ngsild-tenant'], [act('raise', id)]);
    const does = async (body: object) => ask('POST', `/alarms/${id}/acts`, body, headers);
    const alarm = async () => (await ask('GET', `/alarms/${id}`, undefined, headers)).body.alarm;

    assert.equal((await does({ act: 'assign', assignee: 'user-7' })).status, 200);
    assert.equal((await does({ act: 'comment', text: 'On regarde demain' })).status, 200);
    assert.equal((await does({ act: 'attach', url: 'https://files.example.org/1.jpg' })).status, 200);
    assert.equal((await does({ act: 'link', serviceRequest: 'urn:ngsi-ld:service_requests:7' })).status, 200);
    assert.equal((await does({ act: 'start' })).status, 200);
    const running = await alarm();
    assert.equal(running.status, 'inProgress');
    assert.equal(running.assignee, 'user-7');
    assert.equal(running.comments, 1);
    assert.deepEqual(running.attachment, ['https://files.example.org/1.jpg']);
    assert.equal(running.refServiceRequest, 'urn:ngsi-ld:service_requests:7');
    assert.ok(running.acknowledgedAt, 'who starts has seen it');

    const late = await does({ act: 'shelve', until: '2020-01-01T00:00:00Z' });
    assert.deepEqual([late.status, /^until: got "2020/.test(late.body.detail)], [400, true]);
    assert.equal((await does({ act: 'shelve', until: new Date(Date.now() + 3_600_000).toISOString() })).status, 200);
    assert.equal((await alarm()).status, 'shelved');
    assert.equal((await does({ act: 'unshelve' })).status, 200);
    assert.equal((await alarm()).shelvedUntil, undefined);
    assert.equal((await does({ act: 'assign', assignee: null })).status, 200);
    assert.equal((await alarm()).assignee, undefined);
    assert.equal((await does({ act: 'clear' })).status, 200);
    assert.equal((await does({ act: 'close' })).status, 200);
    assert.equal((await alarm()).status, 'closed');
    const closed = await does({ act: 'start' });
    assert.equal(closed.status, 409);
    assert.match(closed.body.detail, /got start .*which is closed, expected reopen/);
    assert.equal((await ask('GET', '/alarms', undefined, headers)).body.count, 0);
    assert.equal((await ask('GET', '/alarms?status=closed', undefined, headers)).body.count, 1);
    assert.equal((await does({ act: 'reopen' })).status, 200);
    assert.equal((await alarm()).status, 'cleared');

    for (const [body, detail] of [
      [{ act: 'explode' }, /^act: got "explode", expected one of acknowledge/],
      [{ act: 'assign' }, /^assignee: got nothing/],
      [{ act: 'comment', text: '' }, /^text: got ""/],
      [{ act: 'link' }, /^serviceRequest: got nothing/],
      [{ act: 'close', why: 'x' }, /^why: got "x"/],
      [undefined, /^act: got nothing/],
    ] as const) {
      const answer = await does(body as object);
      assert.equal(answer.status, 400);
      assert.match(answer.body.detail, detail);
    }
    assert.equal((await ask('POST', '/alarms/urn:none/acts', { act: 'close' }, headers)).status, 404);
    assert.equal((await ask('GET', '/alarms/urn:none', undefined, headers)).status, 404);
  });

  test('are notified once by the rule’s actions; suppressed ones are not', async (t, db) => {
    const { port, sentNotices, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const actions = [
      { on: 'raise', type: 'notify', channel: 'email', to: 'group:lighting' },
      { on: 'raise', type: 'notify', channel: 'sms', to: 'roster:night', after: 'PT3S', unless: 'acknowledged' },
      { on: 'clear', type: 'notify', channel: 'email', to: 'group:lighting' },
      { on: 'raise', type: 'workOrder', priority: 'high', organisation: 'Prestataire_A' },
    ] as const;
    const [cabinet, lamp, seen] = ['urn:ngsi-ld:Alert:cabinet', 'urn:ngsi-ld:Alert:lamp', 'urn:ngsi-ld:Alert:seen'];
    await ask(
      'POST',
      '/ngsi-ld/v1/entities',
      { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight', scope: '/Villerupt' },
      headers,
    );
    const raise = act('raise', cabinet, { actions });
    const silenced = act('raise', lamp, { actions, suppressed: { reason: 'parentAlarm', by: cabinet } });
    await port.apply(tenant, [raise, silenced, act('raise', seen, { actions: actions.slice(0, 3) })]);
    await port.apply(tenant, [raise]);
    await ask('POST', `/alarms/${seen}/acts`, { act: 'acknowledge' }, headers);

    const of = (alarm: string) =>
      sentNotices.filter(({ data }) => data.alarm === alarm).map(({ channel, data }) => `${channel} ${data.event}`);
    await eventually('the roster is notified', () => of(cabinet).length === 2, 15_000);
    assert.deepEqual(of(cabinet), ['email alarm.raised', 'sms alarm.raised']);
    assert.deepEqual(of(seen), ['email alarm.raised'], 'it was acknowledged before the second step');
    assert.deepEqual(of(lamp), []);
    const order = await eventually(
      'the work order is made',
      async () => (await ask('GET', `/work-orders?alarm=${cabinet}`, undefined, headers)).body.workOrders[0],
    );
    assert.deepEqual([order.priority, order.organisation, order.status], ['high', 'Prestataire_A', 'assigned']);
    await eventually('it is linked', async () => {
      const { alarm } = (await ask('GET', `/alarms/${cabinet}`, undefined, headers)).body;
      return alarm.refWorkOrder === order.id;
    });

    await port.apply(tenant, [act('clear', cabinet), act('clear', lamp)]);
    await eventually('its end is notified', () => of(cabinet).length === 3);
    assert.equal(of(cabinet)[2], 'email alarm.cleared');
    assert.deepEqual(of(lamp), [], 'who was not told of it is not told of its end');

    // An alarm that is released while active is notified as if it were raised now.
    await port.apply(tenant, [
      act('raise', 'urn:ngsi-ld:Alert:late', { actions: actions.slice(0, 1), suppressed: { reason: 'maintenance' } }),
    ]);
    await port.apply(tenant, [act('release', 'urn:ngsi-ld:Alert:late')]);
    await eventually('the released one is notified', () => of('urn:ngsi-ld:Alert:late').length === 1);
  });

  test('alike become a group: its members are suppressed until they are released', async (t, db) => {
    const { port, ask, sentNotices } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const group = 'urn:ngsi-ld:Alert:group';
    const lamps = Array.from({ length: 60 }, (_, i) => `urn:ngsi-ld:Alert:lamp-${i}`);
    const actions = [{ on: 'raise', type: 'notify', channel: 'email', to: 'group:lighting' }] as const;
    const suppressed = { reason: 'group', by: group };
    await port.apply(tenant, [
      act('raise', group, { cause: 'group', members: 60, actions }),
      ...lamps.map((id) => act('raise', id, { actions, suppressed })),
      act('clear', 'urn:ngsi-ld:Alert:never-raised'),
    ]);
    await port.apply(tenant, [
      act('update', group, { cause: 'group', members: 59, actions }),
      act('clear', lamps[0] as string),
    ]);
    const counts = (await ask('GET', '/alarms/counts', undefined, headers)).body;
    assert.deepEqual([counts.status.active, counts.status.suppressed, counts.status.cleared], [1, 59, 1]);
    const shown = async (id: string) => (await ask('GET', `/alarms/${id}`, undefined, headers)).body.alarm;
    assert.equal((await shown(group)).members, 59);
    const lamp = await shown(lamps[1] as string);
    assert.deepEqual([lamp.suppression, lamp.suppressedBy, lamp.acknowledgeBy], ['group', group, undefined]);
    await eventually('the group is notified', () => sentNotices.length === 1);

    await port.apply(tenant, [act('clear', group), act('release', lamps[1] as string)]);
    await eventually('the released one is notified', () => sentNotices.length === 2);
    assert.deepEqual(
      sentNotices.map(({ data }) => data.alarm),
      [group, lamps[1]],
    );
    const free = await shown(lamps[1] as string);
    assert.deepEqual([free.status, free.suppressedBy, typeof free.acknowledgeBy], ['active', undefined, 'string']);
    assert.equal((await ask('GET', '/alarms/urn:ngsi-ld:Alert:never-raised', undefined, headers)).status, 404);

    // When the severity increases it is notified again, although it was acknowledged.
    await ask('POST', `/alarms/${lamps[1]}/acts`, { act: 'acknowledge' }, headers);
    await port.apply(tenant, [act('update', lamps[1] as string, { actions, severity: 'critical' })]);
    await eventually('the more severe one is notified', () => sentNotices.length === 3);
    assert.equal((await shown(lamps[1] as string)).status, 'active');
    await port.apply(tenant, [act('withdraw', lamps[1] as string, {}, { reason: 'lateData' })]);
    assert.deepEqual(
      [(await shown(lamps[1] as string)).status, (await shown(lamps[1] as string)).withdrawn],
      ['withdrawn', 'lateData'],
    );
    const listed = async (query = '') =>
      (await ask('GET', `/alarms${query}`, undefined, headers)).body.alarms.map(({ id }: { id: string }) => id);
    assert.equal((await listed()).includes(lamps[1]), false, 'what never existed is not listed');
    assert.deepEqual(await listed('?status=withdrawn'), [lamps[1]]);
  });

  test('are sent to subscribers of Alerts, as another platform would subscribe', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    const subscription = {
      type: 'Subscription',
      entities: [{ type: 'Alert' }],
      q: 'severity=="critical"',
      notification: { endpoint: { uri: receiver.url }, format: 'keyValues' },
    };
    const headers = { 'ngsild-tenant': tenant, link: ALERT_CONTEXT };
    assert.equal((await ask('POST', '/ngsi-ld/v1/subscriptions', subscription, headers)).status, 201);
    await port.apply(tenant, [
      act('raise', 'urn:ngsi-ld:Alert:mild'),
      act('raise', 'urn:ngsi-ld:Alert:bad', { severity: 'critical' }),
    ]);
    await eventually('it is notified', () => receiver.notifications.length > 0);
    const [alert] = receiver.notifications[0]?.data ?? [];
    assert.deepEqual([alert?.id, alert?.status, alert?.category], ['urn:ngsi-ld:Alert:bad', 'active', 'lighting']);
    await ask('POST', '/alarms/urn:ngsi-ld:Alert:bad/acts', { act: 'acknowledge' }, headers);
    await eventually('so is what people do', () => receiver.notifications.at(-1)?.data[0]?.status === 'acknowledged');
  });

  test('are acted on in bulk, hundreds in one request, with an outcome for each', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const ids = Array.from({ length: 60 }, (_, i) => `urn:ngsi-ld:Alert:lamp-${i}`);
    await port.apply(
      tenant,
      ids.map((id, i) => act('raise', id, { severity: i % 2 === 0 ? 'low' : 'high' })),
    );
    const { body } = await ask(
      'POST',
      '/alarms/acts',
      { alarms: [...ids, 'urn:ngsi-ld:Alert:none'], act: { act: 'acknowledge' } },
      headers,
    );
    assert.equal(body.results.filter(({ outcome }: { outcome: string }) => outcome === 'done').length, 60);
    assert.deepEqual(body.results.at(-1), {
      alarm: 'urn:ngsi-ld:Alert:none',
      outcome: 'refused',
      status: 404,
      detail: 'There is no alarm "urn:ngsi-ld:Alert:none"',
    });
    const counts = (await ask('GET', '/alarms/counts', undefined, headers)).body;
    assert.equal(counts.status.acknowledged, 60);
    assert.deepEqual([counts.severity.low, counts.severity.high, counts.severity.critical], [30, 30, 0]);
    assert.deepEqual(counts.overdue, { acknowledge: 0, resolve: 0 });
    const page = (
      await ask(
        'GET',
        '/alarms?severity=high&about=urn:ngsi-ld:Streetlight:1&scope=/Villerupt&limit=7',
        undefined,
        headers,
      )
    ).body;
    assert.deepEqual([page.count, page.alarms.length], [30, 7]);
    for (const query of [
      'status=open',
      'severity=high,huge',
      'limit=0',
      'since=yesterday',
      'colour=red',
      'scope=Villerupt',
    ]) {
      assert.equal((await ask('GET', `/alarms?${query}`, undefined, headers)).status, 400, query);
    }
  });

  test('that other programs created as Alerts can be acted on as well', async (t, db) => {
    const { ask } = await startAlarmHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    const entity = {
      id: 'urn:ngsi-ld:Alert:theirs',
      type: 'Alert',
      dateIssued: { type: 'Property', value: '2026-11-01T08:00:00Z' },
      category: { type: 'Property', value: 'weather' },
      severity: { type: 'Property', value: 'high' },
      alertSource: { type: 'Relationship', object: 'urn:meteo' },
    };
    await ask('POST', '/ngsi-ld/v1/entities', entity, { ...headers, link: ALERT_CONTEXT });
    assert.equal((await ask('GET', '/alarms', undefined, headers)).body.count, 0, 'it says nothing of its status');
    assert.equal((await ask('POST', `/alarms/${entity.id}/acts`, { act: 'acknowledge' }, headers)).status, 200);
    const { alarm } = (await ask('GET', `/alarms/${entity.id}`, undefined, headers)).body;
    assert.deepEqual([alarm.status, alarm.severity, alarm.category], ['acknowledged', 'high', 'weather']);
    assert.equal((await ask('GET', '/alarms', undefined, headers)).body.count, 1);
  });

  test('keep their journal, and their service levels, from readers with a part of the rights', async (t, db) => {
    const { port, ask, authorizationOf } = await startAlarmHost(t, db, { access: 'enforced' });
    const tenant = freshTenant();
    const as = async (role: string) => ({
      'ngsild-tenant': tenant,
      authorization: await authorizationOf({ sub: role, roles: [role] }),
    });
    const administrator = await as('administrator');
    for (const [role, attributes] of Object.entries({
      part: { exceptAttributes: ['https://smartdatamodels.org/dataModel.Alert/severity'] },
      whole: {},
    })) {
      const policy = { who: { roles: [role] }, may: ['read'], tenants: ['*'], ...attributes };
      assert.ok((await ask('PUT', `/ops/access/policies/${role}`, policy, administrator)).status < 300);
    }
    const id = 'urn:ngsi-ld:Alert:journal';
    await port.apply(tenant, [act('raise', id)]);
    const { body: whole } = await ask('GET', `/alarms/${id}`, undefined, await as('whole'));
    assert.equal(whole.alarm.severity, 'medium');
    assert.equal(whole.journal[0].detail.severity, 'medium');
    const { body: part } = await ask('GET', `/alarms/${id}`, undefined, await as('part'));
    assert.equal(part.alarm.id, id);
    assert.ok(!JSON.stringify(part).includes('medium'), JSON.stringify(part));
    assert.deepEqual(part.hidden, ['journal']);
    assert.equal((await ask('GET', '/alarms/service-levels', undefined, await as('whole'))).status, 404);
    assert.equal((await ask('GET', '/alarms/service-levels', undefined, administrator)).status, 200);
  });

  test('are raised by hand, once for an id', async (t, db) => {
    const { ask } = await startAlarmHost(t, db);
    const headers = { 'ngsild-tenant': freshTenant() };
    await ask(
      'POST',
      '/ngsi-ld/v1/entities',
      { id: 'urn:ngsi-ld:Streetlight:9', type: 'Streetlight', scope: '/Thil' },
      headers,
    );
    const body = {
      id: 'urn:ngsi-ld:Alert:by-hand',
      severity: 'critical',
      category: 'lighting',
      text: 'Mât couché sur la chaussée',
      about: ['urn:ngsi-ld:Streetlight:9'],
    };
    assert.equal((await ask('POST', '/alarms', body, headers)).status, 201);
    assert.equal((await ask('POST', '/alarms', body, headers)).status, 200);
    const other = await ask('POST', '/alarms', { ...body, text: 'Autre chose' }, headers);
    assert.deepEqual([other.status, /^id: got "urn/.test(other.body.detail)], [409, true]);
    assert.equal((await ask('POST', '/alarms', { ...body, id: undefined, about: ['urn:none'] }, headers)).status, 404);
    const { alarms, count } = (await ask('GET', '/alarms', undefined, headers)).body;
    assert.deepEqual([count, alarms[0].scope, alarms[0].severity], [1, '/Thil', 'critical']);
  });
});
