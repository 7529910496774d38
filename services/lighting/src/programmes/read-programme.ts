import { day as dayReader } from '@alzette/kit/contract';
import type { CalendarRule, Operation } from '../contract/contract.ts';
import { InvalidInput, within } from '../input/invalid-input.ts';
import type { Calendar } from './calendar.ts';
import { readNightTime, writeNightTime } from './night-time.ts';
import type { BurningWindow, Programme } from './programme.ts';

type ProgrammeDocument = NonNullable<Operation['programme']>;

/** Reads `{ "level": 1, "slots": [{ "from": "21:00", "to": "05:30", "level": 0.5 }] }`. @throws InvalidInput */
export function readProgramme({ level, slots = [] }: ProgrammeDocument, member: string): Programme {
  return {
    level,
    slots: slots.map(({ from, to, ...slot }, i) => {
      const at = within(within(member, 'slots'), i);
      if (from === to) throw new InvalidInput(within(at, 'to'), to, 'a time other than that of "from"');
      return { ...slot, from: readNightTime(from, within(at, 'from')), to: readNightTime(to, within(at, 'to')) };
    }),
  };
}

/** A programme in the format of requests. */
export function writeProgramme({ level, slots }: Programme) {
  return {
    level,
    slots: slots.map(({ from, to, ...rest }) => ({ from: writeNightTime(from), to: writeNightTime(to), ...rest })),
  };
}

/** From sunset to sunrise if nothing else is said. */
export function readWindow({ on = 'sunset', off = 'sunrise' }: Operation, member: string): BurningWindow {
  return { on: readNightTime(on, within(member, 'on')), off: readNightTime(off, within(member, 'off')) };
}

/** `programmes` by name, or one `programme`. @throws InvalidInput */
export function readProgrammes(
  { programme, programmes }: Operation,
  member: string,
): Readonly<Record<string, Programme>> {
  const at = within(member, 'programme');
  if (programmes === undefined) {
    if (programme === undefined) throw new InvalidInput(at, undefined, 'a programme with its level');
    return { programme: readProgramme(programme, at) };
  }
  if (programme !== undefined) throw new InvalidInput(at, programme, 'either "programme" or "programmes"');
  return Object.fromEntries(
    Object.entries(programmes).map(([name, value]) => [name, readProgramme(value, within(`${at}s`, name))]),
  );
}

/** Without one, the first programme always runs. @throws InvalidInput: also for a rule with a missing programme */
export function readCalendar({ calendar }: Operation, member: string, programmes: readonly string[]): Calendar {
  if (calendar === undefined) return { rules: [], defaultProgramme: programmes[0] as string }; // there is at least one
  const { rules = [], defaultProgramme } = calendar;
  const at = within(member, 'calendar');
  const checkName = (name: string, place: string): void => {
    if (!programmes.includes(name)) throw new InvalidInput(place, name, `a programme: ${programmes.join(', ')}`);
  };
  checkName(defaultProgramme, within(at, 'defaultProgramme'));
  for (const [i, rule] of rules.entries()) {
    const place = within(within(at, 'rules'), i);
    checkDays(rule, place);
    checkName(rule.programme, within(place, 'programme'));
  }
  return { rules, defaultProgramme };
}

const DAY = dayReader();

function checkDays({ from, to }: CalendarRule, member: string): void {
  for (const [name, day] of Object.entries({ from, to })) {
    if (day?.length === 'YYYY-MM-DD'.length && DAY.parse(day) === undefined)
      throw new InvalidInput(within(member, name), day, DAY.expected);
  }
  if (from !== undefined && to !== undefined && from.length !== to.length)
    throw new InvalidInput(within(member, 'to'), to, `a day in the format of "from" (${from})`);
}
