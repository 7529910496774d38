import { DateTime } from 'luxon';
import { SEVERITIES, type Severity } from '../notice.ts';

/** When a recipient wants to hear of what. */
export interface Wishes {
  /** Local hours in which only what is at least so severe is told; default `critical`. */
  readonly quiet?: { readonly from: string; readonly to: string; readonly except?: Severity };
  /** What is less severe comes together at these local times. */
  readonly digest?: { readonly below: Severity; readonly at: readonly string[] };
  /** Most messages in an hour; what is beyond comes together later. What is critical always comes. */
  readonly mostAnHour?: number;
}

type HoldReason = 'quietHours' | 'digest' | 'limit';

export interface Hold {
  readonly until: Date;
  readonly reason: HoldReason;
}

/** Until when a message has to wait, by what its recipient wishes; undefined: it need not. */
export function holdOf({ quiet, digest }: Wishes, severity: Severity, at: Date, timeZone: string): Hold | undefined {
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
 * Until when a message has to wait for its recipient has had so many within the hour.
 *
 * @param sent when messages went to them within the last hour, the earliest first
 */
export function limitHold({ mostAnHour }: Wishes, severity: Severity, sent: readonly Date[]): Hold | undefined {
  if (mostAnHour === undefined || severity === 'critical' || sent.length < mostAnHour) return undefined;
  const earliest = sent[sent.length - mostAnHour] as Date; // there are as many
  return { until: new Date(earliest.getTime() + 60 * 60_000), reason: 'limit' };
}

function isBelow(severity: Severity, bound: Severity): boolean {
  return SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(bound);
}

/** The next time, after now, that a clock there shows it. */
function next(now: DateTime, time: string): DateTime {
  const [hour, minute] = time.split(':').map(Number);
  const today = now.set({ hour, minute, second: 0, millisecond: 0 });
  return today > now ? today : today.plus({ days: 1 }).set({ hour, minute });
}
