import { isJsonObject } from '@alzette/ngsi-ld-schemas/json';
import { InvalidInput } from '../input/invalid-input.ts';
import { optional, readDate, readList, readNumber, readObject, readText, readWhole, within } from '../input/read.ts';
import type { Calendar, CalendarRule } from './calendar.ts';
import { readNightTime, writeNightTime } from './night-time.ts';
import type { Programme, Slot } from './programme.ts';

const SHARE = { min: 0, max: 1 };
const MAX_SLOTS = 24;
const MAX_RULES = 400;
const MAX_DATES = 400;
const MAX_PROGRAMMES = 50;

/**
 * Reads `{ "level": 1, "slots": [{ "from": "21:00", "to": "05:30", "level": 0.5 }] }`.
 *
 * @throws InvalidInput
 */
export function readProgramme(value: unknown, member: string): Programme {
  const { level, slots } = readObject(value, member, ['level', 'slots']);
  return {
    level: readNumber(level, within(member, 'level'), SHARE),
    slots: optional(slots, [], (given) => readList(given, within(member, 'slots'), { max: MAX_SLOTS }, readSlot)),
  };
}

/** A programme in the format of requests. */
export function writeProgramme({ level, slots }: Programme): object {
  return {
    level,
    slots: slots.map(({ from, to, ...rest }) => ({ from: writeNightTime(from), to: writeNightTime(to), ...rest })),
  };
}

function readSlot(value: unknown, member: string): Slot {
  const { from, to, level, presence } = readObject(value, member, ['from', 'to', 'level', 'presence']);
  const slot = {
    from: readNightTime(from, within(member, 'from')),
    to: readNightTime(to, within(member, 'to')),
    level: readNumber(level, within(member, 'level'), SHARE),
  };
  if (from === to) throw new InvalidInput(within(member, 'to'), to, `a time other than that of "from"`);
  if (presence === undefined) return slot;
  const at = within(member, 'presence');
  const given = readObject(presence, at, ['level', 'share']);
  return {
    ...slot,
    presence: {
      level: readNumber(given.level, within(at, 'level'), SHARE),
      share: readNumber(given.share, within(at, 'share'), SHARE),
    },
  };
}

/** `programmes` by name, or one `programme`. @throws InvalidInput */
export function readProgrammes(
  { programme, programmes }: Readonly<Record<string, unknown>>,
  member = 'body',
): Readonly<Record<string, Programme>> {
  const at = within(member, programmes === undefined ? 'programme' : 'programmes');
  if (programmes === undefined) return { programme: readProgramme(programme, at) };
  if (programme !== undefined) {
    throw new InvalidInput(within(member, 'programme'), programme, 'either "programme" or "programmes"');
  }
  const entries = isJsonObject(programmes) ? Object.entries(programmes) : [];
  if (entries.length === 0 || entries.length > MAX_PROGRAMMES) {
    throw new InvalidInput(at, programmes, `an object of 1 to ${MAX_PROGRAMMES} programmes by name`);
  }
  return Object.fromEntries(
    entries.map(([name, value]) => [readText(name, at), readProgramme(value, within(at, name))]),
  );
}

/** @throws InvalidInput: also for a rule with a missing programme */
export function readCalendar(value: unknown, member: string, programmes: readonly string[]): Calendar {
  const { rules, defaultProgramme } = readObject(value, member, ['rules', 'defaultProgramme']);
  const readName = (name: unknown, at: string): string => {
    if (typeof name !== 'string' || !programmes.includes(name)) {
      throw new InvalidInput(at, name, `a programme: ${programmes.join(', ')}`);
    }
    return name;
  };
  return {
    rules: optional(rules, [], (given) =>
      readList(given, within(member, 'rules'), { max: MAX_RULES }, (rule, at) => readRule(rule, at, readName)),
    ),
    defaultProgramme: readName(defaultProgramme, within(member, 'defaultProgramme')),
  };
}

function readRule(value: unknown, member: string, readName: (name: unknown, at: string) => string): CalendarRule {
  const { name, from, to, weekdays, dates, zones, programme } = readObject(value, member, [
    'name',
    'from',
    'to',
    'weekdays',
    'dates',
    'zones',
    'programme',
  ]);
  const [first, last] = [readDay(from, within(member, 'from')), readDay(to, within(member, 'to'))];
  if (first !== undefined && last !== undefined && first.length !== last.length) {
    throw new InvalidInput(within(member, 'to'), to, `a day in the format of "from" (${first})`);
  }
  const at = (part: string) => within(member, part);
  return {
    ...(name === undefined ? {} : { name: readText(name, at('name')) }),
    ...(first === undefined ? {} : { from: first }),
    ...(last === undefined ? {} : { to: last }),
    ...(weekdays === undefined
      ? {}
      : {
          weekdays: readList(weekdays, at('weekdays'), { min: 1, max: 7 }, (day, d) =>
            readWhole(day, d, { min: 1, max: 7 }),
          ),
        }),
    ...(dates === undefined ? {} : { dates: readList(dates, at('dates'), { min: 1, max: MAX_DATES }, readDate) }),
    ...(zones === undefined
      ? {}
      : { zones: readList(zones, at('zones'), { min: 1, max: MAX_DATES }, (z, d) => readText(z, d)) }),
    programme: readName(programme, at('programme')),
  };
}

const YEARLY = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

function readDay(value: unknown, member: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && YEARLY.test(value)) return value;
  if (typeof value === 'string' && value.length === 'YYYY-MM-DD'.length) return readDate(value, member);
  throw new InvalidInput(member, value, 'a day of every year such as 12-24, or of one such as 2025-12-24');
}
