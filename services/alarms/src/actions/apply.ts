import type { Queryable } from '@alzette/kit/database';
import type { Alarm } from '../alarm/alarm.ts';
import { applyRuleAct } from '../alarm/rule-acts.ts';
import { serviceLevels } from '../alarm/service-levels.ts';
import type { Escalation, ServiceLevels } from '../contract/contract.ts';
import { cancelUntaken, cancelWork, planWork } from '../notices/due.ts';
import { listEscalations } from '../notices/escalation.ts';
import { planFor } from '../notices/plan.ts';
import type { AlarmParts } from '../parts.ts';
import type { AlarmAct, AlarmPort } from '../ports.ts';
import { appendEntries } from '../records/journal.ts';
import { lockRecords, saveRecords } from '../records/records.ts';
import { type Change, writeEntities } from '../records/write-entities.ts';

// Acts on a new alarm find no row to lock, so calls of one tenant run one after the other.
const LOCK_TENANT = `SELECT pg_advisory_xact_lock(hashtextextended('alarms.apply ' || $1, 0))`;
const REMEMBER = `
  INSERT INTO alarms.applied_act (tenant, id) SELECT $1, unnest($2::text[]) ON CONFLICT (tenant, id) DO NOTHING RETURNING id`;

/** The port through which rules raise, update, suppress and clear alarms. */
export function alarmPort(parts: AlarmParts): AlarmPort {
  return {
    async apply(tenant, acts) {
      if (acts.length === 0) return;
      const changes = await parts.db.transaction((tx) => applyIn(tx, parts, tenant, acts));
      // The acts are stored at this point. An entity that can't be written now is written later.
      await writeEntities(parts, parts.alarms, tenant, changes).catch((cause: unknown) =>
        parts.logger.error({ err: cause }, 'could not write entities of alarms; will retry'),
      );
      parts.wake();
    },
  };
}

async function applyIn(
  tx: Queryable,
  { alarms, logger }: AlarmParts,
  tenant: string,
  acts: readonly AlarmAct[],
): Promise<Change<Alarm>[]> {
  await tx.query({ text: LOCK_TENANT, values: [tenant] });
  const { rows } = await tx.query<{ id: string }>({ text: REMEMBER, values: [tenant, acts.map(({ id }) => id)] });
  const fresh = new Set(rows.map(({ id }) => id));
  const open = acts.filter(({ id }) => fresh.delete(id)); // drops repeated ids within one call
  if (open.length === 0) return [];

  const before = await lockRecords<Alarm>(tx, tenant, alarms.name, [...new Set(open.map(({ alarm }) => alarm))]);
  const levels = await serviceLevels(tx, tenant);
  const escalations = await listEscalations(tx, tenant);
  const after = fold(open, new Map([...before].map(([id, { state }]) => [id, state])), levels);
  if (after.unknown > 0) logger.warn({ tenant, acts: after.unknown }, 'acts refer to alarms that were never raised');

  const kept = await saveRecords(tx, tenant, alarms.name, [...after.alarms.values()]);
  const entries = after.steps.map(({ alarm, act }) => ({
    record: act.alarm,
    at: new Date(act.at),
    actor: alarm.rule?.id ?? alarm.source,
    act: act.kind,
    detail: detailOf(act),
  }));
  await appendEntries(tx, tenant, entries);
  await planAll(tx, tenant, after.steps, escalations);
  return [...kept.values()].map((record) => {
    const earlier = before.get(record.id)?.state;
    return { after: record, ...(earlier !== undefined && { before: earlier }) };
  });
}

interface Step {
  readonly act: AlarmAct;
  readonly earlier: Alarm | undefined;
  readonly alarm: Alarm;
}

interface Folded {
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly steps: readonly Step[];
  /** The number of acts on alarms that don't exist. */
  readonly unknown: number;
}

function fold(acts: readonly AlarmAct[], known: ReadonlyMap<string, Alarm>, levels: ServiceLevels): Folded {
  const alarms = new Map<string, Alarm>();
  const steps: Step[] = [];
  for (const act of acts) {
    const earlier = alarms.get(act.alarm) ?? known.get(act.alarm);
    const alarm = applyRuleAct(earlier, act, levels);
    if (alarm === undefined) continue;
    alarms.set(act.alarm, alarm);
    steps.push({ act, earlier, alarm });
  }
  return { alarms, steps, unknown: acts.length - steps.length };
}

async function planAll(tx: Queryable, tenant: string, steps: readonly Step[], escalations: readonly Escalation[]) {
  // Plans are made for the present time, even if the act happened long ago.
  const now = new Date();
  const plans = steps.map(({ earlier, alarm }) => planFor(earlier, alarm, now, escalations));
  const dues = new Map(plans.flatMap((plan) => plan.dues).map((due) => [due.key, due]));
  for (const { cancelled } of plans) for (const key of cancelled) dues.delete(key);
  for (const { overtaken } of plans) for (const key of overtaken) dues.delete(key);
  await planWork(tx, tenant, [...dues.values()]);
  await cancelUntaken(
    tx,
    tenant,
    plans.flatMap(({ overtaken }) => overtaken),
  );
  await cancelWork(
    tx,
    tenant,
    plans.flatMap(({ cancelled }) => cancelled),
  );
}

function detailOf({ reason, by, details, evidence }: AlarmAct) {
  return {
    ...(reason !== undefined && { reason }),
    ...(by !== undefined && { by }),
    ...(details && { severity: details.severity }),
    ...(evidence && { condition: evidence.condition }),
  };
}
