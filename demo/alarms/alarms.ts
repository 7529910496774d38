import type { DemoContext } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { actOnAlarm } from '../../services/alarms/src/actions/act-on-alarm.ts';
import { alarmPort } from '../../services/alarms/src/actions/apply.ts';
import type { Escalation } from '../../services/alarms/src/contract/contract.ts';
import { saveEscalation } from '../../services/alarms/src/notices/escalation.ts';
import type { AlarmParts } from '../../services/alarms/src/parts.ts';
import { readJournal } from '../../services/alarms/src/records/journal.ts';
import type { Actor } from '../../services/alarms/src/records/perform.ts';
import { loadRecords } from '../../services/alarms/src/records/records.ts';
import { actOnWorkOrder } from '../../services/alarms/src/work-orders/act-on-work-order.ts';
import { makeWorkOrder } from '../../services/alarms/src/work-orders/make.ts';
import { packDocuments } from '../packs/documents.ts';
import { type DemoAssets, demoAlarms } from './stories.ts';
import { demoWorkOrders } from './work-orders.ts';

const ACTOR = 'service:demo';
const MOST = 1000;
/** The number of assets that the demo uses, from all communes. */
const ENOUGH = 40;

/**
 * Creates alarms and work orders of each status, and the escalations of packs. Those that an earlier start completed are not
 * changed; one that it left half done is completed.
 */
export async function putAlarms(parts: AlarmParts, { tenant, context }: DemoContext): Promise<void> {
  const { apply } = alarmPort(parts);
  const actor: Actor = { tenant, client: parts.client, name: ACTOR };
  const assets = await assetsOf(parts, tenant, context);
  const now = new Date();
  const stories = demoAlarms(assets, now);
  const ids = stories.map(({ acts }) => acts[0]?.alarm ?? '');
  const known = await loadRecords(parts.db, tenant, parts.alarms.name, ids);
  // First, because the presence of alarms shows that they were created.
  if (known.size === 0) {
    for (const { id, body } of await packDocuments<Omit<Escalation, 'id'>>('escalations'))
      await saveEscalation(parts.db, tenant, { id, ...body });
  }
  for (const { acts, byPeople } of stories) {
    const id = acts[0]?.alarm ?? '';
    if (!known.has(id)) await apply(tenant, acts);
    const applied = known.has(id) ? (await readJournal(parts.db, tenant, id)).length : acts.length;
    for (const wanted of byPeople.slice(applied - acts.length)) await actOnAlarm(parts, actor, id, wanted);
  }
  if (stories.length > 0) await putWorkOrders(parts, actor, assets, now);
}

async function assetsOf({ client }: AlarmParts, tenant: string, context: string): Promise<DemoAssets> {
  const some = async (type: string) =>
    spread((await client.queryEntities({ type, tenant, context, format: 'simplified', limit: MOST })).entities);
  const [lamps, cabinets, containers] = await Promise.all(
    ['Streetlight', 'StreetlightControlCabinet', 'WasteContainer'].map(some),
  );
  return { lamps: lamps ?? [], cabinets: cabinets ?? [], containers: containers ?? [] };
}

function spread(entities: readonly Entity[]): Entity[] {
  const step = Math.max(1, Math.floor(entities.length / ENOUGH));
  return entities.filter((_, index) => index % step === 0);
}

async function putWorkOrders(parts: AlarmParts, actor: Actor, assets: DemoAssets, now: Date): Promise<void> {
  const orders = demoWorkOrders(assets, now);
  const known = await loadRecords(
    parts.db,
    actor.tenant,
    parts.workOrders.name,
    orders.map(({ given }) => given.id),
  );
  for (const { given, acts } of orders) {
    if (!known.has(given.id)) await makeWorkOrder(parts, actor, given);
    else if ((await readJournal(parts.db, actor.tenant, given.id)).length > acts.length) continue;
    for (const [index, act] of acts.entries())
      await actOnWorkOrder(parts, actor, given.id, act, { key: `demo-${index}` });
  }
}
