import { Problem } from '@alzette/kit/problems';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import { actOnAlarm } from './actions/act-on-alarm.ts';
import type { Alarm } from './alarm/alarm.ts';
import { doDueWork, isUnderWay, type TakenDue } from './notices/due.ts';
import { correctionOf, noticeOf } from './notices/notice.ts';
import { isStillWanted } from './notices/plan.ts';
import type { AlarmParts } from './parts.ts';
import type { Actor } from './records/perform.ts';
import { loadRecords } from './records/records.ts';
import { cancelWorkOrderOfRule, makeWorkOrderOfRule } from './work-orders/make.ts';

const AT_ONCE = 50;
const MAX_REFUSALS = 10;
/** How long a correction waits while what it corrects may still be sent. */
const LATER_MS = 2_000;
/** The service's name in the audit, for acts without a person. */
const SERVICE = 'service:alarms';

/** Does due work. @returns how much was taken; if it is more than 0, there may be more */
export function runDue(parts: AlarmParts): Promise<number> {
  const tell = (err: unknown, due: string) => parts.logger.error({ err, due }, 'a scheduled action failed');
  const work = (due: TakenDue) =>
    doWork(parts, due).catch((error: unknown) => {
      const until = afterRefusal(due, error);
      tell(error, due.key);
      return until;
    });
  return doDueWork(parts.db, AT_ONCE, work, tell);
}

/**
 * A refusal may only be premature: the entity of an alarm is written after its record. @returns as {@link doWork}
 *
 * @throws the error, if it is none: the work is taken again in a minute
 */
function afterRefusal({ attempts }: TakenDue, error: unknown): Date | undefined {
  const isKnown = error instanceof Problem || error instanceof NgsiLdClientError;
  if (!isKnown || error.status >= 500) throw error;
  return attempts < MAX_REFUSALS ? new Date(Date.now() + attempts * 2_000) : undefined;
}

/** @returns the time until which the work must wait */
async function doWork(parts: AlarmParts, { tenant, key, record, work }: TakenDue): Promise<Date | undefined> {
  const alarm = (await loadRecords<Alarm>(parts.db, tenant, parts.alarms.name, [record])).get(record)?.state;
  if (alarm === undefined) return undefined;
  const actor: Actor = { tenant, client: parts.client, name: SERVICE };
  switch (work.kind) {
    case 'unshelve':
      // The alarm may have been shelved for longer in the meantime.
      if (alarm.shelvedUntil === undefined || new Date(alarm.shelvedUntil) > new Date()) return undefined;
      await actOnAlarm(parts, actor, record, { act: 'unshelve' });
      return undefined;
    case 'close':
      if (alarm.condition === 'cleared') await actOnAlarm(parts, actor, record, { act: 'close' });
      return undefined;
    case 'correct': {
      if (await isUnderWay(parts.db, tenant, work.corrects)) return new Date(Date.now() + LATER_MS);
      await parts.notices.send(tenant, [correctionOf(alarm, work, key, parts.territories.publicUrl(tenant))]);
      return undefined;
    }
    case 'cancelOrder':
      if (await isUnderWay(parts.db, tenant, [work.of])) return new Date(Date.now() + LATER_MS);
      await cancelWorkOrderOfRule(parts, tenant, work.of, alarm);
      return undefined;
    default:
      break;
  }
  const { action, episode } = work;
  const occasion = work.kind === 'notify' ? work.occasion : 'raise';
  if (!isStillWanted(alarm, occasion, episode, action.unless)) return undefined;
  if (alarm.shelvedUntil !== undefined) return new Date(alarm.shelvedUntil);
  if (work.kind === 'workOrder') await makeWorkOrderOfRule(parts, tenant, key, alarm, work.action);
  else
    await parts.notices.send(tenant, [
      noticeOf(alarm, work.action, occasion, key, parts.territories.publicUrl(tenant)),
    ]);
  return undefined;
}
