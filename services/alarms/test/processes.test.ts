import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { act, startAlarmHost } from './support/alarm-host.ts';

const NOTIFY = [{ on: 'raise', type: 'notify', channel: 'email', to: 'group:x' }] as const;

eachDatabase('Two processes on one database', (test) => {
  test('raise each alarm once and notify once, though both receive each act', async (t, db) => {
    const [first, second] = [await startAlarmHost(t, db), await startAlarmHost(t, db)];
    const tenant = freshTenant();
    const ids = Array.from({ length: 40 }, (_, i) => `urn:ngsi-ld:Alert:${i}`);
    const acts = ids.map((id) => act('raise', id, { actions: NOTIFY }));
    await Promise.all([
      ...acts.map((each) => first.port.apply(tenant, [each])),
      second.port.apply(tenant, acts),
      first.port.apply(tenant, acts),
    ]);
    const notified = () =>
      [...first.sentNotices, ...second.sentNotices]
        .filter((notice) => notice.tenant === tenant)
        .map(({ data }) => data.alarm);
    await eventually('all are notified', () => notified().length >= ids.length);
    await sleep(500);
    assert.deepEqual(notified().sort(), [...ids].sort());
    const { body } = await second.ask('GET', '/alarms?limit=100', undefined, { 'ngsild-tenant': tenant });
    assert.equal(body.count, ids.length);
    assert.ok(body.alarms.every(({ occurrences }: { occurrences: number }) => occurrences === 1));
  });

  test('act on the same alarms at the same time, and nothing is lost', async (t, db) => {
    const [first, second] = [await startAlarmHost(t, db), await startAlarmHost(t, db)];
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const ids = Array.from({ length: 12 }, (_, i) => `urn:ngsi-ld:Alert:${i}`);
    await first.port.apply(
      tenant,
      ids.map((id) => act('raise', id)),
    );
    // An alarm that cleared first can't be acknowledged any more, and the answer says so.
    const acknowledged = new Map<string, boolean>();
    const acknowledge = async (id: string) => {
      const { status } = await first.ask('POST', `/alarms/${id}/acts`, { act: 'acknowledge' }, headers);
      acknowledged.set(id, status === 200);
    };
    await Promise.all(
      ids.flatMap((id) => [
        acknowledge(id),
        second.port.apply(tenant, [act('clear', id)]),
        second.ask('POST', `/alarms/${id}/acts`, { act: 'comment', text: 'vu' }, headers),
        first.ask('POST', `/alarms/${id}/acts`, { act: 'link', serviceRequest: 'urn:r:1' }, headers),
      ]),
    );
    for (const id of ids) {
      const { alarm, journal } = (await second.ask('GET', `/alarms/${id}`, undefined, headers)).body;
      assert.deepEqual(
        [alarm.status, alarm.condition, typeof alarm.acknowledgedAt, alarm.comments, alarm.refServiceRequest],
        ['cleared', 'cleared', acknowledged.get(id) ? 'string' : 'undefined', 1, 'urn:r:1'],
        id,
      );
      assert.equal(journal.length, acknowledged.get(id) ? 5 : 4);
    }
  });

  test('finish what a killed process left: entities follow their records within a minute', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db, { jobs: true });
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const id = 'urn:ngsi-ld:Alert:left';
    await port.apply(tenant, [act('raise', id)]);
    // The state that a process leaves if it is killed after storing a change and before writing the entity.
    await db.query({
      text: `UPDATE alarms.record SET version = version + 1, writing = 1, writing_since = now() - interval '1 minute',
        state = (state || '{"condition": "cleared", "clearedAt": "2026-11-28T10:00:00.000Z"}'::jsonb) - 'acknowledgeBy'::text
        WHERE tenant = $1`,
      values: [tenant],
    });
    const before = (await ask('GET', `/alarms/${id}`, undefined, headers)).body.alarm;
    assert.deepEqual([before.status, typeof before.acknowledgeBy], ['active', 'string']);
    assert.ok((await ask('POST', '/ops/jobs/alarms.write-unfinished/run', {})).status < 300);
    await eventually('the entity follows', async () => {
      const { alarm } = (await ask('GET', `/alarms/${id}`, undefined, headers)).body;
      return alarm.status === 'cleared' && alarm.acknowledgeBy === undefined;
    });
  });

  test('write the other entities when one is refused, and create again one that was deleted', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const [good, bad, gone] = ['urn:ngsi-ld:Alert:good', 'urn:ngsi-ld:Alert:bad', 'urn:ngsi-ld:Alert:gone'];
    const at = (longitude: number) => ({ type: 'Point' as const, coordinates: [longitude, 49] });
    await port.apply(tenant, [act('raise', bad, { location: at(500) }), act('raise', good), act('raise', gone)]);
    assert.equal((await ask('GET', `/alarms/${good}`, undefined, headers)).status, 200);
    assert.equal((await ask('GET', `/alarms/${bad}`, undefined, headers)).status, 404);
    assert.equal((await ask('DELETE', `/ngsi-ld/v1/entities/${gone}`, undefined, headers)).status, 204);
    // The rule corrects the refused one. The deleted one is cleared, so attributes must be removed.
    await port.apply(tenant, [act('update', bad, { location: at(5.9) }), act('clear', gone), act('raise', gone)]);
    assert.equal((await ask('GET', `/alarms/${bad}`, undefined, headers)).status, 200);
    const { alarm } = (await ask('GET', `/alarms/${gone}`, undefined, headers)).body;
    assert.deepEqual([alarm.occurrences, alarm.severity, alarm.status], [2, 'medium', 'active']);
  });

  test('process a burst of a thousand at once', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const acts = Array.from({ length: 1000 }, (_, i) => act('raise', `urn:ngsi-ld:Alert:flood-${i}`));
    const started = Date.now();
    await port.apply(tenant, acts);
    t.diagnostic(`1000 alarms raised in ${Date.now() - started} ms`);
    const counts = (await ask('GET', '/alarms/counts', undefined, { 'ngsild-tenant': tenant })).body;
    assert.equal(counts.status.active, 1000);
  });
});

eachDatabase('Escalation', (test) => {
  test('notifies its recipients step by step, for the alarms that it covers, until somebody acknowledges', async (t, db) => {
    const { port, ask, sentNotices } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const escalation = {
      title: 'Éclairage de Villerupt',
      severity: 'high',
      categories: ['lighting'],
      scopes: ['/Villerupt'],
      tellsCleared: true,
      steps: [
        { to: 'group:lighting', channels: ['push', 'email'] },
        { after: 'PT4S', to: 'roster:night', channels: ['sms'] },
        { after: 'PT5S', to: 'recipient:boss', channels: ['voice'], unless: 'cleared' },
      ],
    };
    assert.equal((await ask('PUT', '/alarms/escalations/villerupt', escalation, headers)).status, 204);
    const ids = ['seen', 'unseen', 'mild', 'elsewhere'].map((name) => `urn:ngsi-ld:Alert:${name}`) as [
      string,
      string,
      string,
      string,
    ];
    const [seen, unseen, mild, elsewhere] = ids;
    await port.apply(tenant, [
      act('raise', seen, { severity: 'critical', scope: ['/Villerupt/Centre'] }),
      act('raise', unseen, { severity: 'high' }),
      act('raise', mild, { severity: 'medium' }),
      act('raise', elsewhere, { severity: 'critical', scope: ['/Villerupt2'] }),
    ]);
    await ask('POST', `/alarms/${seen}/acts`, { act: 'acknowledge' }, headers);
    const of = (alarm: string) => sentNotices.filter(({ data }) => data.alarm === alarm).map(({ channel }) => channel);
    await eventually('the last step is taken', () => of(unseen).length === 4 && of(seen).length === 3);
    assert.deepEqual(of(unseen), ['push', 'email', 'sms', 'voice']);
    assert.deepEqual(of(seen), ['push', 'email', 'voice'], 'acknowledged it is no more told by SMS');
    await port.apply(tenant, [act('clear', unseen)]);
    await eventually('those of the first step are told of its end', () => of(unseen).length === 6);
    assert.deepEqual([of(mild), of(elsewhere)], [[], []]);

    assert.equal((await ask('GET', '/alarms/escalations', undefined, headers)).body.escalations[0].id, 'villerupt');
    assert.equal((await ask('DELETE', '/alarms/escalations/villerupt', undefined, headers)).status, 204);
    assert.equal((await ask('DELETE', '/alarms/escalations/villerupt', undefined, headers)).status, 404);
    for (const [body, detail] of [
      [{ ...escalation, steps: [] }, /^steps: got \[\]/],
      [{ ...escalation, steps: [{ after: '5 min', channels: ['sms'] }] }, /^steps.0.after: got "5 min"/],
      [{ ...escalation, steps: [{ to: 'ada', channels: ['sms'] }] }, /^steps.0.to: got "ada"/],
      [{ ...escalation, severity: 'huge' }, /^severity: got "huge", expected one of informational/],
    ] as const) {
      const answer = await ask('PUT', '/alarms/escalations/x', body, headers);
      assert.deepEqual([answer.status, detail.test(answer.body.detail)], [400, true], answer.body.detail);
    }
  });

  test('waits while an alarm is shelved, and continues when the shelving ends', async (t, db) => {
    const { port, ask, sentNotices } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const id = 'urn:ngsi-ld:Alert:shelved';
    const actions = [{ on: 'raise', type: 'notify', channel: 'sms', to: 'roster:night', after: 'PT6S' }] as const;
    await port.apply(tenant, [act('raise', id, { actions })]);
    const before = (await ask('GET', `/alarms/${id}`, undefined, headers)).body.alarm;
    const until = new Date(Date.now() + 10_000).toISOString();
    assert.equal((await ask('POST', `/alarms/${id}/acts`, { act: 'shelve', until }, headers)).status, 200);
    await sleep(7_000);
    assert.equal(sentNotices.length, 0);
    await eventually('it is notified', () => sentNotices.length === 1);
    assert.ok(Date.now() >= Date.parse(until));
    const { alarm, journal } = await eventually('it is no more shelved', async () => {
      const { body } = await ask('GET', `/alarms/${id}`, undefined, headers);
      return body.alarm.status === 'active' && body;
    });
    const [shelved = 0, unshelved = 0] = journal.slice(1).map(({ at }: { at: string }) => Date.parse(at));
    assert.equal(
      Date.parse(alarm.acknowledgeBy) - Date.parse(before.acknowledgeBy),
      unshelved - shelved,
      'the clocks stood still',
    );
  });

  test('and service levels are separate for each tenant', async (t, db) => {
    const { port, ask } = await startAlarmHost(t, db);
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    const levels = { high: { acknowledgeS: 600, resolveS: null } };
    const { body } = await ask('PUT', '/alarms/service-levels', levels, headers);
    assert.deepEqual([body.high, body.critical.acknowledgeS], [levels.high, 900]);
    const at = new Date(Date.now() - 3_600_000).toISOString();
    await port.apply(tenant, [act('raise', 'urn:ngsi-ld:Alert:late', { severity: 'high' }, { at })]);
    const { alarm } = (await ask('GET', '/alarms/urn:ngsi-ld:Alert:late', undefined, headers)).body;
    assert.equal(Date.parse(alarm.acknowledgeBy) - Date.parse(at), 600_000);
    assert.equal(alarm.resolveBy, undefined);
    assert.equal((await ask('GET', '/alarms?overdue=acknowledge', undefined, headers)).body.count, 1);
    assert.equal((await ask('GET', '/alarms?overdue=resolve', undefined, headers)).body.count, 0);
    const wrong = await ask('PUT', '/alarms/service-levels', { high: { acknowledgeS: 1, resolveS: null } }, headers);
    assert.deepEqual([wrong.status, /^high.acknowledgeS: got 1/.test(wrong.body.detail)], [400, true]);
  });
});
