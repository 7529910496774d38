import { DateTime } from 'luxon';
import { type Recipient, SEVERITIES, type Severity } from '../contract/contract.ts';

/** The preferences of a recipient: which messages are delivered when. */
export type Preferences = Pick<Recipient, 'quiet' | 'digest' | 'mostAnHour'>;

type HoldReason = 'quietHours' | 'digest' | 'limit';

export interface Hold {
  readonly until: Date;
  readonly reason: HoldReason;
}

/** Until when the recipient's preferences delay a message; undefined: no delay. */
export function holdOf(
  { quiet, digest }: Preferences,
  severity: Severity,
  at: Date,
  timeZone: string,
): Hold | undefined {
  const now = DateTime.fromJSDate(at, { zone: timeZone });
  if (digest !== undefined && isBelow(severity, digest.below)) {
    const until = DateTime.min(...digest.at.map((time) => next(now, time)));
    if (until !== undefined) return { until: until.toJSDate(), reason: 'digest' };
  }
  if (quiet === undefined || !isBelow(severity, quiet.except ?? 'critical')) return undefined;
  const end = next(now, quiet.to);
  // Within the quiet hours their end comes before their next beginning.
  return quiet.from !== quiet.to && end < next(now, quiet.from)
    ? { until: end.toJSDate(), reason: 'quietHours' }
    : undefined;
}

/**
 * Until when the hourly limit of the recipient delays a message.
 *
 * @param sent times of messages to them within the last hour, earliest first
 */
export function limitHold({ mostAnHour }: Preferences, severity: Severity, sent: readonly Date[]): Hold | undefined {
  if (mostAnHour === undefined || severity === 'critical' || sent.length < mostAnHour) return undefined;
  const earliest = sent[sent.length - mostAnHour] as Date; // the limit is reached, so it exists
  return { until: new Date(earliest.getTime() + 60 * 60_000), reason: 'limit' };
}

function isBelow(severity: Severity, bound: Severity): boolean {
  return SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(bound);
}

/** The next time, after now, at which a local clock shows `time`. */
function next(now: DateTime, time: string): DateTime {
  const [hour, minute] = time.split(':').map(Number);
  const today = now.set({ hour, minute, second: 0, millisecond: 0 });
  return today > now ? today : today.plus({ days: 1 }).set({ hour, minute });
}
