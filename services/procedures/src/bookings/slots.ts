import { holidaysOfDepartment, publicHolidays } from '@alzette/kit/calendar';
import type { TerritoryInfo } from '@alzette/kit/service';
import { DateTime } from 'luxon';
import type { Resource } from '../contract/contract.ts';

/** A slot by the rules of a resource. Its id says its resource and its local start, so it is the same whenever it is asked for. */
export interface RuledSlot {
  readonly id: string;
  readonly from: Date;
  readonly to: Date;
}

type Where = Pick<TerritoryInfo, 'timeZone' | 'communes' | 'country'>;

/** The slots of a resource that can be booked now, between two local days, both included. */
export function slotsOf(
  id: string,
  resource: Resource,
  territory: Where,
  { from, to, now }: { readonly from: string; readonly to: string; readonly now: Date },
): RuledSlot[] {
  const zone = territory.timeZone;
  const earliest = now.getTime() + resource.noticeHours * 3_600_000;
  const last = DateTime.fromJSDate(now, { zone }).plus({ days: resource.aheadDays }).toISODate() ?? '';
  const today = DateTime.fromJSDate(now, { zone }).toISODate() ?? '';
  const slots: RuledSlot[] = [];
  const end = to < last ? to : last;
  for (
    let day = DateTime.fromISO(from > today ? from : today, { zone });
    (day.toISODate() ?? '') <= end;
    day = day.plus({ days: 1 })
  ) {
    if (!isOpenOn(resource, territory, day)) continue;
    for (const { days, from: opens, to: closes } of resource.opening) {
      if (days.includes(day.weekday)) slots.push(...cut(id, day, { opens, closes, minutes: resource.slotMinutes }));
    }
  }
  return slots.filter((slot) => slot.from.getTime() >= earliest).sort((a, b) => a.from.getTime() - b.from.getTime());
}

/** The slot with this id, if it can be booked now. */
export function slotOfId(
  id: string,
  resource: Resource,
  territory: Where,
  slot: string,
  now: Date,
): RuledSlot | undefined {
  const day = /^.+\.(\d{4})(\d{2})(\d{2})T\d{4}$/.exec(slot)?.slice(1).join('-');
  if (day === undefined) return undefined;
  return slotsOf(id, resource, territory, { from: day, to: day, now }).find((each) => each.id === slot);
}

function isOpenOn({ closedOn = [], isOpenOnHolidays, commune }: Resource, { communes }: Where, day: DateTime): boolean {
  const date = day.toISODate() ?? '';
  if (closedOn.includes(date)) return false;
  if (isOpenOnHolidays) return true;
  const department = (communes.find(({ slug }) => slug === commune) ?? communes[0])?.department;
  return !publicHolidays(holidaysOfDepartment(department), day.year).has(date.slice(5));
}

function cut(
  id: string,
  day: DateTime,
  { opens, closes, minutes }: { readonly opens: string; readonly closes: string; readonly minutes: number | undefined },
): RuledSlot[] {
  const at = (time: string) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    return day.set({ hour, minute });
  };
  const end = at(closes);
  const slots: RuledSlot[] = [];
  for (let start = at(opens); start < end; ) {
    const next = minutes === undefined ? end : start.plus({ minutes });
    if (next > end) break;
    slots.push({ id: `${id}.${start.toFormat("yyyyMMdd'T'HHmm")}`, from: start.toJSDate(), to: next.toJSDate() });
    start = next;
  }
  return slots;
}
