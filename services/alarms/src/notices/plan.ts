import { Duration } from 'luxon';
import { type Alarm, isNotified } from '../alarm/alarm.ts';
import type { Escalation } from '../contract/contract.ts';
import type { NotifyAction, RuleAction } from '../ports.ts';
import type { Due } from './due.ts';
import { isFor, stepsOf } from './escalation.ts';

/** Work that a change of an alarm makes due, and the keys of planned work that it cancels. */
export interface Plan {
  readonly dues: readonly Omit<Due, 'tenant'>[];
  readonly cancelled: readonly string[];
  /** The keys of planned work that it cancels unless a process has begun it. */
  readonly overtaken: readonly string[];
}

/** Cleared alarms are closed after this time. */
const CLOSE_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * What follows from a change of an alarm: notices now and later, the end of a shelving, and the closing.
 *
 * @param at when it changed
 */
export function planFor(before: Alarm | undefined, after: Alarm, at: Date, escalations: readonly Escalation[]): Plan {
  const dues: Omit<Due, 'tenant'>[] = [];
  const cancelled: string[] = [];
  const isWithdrawn = after.withdrawn === true && before !== undefined && before.withdrawn !== true;
  const withdrawal = isWithdrawn ? withdrawalOf(after, at, escalations) : undefined;
  if (withdrawal !== undefined) dues.push(...withdrawal.dues);
  const isNewEpisode =
    isNotified(after) && (before === undefined || !isNotified(before) || before.episode !== after.episode);
  if (isNewEpisode) dues.push(...noticesOf(after, 'raise', at, escalations));
  const isCleared = before !== undefined && before.condition === 'active' && after.condition === 'cleared';
  // A recipient that was not notified of the alarm is not notified of its end.
  if (isCleared && before.suppression === undefined && !after.withdrawn)
    dues.push(...noticesOf(after, 'clear', at, escalations));

  if (after.shelvedUntil !== undefined && after.shelvedUntil !== before?.shelvedUntil) {
    dues.push({
      key: unshelveKey(after),
      record: after.id,
      at: new Date(after.shelvedUntil),
      work: { kind: 'unshelve' },
    });
  } else if (after.shelvedUntil === undefined && before?.shelvedUntil !== undefined) cancelled.push(unshelveKey(after));

  const isWaitingToClose = after.condition === 'cleared' && after.closedAt === undefined;
  if (isWaitingToClose && before?.condition !== 'cleared') {
    dues.push({
      key: closeKey(after),
      record: after.id,
      at: new Date(at.getTime() + CLOSE_AFTER_MS),
      work: { kind: 'close' },
    });
  } else if (!isWaitingToClose && before?.condition === 'cleared') cancelled.push(closeKey(after));
  return { dues, cancelled, overtaken: withdrawal?.overtaken ?? [] };
}

/** What takes back the notices and work orders of a condition that never existed. */
function withdrawalOf(alarm: Alarm, at: Date, escalations: readonly Escalation[]): Pick<Plan, 'dues' | 'overtaken'> {
  const since = alarm.conditionSince ?? alarm.episode;
  const episodes = Array.from({ length: alarm.episode - since + 1 }, (_, n) => ({ ...alarm, episode: since + n }));
  const caused = episodes.flatMap((each) => noticesOf(each, 'raise', at, escalations));
  const own = { record: alarm.id, at };
  const prefix = `${alarm.id}#${alarm.episode}/withdraw`;
  const channels = Map.groupBy(caused, ({ work }) => (work.kind === 'notify' ? work.action.channel : undefined));
  const corrections = [...channels].flatMap(([channel, notices]) =>
    channel === undefined
      ? []
      : [
          {
            ...own,
            key: `${prefix}/${channel}`,
            work: { kind: 'correct' as const, channel, corrects: keysOf(notices) },
          },
        ],
  );
  const orders = caused
    .filter(({ work }) => work.kind === 'workOrder')
    .map(({ key }) => ({ ...own, key: `${prefix}/order/${key}`, work: { kind: 'cancelOrder' as const, of: key } }));
  return { dues: [...corrections, ...orders], overtaken: keysOf(caused) };
}

function keysOf(dues: readonly Omit<Due, 'tenant'>[]): string[] {
  return dues.map(({ key }) => key);
}

function noticesOf(alarm: Alarm, occasion: 'raise' | 'clear', at: Date, escalations: readonly Escalation[]) {
  const steps = escalations.filter((each) => isFor(each, alarm)).flatMap((each) => stepsOf(each, occasion));
  const actions: RuleAction[] = [...alarm.actions.filter(({ on }) => on === occasion), ...steps];
  return actions.map(
    (action, index): Omit<Due, 'tenant'> => ({
      key: `${alarm.id}#${alarm.episode}/${occasion}/${index}`,
      record: alarm.id,
      at: new Date(at.getTime() + (action.after === undefined ? 0 : Duration.fromISO(action.after).toMillis())),
      work:
        action.type === 'workOrder'
          ? { kind: 'workOrder', action, episode: alarm.episode }
          : { kind: 'notify', action, occasion, episode: alarm.episode },
    }),
  );
}

/** Whether a delayed step must still be sent. */
export function isStillWanted(
  alarm: Alarm,
  occasion: 'raise' | 'clear',
  episode: number,
  unless: NotifyAction['unless'],
) {
  if (alarm.episode !== episode) return false;
  if (occasion === 'clear') return alarm.condition === 'cleared';
  if (!isNotified(alarm)) return false;
  return !(unless === 'acknowledged' && alarm.acknowledgedAt !== undefined);
}

function unshelveKey({ id }: Alarm): string {
  return `${id}#unshelve`;
}

function closeKey({ id }: Alarm): string {
  return `${id}#close`;
}
