import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { notice, startChannelHost } from './support/channel-host.ts';
import { startMailServer } from './support/mail-server.ts';

eachDatabase('Recipients', (test) => {
  test('on call are notified, and so are their substitutes', async (t, db) => {
    const mail = await startMailServer(t);
    const { port, put, ask, settled } = await startChannelHost(t, db, { settings: mail.settings });
    const tenant = freshTenant();
    for (const name of ['ada', 'bob']) await put(tenant, `/recipients/${name}`, { name, email: `${name}@example.org` });
    const start = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
    const roster = { title: 'Nuit', start, days: 7, handover: '08:00', members: ['ada', 'bob'] };
    assert.equal((await put(tenant, '/rosters/night', roster)).status, 201);
    await port.send(tenant, [notice('one', { to: 'roster:night' })]);
    await settled(tenant);
    const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const exceptions = [{ from: hour(-1), to: hour(1), recipient: 'bob' }];
    assert.equal((await put(tenant, '/rosters/night', { ...roster, exceptions })).status, 204);
    await port.send(tenant, [notice('two', { to: 'roster:night' })]);
    await settled(tenant);
    assert.deepEqual(
      mail.letters.map(({ to }) => to),
      ['ada@example.org', 'bob@example.org'],
    );
    const { body } = await ask('GET', '/channels/rosters/night/turns', undefined, { 'ngsild-tenant': tenant });
    assert.equal(body.now.recipient, 'bob');
    assert.deepEqual(
      body.turns.slice(0, 2).map(({ recipient }: { recipient: string }) => recipient),
      ['bob', 'ada'],
    );
    assert.equal(
      (await ask('GET', '/channels/rosters/none/turns', undefined, { 'ngsild-tenant': tenant })).status,
      404,
    );
    const wrong = await ask(
      'GET',
      '/channels/rosters/night/turns?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      undefined,
      {
        'ngsild-tenant': tenant,
      },
    );
    assert.deepEqual([wrong.status, /^to: got "2026-01-01/.test(wrong.body.detail)], [400, true]);
  });

  test('who want it get the messages of their quiet hours combined, when these end', async (t, db) => {
    const mail = await startMailServer(t);
    const { port, put, messages } = await startChannelHost(t, db, { settings: mail.settings });
    const tenant = freshTenant();
    const local = (minutes: number) =>
      new Intl.DateTimeFormat('fr', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }).format(
        Date.now() + minutes * 60_000,
      );
    const quiet = { from: local(-60), to: local(60) };
    assert.equal((await put(tenant, '/recipients/ada', { name: 'Ada', email: 'ada@example.org', quiet })).status, 201);
    await port.send(
      tenant,
      ['a', 'b'].map((key) => notice(key, { to: 'recipient:ada' })),
    );
    await port.send(tenant, [notice('fire', { to: 'recipient:ada', severity: 'critical' })]);
    await eventually('the critical one is sent', () => mail.letters.length === 1);
    const held = (await messages(tenant)).filter(({ state }) => state === 'held');
    assert.deepEqual(
      held.map(({ key, reason }) => `${key} ${reason}`),
      ['a quietHours', 'b quietHours'],
    );
    const wait = Date.parse(held[0]?.dueAt ?? '') - Date.now();
    assert.ok(wait > 58 * 60_000 && wait <= 60 * 60_000, String(wait));
    await db.query({
      text: `UPDATE channels.message SET due_at = now() WHERE tenant = $1 AND state = 'held'`,
      values: [tenant],
    });
    await port.send(tenant, [notice('wake', { to: 'recipient:none' })]);
    await eventually('they come', () => mail.letters.length === 2);
    assert.equal(mail.letters[1]?.subject, '2 messages');
  });

  test('of the demo are created once, with an on-call week', async (t, db) => {
    const { ask, startDemo } = await startChannelHost(t, db);
    await startDemo();
    const before = (await ask('GET', '/channels/recipients')).body;
    await startDemo();
    assert.deepEqual((await ask('GET', '/channels/recipients')).body, before);
    assert.equal(before.recipients.length, 5);
    const { now, turns } = (await ask('GET', '/channels/rosters/astreinte/turns')).body;
    assert.match(now.recipient, /^astreinte-[abc]$/);
    assert.ok(turns.length >= 4);
  });
});
