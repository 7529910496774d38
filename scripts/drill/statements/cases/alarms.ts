import { alarmPort } from '../../../../services/alarms/src/actions/apply.ts';
import { alarmKind } from '../../../../services/alarms/src/alarm/alarm-entity.ts';
import type { AlarmParts } from '../../../../services/alarms/src/parts.ts';
import type { AlarmAct, AlarmDetails } from '../../../../services/alarms/src/ports.ts';
import { writeUnfinished } from '../../../../services/alarms/src/records/write-entities.ts';
import { runDue } from '../../../../services/alarms/src/run-due.ts';
import { workOrderKind } from '../../../../services/alarms/src/work-orders/work-order.ts';
import type { KillCase, Workshop } from '../kill-every-statement.ts';

const LAMP = 'urn:ngsi-ld:Streetlight:1';
const ALARM = 'urn:ngsi-ld:Alert:1';
const AT = '2026-01-10T10:00:00.000Z';
const DETAILS: AlarmDetails = {
  rule: { id: 'urn:ngsi-ld:Rule:lamp-failure', version: 1, name: 'Lampe en panne' },
  cause: 'condition',
  entity: { id: LAMP, type: 'Streetlight' },
  scope: ['/Thil'],
  severity: 'medium',
  category: 'lighting',
  text: { fr: 'La lampe 1 est en panne', en: 'Lamp 1 has failed' },
  dedupKey: 'lamp-failure/1',
  actions: [
    { on: 'raise', type: 'notify', channel: 'email', to: 'group:lighting' },
    { on: 'raise', type: 'workOrder', priority: 'high' },
  ],
};
const RAISE: AlarmAct = { id: 'raise', alarm: ALARM, kind: 'raise', at: AT, decidedAt: AT, details: DETAILS };
const WITHDRAW: AlarmAct = {
  id: 'withdraw',
  alarm: ALARM,
  kind: 'withdraw',
  at: AT,
  decidedAt: AT,
  reason: 'lateData',
};

const END_LEASES = 'UPDATE alarms.due SET at = now() WHERE tenant = $1 AND attempts > 0 AND at > now()';
const DUE = 'SELECT key FROM alarms.due WHERE tenant = $1 ORDER BY key';
const RECORDS = `
  SELECT kind, state ->> 'status' AS status, state ->> 'condition' AS condition, state -> 'workOrders' AS orders, writing
  FROM alarms.record WHERE tenant = $1 ORDER BY kind, id`;
const JOURNAL = 'SELECT record, act FROM alarms.journal WHERE tenant = $1 ORDER BY record, n';

/** An alarm with a notice and a work order, and what takes them back. */
export const alarms: KillCase = {
  name: 'alarms with notices and work orders',
  services: ['alarms'],
  covers: ['alarms.write-unfinished', 'loop: services/alarms/src/service.ts'],
  async open(workshop) {
    return caseOf(workshop, [RAISE], []);
  },
};

export const withdrawals: KillCase = {
  name: 'alarms that are withdrawn',
  services: ['alarms'],
  covers: ['alarms.write-unfinished', 'loop: services/alarms/src/service.ts'],
  async open(workshop) {
    return caseOf(workshop, [WITHDRAW], [RAISE]);
  },
};

/** @param before acts of which everything has been done. @param acts those that are killed */
function caseOf({ given, db }: Workshop, acts: readonly AlarmAct[], before: readonly AlarmAct[]) {
  const sent = new Map<string, Set<string>>();
  const parts: AlarmParts = {
    ...given,
    notices: {
      // As the port of the channels: each key once.
      async send(tenant, notices) {
        const keys = sent.get(tenant) ?? new Set();
        for (const { key } of notices) keys.add(key);
        sent.set(tenant, keys);
      },
    },
    alarms: alarmKind(given.publicUrl),
    workOrders: workOrderKind(given.publicUrl),
    wake() {},
  };
  const port = alarmPort(parts);
  const work = async (tenant: string, due: readonly AlarmAct[]) => {
    // The rules send their acts again until they are accepted.
    await port.apply(tenant, due);
    while ((await runDue(parts)) > 0);
    await writeUnfinished(parts, parts.alarms, 0);
    await writeUnfinished(parts, parts.workOrders, 0);
  };
  return {
    async prepare(tenant: string) {
      await given.client.createEntity({ id: LAMP, type: 'Streetlight', scope: '/Thil' }, { tenant });
      if (before.length > 0) await work(tenant, before);
    },
    work: (tenant: string) => work(tenant, acts),
    async endLeases(tenant: string) {
      await db.query({ text: END_LEASES, values: [tenant] });
    },
    async endState(tenant: string) {
      const rows = async (text: string) => (await db.query({ text, values: [tenant] })).rows;
      const read = async (type: string, context: string) => {
        const { entities } = await given.client.queryEntities({ type, tenant, context, format: 'simplified' });
        return entities.map(({ id, status, refAlert, refWorkOrder }) => ({ id, status, refAlert, refWorkOrder }));
      };
      const state = {
        notices: [...(sent.get(tenant) ?? [])].sort(),
        due: await rows(DUE),
        records: await rows(RECORDS),
        journal: await rows(JOURNAL),
        alerts: await read('Alert', parts.alarms.context),
        orders: await read('WorkOrder', parts.workOrders.context),
      };
      // Their ids depend on the tenant.
      return JSON.parse(JSON.stringify(state).replaceAll(/WorkOrder:[\da-f]{24}/g, 'WorkOrder:of-the-alarm'));
    },
  };
}
