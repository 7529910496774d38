import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { RETRY } from '../src/delivery/retry.ts';
import { notice, startChannelHost } from './support/channel-host.ts';
import { startReceiver } from './support/http-receiver.ts';
import { startMailServer } from './support/mail-server.ts';

/** One second is ten minutes here: for pauses, and for the outage of a receiver. `SCALE=1` takes the real half hour. */
const SCALE = Number(process.env.SCALE ?? 600);
const SCALED = {
  ...RETRY,
  firstPauseMs: RETRY.firstPauseMs / SCALE,
  longestPauseMs: RETRY.longestPauseMs / SCALE,
  giveUpAfterMs: RETRY.giveUpAfterMs / SCALE,
};
const HALF_AN_HOUR_MS = (30 * 60_000) / SCALE;

const keys = (count: number, name = 'm') => Array.from({ length: count }, (_, i) => `${name}-${i}`);

eachDatabase('Delivery', (test) => {
  test('by e-mail: to each member of a group once, in their own language, also when it is sent again', async (t, db) => {
    const mail = await startMailServer(t);
    const { port, put, settled } = await startChannelHost(t, db, { settings: mail.settings });
    const tenant = freshTenant();
    await put(tenant, '/recipients/ada', { name: 'Ada', email: 'ada@example.org' });
    await put(tenant, '/recipients/bob', { name: 'Bob', email: 'bob@example.org', language: 'en' });
    await put(tenant, '/recipients/cilia', { name: 'Cilia', email: 'cilia@example.org', language: 'lb' });
    await put(tenant, '/recipients/dora', { name: 'Dora', email: 'dora@example.org', language: 'de' });
    const members = ['ada', 'bob', 'cilia', 'dora'].map((id) => `recipient:${id}`);
    await put(tenant, '/groups/lighting', { title: 'Éclairage', members });
    const title = { fr: 'Titre one', en: 'Title one', lb: 'Titel one' };
    const one = notice('one', { to: 'group:lighting', title });
    await Promise.all([port.send(tenant, [one]), port.send(tenant, [one, one])]);
    await port.send(tenant, [one]);
    await settled(tenant);
    assert.deepEqual(mail.letters.map(({ to, subject }) => `${to} ${subject}`).sort(), [
      'ada@example.org Titre one',
      'bob@example.org Title one',
      'cilia@example.org Titel one',
      'dora@example.org Titre one',
    ]);
    assert.match(mail.letters[0]?.messageId ?? '', /^<\d+@localhost>$/);
  });

  test('to a receiver that is down for half an hour: all, in order, no duplicates', async (t, db) => {
    const receiver = await startReceiver(t);
    const { port, put, settled, messages } = await startChannelHost(t, db, { retry: SCALED });
    const tenant = freshTenant();
    assert.equal(
      (await put(tenant, '/hook', { title: 'GMAO', kind: 'webhook', settings: { url: receiver.url } })).status,
      201,
    );
    await port.send(tenant, [notice('before', { channel: 'hook' })]);
    await settled(tenant);
    await receiver.close();
    const all = keys(25);
    for (const key of all) await port.send(tenant, [notice(key, { channel: 'hook' })]);
    await sleep(HALF_AN_HOUR_MS);
    const waiting = (await messages(tenant)).filter(({ state }) => state === 'waiting');
    assert.equal(waiting.length, 25);
    assert.ok((waiting[0]?.attempts ?? 0) > 3, 'the first was tried again and again');
    assert.equal(waiting[1]?.attempts, 0, 'the others wait for it');
    await receiver.listen();
    await settled(tenant, 60_000 + (2 * RETRY.longestPauseMs) / SCALE);
    const titles = receiver.received.map(({ body }) => JSON.parse(body.toString()).data.title);
    assert.deepEqual(
      titles,
      ['before', ...all].map((key) => `Titre ${key}`),
    );
  });

  test('by two processes on one database: each message once, in order', async (t, db) => {
    const receiver = await startReceiver(t);
    const mail = await startMailServer(t);
    const [first, second] = [
      await startChannelHost(t, db, { settings: mail.settings }),
      await startChannelHost(t, db, { settings: mail.settings }),
    ];
    const tenant = freshTenant();
    await first.put(tenant, '/hook', { title: 'GMAO', kind: 'webhook', settings: { url: receiver.url } });
    for (const name of ['ada', 'bob', 'eve']) {
      await first.put(tenant, `/recipients/${name}`, { name, email: `${name}@example.org` });
    }
    const all = keys(30);
    for (const [i, key] of all.entries()) {
      const notices = [
        notice(key, { channel: 'hook' }),
        ...['ada', 'bob', 'eve'].map((name) => notice(`${key}/${name}`, { to: `recipient:${name}` })),
      ];
      // Both processes receive each notice, as from a sender that did not get an answer.
      await Promise.all([
        first.port.send(tenant, notices),
        ...(i % 3 === 0 ? [second.port.send(tenant, notices)] : []),
      ]);
    }
    await first.settled(tenant, 60_000);
    assert.deepEqual(
      receiver.received.map(({ body }) => JSON.parse(body.toString()).data.title),
      all.map((key) => `Titre ${key}`),
    );
    for (const name of ['ada', 'bob', 'eve']) {
      const subjects = mail.letters.filter(({ to }) => to === `${name}@example.org`).map(({ subject }) => subject);
      assert.deepEqual(
        subjects,
        all.map((key) => `Titre ${key}/${name}`),
      );
    }
  });

  test('what a server refuses permanently fails at once, and later messages are sent', async (t, db) => {
    let isBusy = true;
    const mail = await startMailServer(t, (to) => (to.startsWith('gone') ? 550 : isBusy ? 451 : undefined));
    const { port, put, settled, ask } = await startChannelHost(t, db, { settings: mail.settings });
    const tenant = freshTenant();
    await put(tenant, '/recipients/gone', { name: 'Gone', email: 'gone@example.org' });
    await put(tenant, '/recipients/ada', { name: 'Ada', email: 'ada@example.org' });
    await put(tenant, '/recipients/nobody', { name: 'No address' });
    await port.send(tenant, [
      notice('a', { to: 'recipient:gone' }),
      notice('b', { to: 'recipient:ada' }),
      notice('c', { to: 'recipient:nobody' }),
      notice('d', { to: 'roster:none' }),
      notice('e', { channel: 'nowhere' }),
    ]);
    await sleep(800);
    isBusy = false;
    const all = await settled(tenant);
    const reasons = all.map(({ key, state, reason = '' }) => `${key} ${state} ${reason}`);
    assert.match(reasons[0] ?? '', /^a failed .*550/);
    assert.equal(reasons[1], 'b sent ');
    assert.equal(reasons[2], 'c failed nobody has no e-mail address');
    assert.equal(reasons[3], 'd failed there is nobody behind "roster:none" now');
    assert.equal(reasons[4], 'e failed there is no channel "nowhere"');
    const headers = { 'ngsild-tenant': tenant };
    const shown = (await ask('GET', `/channels/messages/${all[1]?.id}`, undefined, headers)).body;
    assert.deepEqual([shown.tries[0].outcome, shown.tries.at(-1).outcome], ['retry', 'sent']);
    assert.match(shown.tries[0].detail, /451|not now/);

    // After the correction it is retried by hand.
    await put(tenant, '/recipients/gone', { name: 'Back', email: 'back@example.org' });
    assert.equal((await ask('POST', `/channels/messages/${all[0]?.id}/retry`, undefined, headers)).status, 204);
    await eventually('it is sent', () => mail.letters.some(({ to }) => to === 'back@example.org'));
    const again = await ask('POST', `/channels/messages/${all[1]?.id}/retry`, undefined, headers);
    assert.deepEqual([again.status, /is sent, expected failed/.test(again.body.detail)], [409, true]);
  });

  test('is given up after the configured time, with the reason', async (t, db) => {
    const receiver = await startReceiver(t, () => 503);
    const retry = { firstPauseMs: 50, factor: 1, longestPauseMs: 50, giveUpAfterMs: 1500 };
    const { port, put, settled } = await startChannelHost(t, db, { retry });
    const tenant = freshTenant();
    await put(tenant, '/hook', { title: 'GMAO', kind: 'webhook', settings: { url: receiver.url } });
    await port.send(tenant, [notice('x', { channel: 'hook' })]);
    const [message] = await settled(tenant);
    assert.equal(message?.state, 'failed');
    assert.equal(message?.reason, 'HTTP 503: no');
    assert.ok((message?.attempts ?? 0) > 1);
  });

  test('beyond the mails that a tenant may send in a day waits for the next', async (t, db) => {
    const { port, messages, put, ask } = await startChannelHost(t, db);
    const tenant = freshTenant();
    const made = await put(tenant, '/recipients/ada', { name: 'Ada', email: 'ada@example.org' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal((await ask('PUT', `/ops/tenants/${tenant}/quotas`, { mailsPerDay: 0 })).status, 204);
    await port.send(tenant, [notice('late', { to: 'recipient:ada', severity: 'critical' })]);
    const [held] = await eventually('it is held', async () => {
      const all = await messages(tenant);
      return all.every(({ state }) => state === 'held') && all;
    });
    assert.equal(held?.reason, 'quota');
    assert.match(held?.dueAt ?? '', /T00:00:00/);
  });

  test('beyond a recipient’s limit waits and is combined later; critical messages are sent', async (t, db) => {
    const mail = await startMailServer(t);
    const { port, put, messages } = await startChannelHost(t, db, { settings: mail.settings });
    const tenant = freshTenant();
    await put(tenant, '/recipients/ada', { name: 'Ada', email: 'ada@example.org', mostAnHour: 3 });
    await port.send(
      tenant,
      keys(6).map((key) => notice(key, { to: 'recipient:ada' })),
    );
    await eventually(
      'three are held',
      async () => (await messages(tenant)).filter(({ state }) => state === 'held').length === 3,
    );
    await port.send(tenant, [notice('fire', { to: 'recipient:ada', severity: 'critical' })]);
    await eventually('the critical one is sent', () => mail.letters.some(({ subject }) => subject === 'Titre fire'));
    assert.equal(mail.letters.length, 4);
    const held = (await messages(tenant)).filter(({ state }) => state === 'held');
    assert.deepEqual(
      held.map(({ reason }) => reason),
      ['limit', 'limit', 'limit'],
    );
    // One hour passes.
    await db.query({
      text: `UPDATE channels.message SET sent_at = now() - interval '1 hour', due_at = now() WHERE tenant = $1`,
      values: [tenant],
    });
    await port.send(tenant, [notice('later', { to: 'recipient:ada' })]);
    await eventually('they come', () => mail.letters.length === 6);
    const together = mail.letters.find(({ subject }) => subject === '3 messages');
    assert.match(together?.text ?? '', /Titre m-3[\s\S]*Titre m-4[\s\S]*Titre m-5/);
    assert.deepEqual(
      (await messages(tenant)).filter(({ state }) => state === 'merged').map(({ key }) => key),
      ['m-3', 'm-4', 'm-5'],
    );
  });
});
