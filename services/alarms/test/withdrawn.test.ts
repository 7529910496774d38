import assert from 'node:assert/strict';
import { eachDatabase, freshTenant } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { channelService } from '../../channels/src/service.ts';
import { startMailServer } from '../../channels/test/support/mail-server.ts';
import { type AlarmPort, alarms } from '../src/service.ts';
import { act } from './support/alarm-host.ts';

const ACTIONS = [
  { on: 'raise', type: 'notify', channel: 'email', to: 'group:lighting' },
  { on: 'raise', type: 'notify', channel: 'email', to: 'recipient:ada' },
  { on: 'raise', type: 'notify', channel: 'email', to: 'recipient:dora', after: 'PT1H' },
  { on: 'raise', type: 'workOrder', priority: 'high', organisation: 'Prestataire_A' },
] as const;

eachDatabase('An alarm that is withdrawn because of late data', (test) => {
  test('cancels its work orders, and tells each who was told of it once', async (t, db) => {
    const mail = await startMailServer(t);
    const host = await startServiceHost(t, db, [channelService(), alarms], { settings: mail.settings });
    const port = host.port<AlarmPort>('alarms');
    const headers = { 'ngsild-tenant': freshTenant() };
    const tenant = headers['ngsild-tenant'];
    const ask = (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown) => host.ask(method, path, body, headers);
    for (const name of ['ada', 'bob', 'dora'])
      await ask('PUT', `/channels/recipients/${name}`, { name, email: `${name}@example.org`, language: 'en' });
    const members = ['recipient:ada', 'recipient:bob'];
    await ask('PUT', '/channels/groups/lighting', { title: 'Éclairage', members });
    await ask('POST', '/ngsi-ld/v1/entities', { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight', scope: '/Thil' });
    const [late, real] = ['urn:ngsi-ld:Alert:late', 'urn:ngsi-ld:Alert:real'];
    const ordersOf = async (alarm: string) => (await ask('GET', `/work-orders?alarm=${alarm}`)).body.workOrders;
    const lettersTo = (name: string) =>
      mail.letters.filter(({ to }) => to === `${name}@example.org`).map(({ subject }) => subject);

    await port.apply(tenant, [
      act('raise', late, { actions: ACTIONS }),
      act('raise', real, { actions: ACTIONS.slice(3) }),
    ]);
    await eventually('all are told of it', () => mail.letters.length === 3);
    const made = (alarm: string) => eventually('an order', async () => (await ordersOf(alarm))[0]);
    const [order, kept] = [await made(late), await made(real)];
    const shown = async ({ id }: { id: string }) => (await ask('GET', `/work-orders/${id}`)).body;

    await port.apply(tenant, [act('withdraw', late, {}, { reason: 'lateData' })]);
    await port.apply(tenant, [act('clear', real)]);
    await eventually('its order is cancelled', async () => (await shown(order)).workOrder.status === 'cancelled');
    const { journal } = await shown(order);
    const cancelled = journal.find((entry: { act: string }) => entry.act === 'cancel');
    assert.match(cancelled.detail.reason, /Alarme annulée/);
    await eventually('both are told', () => lettersTo('ada').length === 3 && lettersTo('bob').length === 2);
    assert.deepEqual(lettersTo('bob'), ['Alarm: Lamp 1 has failed', 'Alarm withdrawn: Lamp 1 has failed']);
    assert.deepEqual(lettersTo('dora'), [], 'who was not told of it yet is told nothing');
    assert.equal((await shown(kept)).workOrder.status, 'assigned', 'an alarm that ends keeps its order');
    const pending = await db.query({
      text: `SELECT key FROM alarms.due WHERE tenant = $1 AND kind <> 'close'`,
      values: [tenant],
    });
    assert.deepEqual(pending.rows, []);
  });

  test('tells nobody if nobody was told of it, and leaves an order that someone has completed', async (t, db) => {
    const mail = await startMailServer(t);
    const host = await startServiceHost(t, db, [channelService(), alarms], { settings: mail.settings });
    const port = host.port<AlarmPort>('alarms');
    const headers = { 'ngsild-tenant': freshTenant() };
    const tenant = headers['ngsild-tenant'];
    const ask = (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown) => host.ask(method, path, body, headers);
    await ask('PUT', '/channels/recipients/dora', { name: 'Dora', email: 'dora@example.org' });
    await ask('POST', '/ngsi-ld/v1/entities', { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight', scope: '/Thil' });
    const [alarm, other] = ['urn:ngsi-ld:Alert:done', 'urn:ngsi-ld:Alert:other'];
    await port.apply(tenant, [
      act('raise', alarm, { actions: ACTIONS.slice(2) }),
      act('raise', other, { actions: ACTIONS.slice(3) }),
    ]);
    const orderOf = async (id: string) => (await ask('GET', `/work-orders?alarm=${id}`)).body.workOrders[0];
    const order = await eventually('the order', () => orderOf(alarm));
    const shown = async ({ id }: { id: string }) => (await ask('GET', `/work-orders/${id}`)).body.workOrder.status;
    await ask('POST', `/work-orders/${order.id}/acts`, { acts: [{ key: 'done-1', act: { act: 'complete' } }] });
    assert.equal(await shown(order), 'completed');
    const second = await eventually('the other order', () => orderOf(other));
    await port.apply(tenant, [act('withdraw', alarm), act('withdraw', other)]);
    await eventually('the other order is cancelled', async () => (await shown(second)) === 'cancelled');
    await eventually('all is done', async () => {
      const { rows } = await db.query({
        text: `SELECT 1 FROM alarms.due WHERE tenant = $1 AND kind <> 'close'`,
        values: [tenant],
      });
      return rows.length === 0;
    });
    assert.equal(await shown(order), 'completed');
    assert.deepEqual(mail.letters, []);
  });
});
