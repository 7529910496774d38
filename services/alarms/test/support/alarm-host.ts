import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import { type HostOptions, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import type { AlarmAct, AlarmDetails, AlarmPort, Notice, NoticePort } from '../../src/ports.ts';
import { alarms } from '../../src/service.ts';

/** The alarm service on a broker. Notices are collected instead of being delivered. */
export async function startAlarmHost(t: TestContext, db: Database, options: HostOptions = {}) {
  const sentNotices: (Notice & { readonly tenant: string })[] = [];
  const notices: NoticePort = {
    async send(tenant, given) {
      sentNotices.push(...given.map((notice) => ({ ...notice, tenant })));
    },
  };
  const host = await startServiceHost(t, db, [alarms], { ...options, ports: { notices } });
  return { ...host, port: host.port<AlarmPort>('alarms'), sentNotices };
}

const DETAILS: AlarmDetails = {
  rule: { id: 'urn:ngsi-ld:Rule:lamp-failure', version: 3, name: 'Lampe en panne' },
  cause: 'condition',
  entity: { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight' },
  scope: ['/Villerupt'],
  location: { type: 'Point', coordinates: [5.93, 49.47] },
  severity: 'medium',
  category: 'lighting',
  text: { fr: 'La lampe 1 est en panne', en: 'Lamp 1 has failed' },
  dedupKey: 'lamp-failure/1',
  actions: [],
};

let made = 0;

/** An act of a rule, with a new id each time; `details` overrides those of a lamp. */
export function act(
  kind: AlarmAct['kind'],
  alarm: string,
  details: Partial<AlarmDetails> = {},
  more: Partial<AlarmAct> = {},
): AlarmAct {
  const at = new Date().toISOString();
  const hasDetails = kind === 'raise' || kind === 'update';
  return {
    id: `${alarm}/${kind}/${++made}`,
    alarm,
    kind,
    at,
    decidedAt: at,
    ...(hasDetails && { details: { ...DETAILS, ...details } }),
    ...more,
  };
}
