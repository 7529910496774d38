import assert from 'node:assert/strict';
import { eachDatabase } from '@alzette/broker/test-support';
import { STATUSES, WORK_ORDER_STATUSES } from '../../services/alarms/src/contract/contract.ts';
import { startAlarmHost } from '../../services/alarms/test/support/alarm-host.ts';

const TERRITORY = 'http://localhost:1026/contexts/territory/v1.jsonld';

eachDatabase('The demo', (test) => {
  test('has alarms with history and work orders of each status, and creates them only once', async (t, db) => {
    const { ask, broker, startDemo } = await startAlarmHost(t, db);
    const entities = ['Streetlight', 'StreetlightControlCabinet', 'WasteContainer'].flatMap((type) =>
      Array.from({ length: 40 }, (_, i) => ({ id: `urn:ngsi-ld:${type}:demo-${i}`, type, scope: '/Thil' })),
    );
    const { errors } = await broker.client.batchCreate(entities, { context: TERRITORY });
    assert.deepEqual(errors, []);
    await startDemo();
    const alarms = await ask('GET', `/alarms?status=${STATUSES.join()}&limit=100`);
    const orders = await ask('GET', `/work-orders?status=${WORK_ORDER_STATUSES.join()}&limit=100`);
    await startDemo();
    assert.deepEqual((await ask('GET', `/alarms?status=${STATUSES.join()}&limit=100`)).body, alarms.body);
    assert.deepEqual(
      (await ask('GET', `/work-orders?status=${WORK_ORDER_STATUSES.join()}&limit=100`)).body,
      orders.body,
    );

    const statuses = (list: { status: string }[]) => new Set(list.map(({ status }) => status));
    const missing = new Set(STATUSES).difference(statuses(alarms.body.alarms));
    assert.deepEqual([...missing].sort(), ['suppressed', 'withdrawn'], 'rules alone silence and withdraw alarms');
    assert.deepEqual([...new Set(WORK_ORDER_STATUSES).difference(statuses(orders.body.workOrders))], []);
    const { journal } = (await ask('GET', '/alarms/urn:ngsi-ld:Alert:demo-lamp-repaired')).body;
    assert.deepEqual(
      journal.map(({ act }: { act: string }) => act),
      ['raise', 'clear', 'acknowledge', 'close'],
    );
  });
});
