import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { citizenOf, PLACE, publishPack, startProcedureHost } from './support/procedure-host.ts';

const ADDRESS = { text: '1 place de la Mairie', commune: 'villerupt', location: PLACE };
/** A sofa: 1.5 m³ of the slot's. */
const sofas = (slot: string, count = 1) => ({ objects: [{ thing: 'sofa', count }], address: ADDRESS, slot: { slot } });
const asking = (n: number) => ({
  applicant: { kind: 'citizen', name: `Person ${n}`, phone: '0600000000', email: `person-${n}@example.org` },
});

interface Sent {
  readonly token: string;
  readonly booking: Readonly<Record<string, unknown>>;
}

for (const database of testDatabases()) {
  // The embedded database does one transaction at a time anyway, and takes long for each.
  const crowd = database.kind === 'postgres' ? 100 : 20;
  test(`of ${crowd} requests for the last place, one gets it and the others are offered the next (${database.label})`, async (t) => {
    const db = await database.open();
    const host = await startProcedureHost(t, db, { jobs: true });
    const { app, ask } = host;
    const tenant = freshTenant();
    const headers = { 'ngsild-tenant': tenant };
    await publishPack(host, headers);
    const citizen = citizenOf(host, headers);
    const { resource, slots } = (await citizen.get('/slots/bulky-waste?amount=1.5')).body;
    assert.deepEqual([resource.unit.fr, resource.hasWaitingList], ['m³', true]);
    const [slot, second, third] = slots.map(({ id }: { id: string }) => id);
    // Seven sofas leave room for one.
    for (let n = 0; n < 7; n += 1)
      assert.equal((await citizen.send('bulky-waste', sofas(slot), asking(n))).status, 201);

    const body = (n: number) => ({ version: 1, language: 'fr', ...asking(n), answers: sofas(slot) });
    const answers = await Promise.all(
      Array.from({ length: crowd }, (_, n) =>
        app.inject({
          method: 'POST',
          url: '/citizen/v1/procedures/bulky-waste/dossiers',
          remoteAddress: `10.0.${n}.1`,
          headers: { ...headers, 'idempotency-key': `last-${n}` },
          payload: body(100 + n),
        }),
      ),
    );
    const won = answers.filter(({ statusCode }) => statusCode === 201);
    const told = answers.filter(({ statusCode }) => statusCode === 409);
    assert.deepEqual(
      [won.length, told.length],
      [1, crowd - 1],
      answers.find(({ statusCode }) => statusCode >= 500)?.body,
    );
    for (const each of told) assert.equal(each.json().next.id, second);
    const [mine] = won;
    assert.ok(mine);
    const { id, token, booking } = mine.json();
    assert.deepEqual([booking.state, booking.amount], ['confirmed', 1.5]);

    // The winner again, after a lost answer.
    const winner = answers.indexOf(mine);
    const again = await citizen.send('bulky-waste', sofas(slot), { ...asking(100 + winner) }, `last-${winner}`);
    assert.deepEqual([again.status, again.body.id], [200, id]);
    const free = async (which: string) =>
      (await citizen.get('/slots/bulky-waste')).body.slots.find((each: { id: string }) => each.id === which).free;
    assert.equal(await free(slot), 0);

    // Onto the waiting list: the first of two is offered the place that somebody leaves.
    const waiting: Sent[] = [];
    for (const n of [301, 302]) {
      const sent = await citizen.send('bulky-waste', sofas(slot), { ...asking(n), waits: true });
      waiting.push(sent.body);
    }
    assert.deepEqual(
      waiting.map((each) => [each.booking.state, each.booking.rank]),
      [
        ['waiting', 1],
        ['waiting', 2],
      ],
    );
    const left = await citizen.remove(`/follow/${token}/booking`);
    assert.equal(left.body.booking.state, 'cancelled');
    const stateOf = async (each: { token: string }) => (await citizen.get(`/follow/${each.token}`)).body.booking;
    assert.equal((await stateOf(waiting[0] as Sent)).state, 'offered');
    assert.equal(await free(slot), 0, 'an offered place is held');
    assert.deepEqual(
      [(await stateOf(waiting[1] as Sent)).state, (await stateOf(waiting[1] as Sent)).rank],
      ['waiting', 1],
    );

    // Nobody accepts in time: the next one is offered it, and accepts.
    await db.query({
      text: `UPDATE procedures.booking SET offered_until = now() - interval '1 second' WHERE tenant = $1 AND state = 'offered'`,
      values: [tenant],
    });
    assert.ok((await ask('POST', '/ops/jobs/procedures.bookings/run', {})).status < 300);
    await eventually('the offer ends', async () => (await stateOf(waiting[0] as Sent)).state === 'cancelled', 30_000);
    assert.equal((await stateOf(waiting[1] as Sent)).state, 'offered');
    const accepted = await citizen.put(`/follow/${waiting[1]?.token}/booking`, { slot });
    assert.equal(accepted.body.booking.state, 'confirmed');
    // Another day: its place is taken before the former one is free.
    const moved = await citizen.put(`/follow/${waiting[1]?.token}/booking`, { slot: third });
    assert.deepEqual([moved.body.booking.state, await free(slot), await free(third)], ['confirmed', 1.5, 10.5]);

    const calendar = (await citizen.bytes(`/follow/${waiting[1]?.token}/calendar`)).body.toString();
    assert.match(calendar, /BEGIN:VEVENT\r\nUID:[0-9a-f]{16}@localhost\r\nSEQUENCE:0\r\n/);
    const cancelled = (await citizen.bytes(`/follow/${token}/calendar`)).body.toString();
    assert.match(cancelled, /METHOD:CANCEL[\s\S]*SEQUENCE:1[\s\S]*STATUS:CANCELLED/);

    // A person has at most two bookings to come, and more than 3 m³ do not fit.
    for (const which of [second, third])
      assert.equal((await citizen.send('bulky-waste', sofas(which), asking(500))).status, 201);
    const many = await citizen.send('bulky-waste', sofas(second), asking(500));
    assert.match(many.body.detail, /has 2 bookings to come/);
    assert.equal((await citizen.send('bulky-waste', sofas(second, 4), asking(501))).status, 400);
    assert.equal((await ask('DELETE', '/procedures/resources/bulky-waste', undefined, headers)).status, 409);
    const { bookings } =
      (await ask('GET', '/procedures/resources/bulky-waste/bookings?to=2030-01-01', undefined, headers)).body ?? {};
    assert.equal(bookings, undefined, 'at most a year at once');

    // Refused by the desk: the place is free for others.
    const bookedNow = (await citizen.send('bulky-waste', sofas(third), asking(400))).body;
    const before = await free(third);
    const refusal = { act: 'step', action: 'refuse', reason: 'Trop lourd' };
    const refused = await ask('POST', `/procedures/dossiers/${bookedNow.id}/acts`, refusal, headers);
    assert.deepEqual([refused.status, refused.body.booking?.state], [200, 'cancelled']);
    assert.equal(await free(third), before + 1.5);
  });
}
