import { refused } from '@alzette/kit/problems';
import { DateTime } from 'luxon';
import type { Roster } from '../contract/contract.ts';

/** What a schema can't say. @throws Problem 400: names the member */
export function checkRoster({ timeZone, exceptions = [] }: Roster): void {
  if (timeZone !== undefined && !DateTime.utc().setZone(timeZone).isValid) {
    throw refused('timeZone', timeZone, 'a time zone such as Europe/Paris');
  }
  for (const [index, { from, to }] of exceptions.entries()) {
    if (Date.parse(from) >= Date.parse(to)) throw refused(`exceptions.${index}.to`, to, `a time after ${from}`);
  }
}

/** A period during which one recipient is on call. */
export interface Turn {
  readonly recipient: string;
  readonly from: Date;
  readonly to: Date;
}

/** Who is on call at an instant; undefined before the first turn. */
export function onCall(roster: Roster, at: Date, timeZone: string): Turn | undefined {
  const exception = exceptionAt(roster, at);
  if (exception !== undefined) return exception;
  return turnAt(roster, at, timeZone);
}

/** The turns of a period in order, interrupted by exceptions. */
export function turnsBetween(roster: Roster, from: Date, to: Date, timeZone: string): Turn[] {
  const turns: Turn[] = [];
  for (let at = from; at < to; ) {
    const turn = onCall(roster, at, timeZone);
    const end = new Date(Math.min(nextChange(roster, turn, at, timeZone), to.getTime()));
    const last = turns.at(-1);
    if (turn === undefined) at = end;
    else if (last?.recipient === turn.recipient && last.to.getTime() === at.getTime()) {
      turns[turns.length - 1] = { ...last, to: end };
    } else turns.push({ recipient: turn.recipient, from: at, to: end });
    at = end;
  }
  return turns;
}

function exceptionAt({ exceptions = [] }: Roster, at: Date): Turn | undefined {
  const found = exceptions.find(({ from, to }) => Date.parse(from) <= at.getTime() && at.getTime() < Date.parse(to));
  return found && { recipient: found.recipient, from: new Date(found.from), to: new Date(found.to) };
}

/** Turns are counted in calendar days, so that a handover keeps its local time when clocks change. */
function turnAt(roster: Roster, at: Date, timeZone: string): Turn | undefined {
  const { days, members } = roster;
  const zone = roster.timeZone ?? timeZone;
  const local = DateTime.fromJSDate(at, { zone });
  const first = DateTime.fromISO(roster.start, { zone });
  const today = at >= handoverOn(roster, local).toJSDate() ? local : local.minus({ days: 1 });
  const passed = Math.round(today.startOf('day').diff(first.startOf('day'), 'days').days);
  if (passed < 0) return undefined;
  const turn = Math.floor(passed / days);
  return {
    recipient: members[turn % members.length] as string, // a roster has at least one member
    from: handoverOn(roster, first.plus({ days: turn * days })).toJSDate(),
    to: handoverOn(roster, first.plus({ days: (turn + 1) * days })).toJSDate(),
  };
}

function handoverOn({ handover }: Roster, day: DateTime): DateTime {
  const [hour, minute] = handover.split(':').map(Number);
  return day.set({ hour, minute, second: 0, millisecond: 0 });
}

function nextChange(roster: Roster, turn: Turn | undefined, at: Date, timeZone: string): number {
  const starts = (roster.exceptions ?? []).map(({ from }) => Date.parse(from)).filter((from) => from > at.getTime());
  const zone = roster.timeZone ?? timeZone;
  const first = handoverOn(roster, DateTime.fromISO(roster.start, { zone })).toMillis();
  return Math.min(turn?.to.getTime() ?? (first > at.getTime() ? first : Number.MAX_SAFE_INTEGER), ...starts);
}
