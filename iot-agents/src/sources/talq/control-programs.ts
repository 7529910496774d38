import type { JsonObject } from '../../frames/json-values.ts';
import { object, objects, text } from '../../frames/json-values.ts';
import { RegistryError } from '../../frames/registry-error.ts';

/** What a gateway says of its ControlService; absent limits are none. */
export interface ControlLimits {
  /** Hours after midnight at which its days begin: 0 or 12. */
  readonly dayOffset?: unknown;
  readonly maxProgramsPerCalendar?: unknown;
  readonly maxSwitchPointsPerProgram?: unknown;
}

interface Compiled {
  readonly programs: readonly object[];
  readonly calendar: object;
}

const NOON = 12 * 60;
const DAY = 24 * 60;
const CLOCK = /^(\d{2}):(\d{2})$/;
const SUN = /^(sunset|sunrise)(?:([+-])(\d{2}):(\d{2}))?$/;

/**
 * A lighting strategy as a calendar and control programmes of TALQ 2 (2.7.1, 4.4): its window is the active period, its
 * slots are fixed time controls.
 *
 * @throws RegistryError WRONG_SYNTAX: TALQ, or this gateway, can't say it
 */
export function compileStrategy(
  strategy: JsonObject,
  { calendar, owner, limits }: { readonly calendar: string; readonly owner: string; readonly limits: ControlLimits },
): Compiled {
  const named = Object.entries(object(strategy.programmes));
  const ids = new Map(named.map(([name], at) => [name, `${calendar}-${at + 1}`]));
  const period = activePeriod(text(strategy.on) ?? 'sunset', text(strategy.off) ?? 'sunrise');
  expectAtMost('programmes', named.length, limits.maxProgramsPerCalendar);
  const programs = named.map(([name, programme]) => {
    const controls = fixedControls(name, object(programme), period.endsAt);
    expectAtMost(`switching times of ${name}`, controls.length, limits.maxSwitchPointsPerProgram);
    return {
      type: 'ControlProgramOne',
      id: ids.get(name),
      ownerCMS: owner,
      activePeriods: [period.period],
      fixedTimeControls: controls,
    };
  });
  const programOf = (name: unknown) =>
    ids.get(text(name) ?? '') ??
    refuse(`the calendar names the programme ${JSON.stringify(name)}, expected a known one`);
  const { rules, defaultProgramme } = object(strategy.calendar);
  const told = objects(rules).flatMap((rule) => calendarRules(rule, programOf(rule.programme)));
  if (told.length > 0 && limits.dayOffset !== 12) {
    refuse('its days begin at midnight (dayOffset 0), so it has no programmes for single nights');
  }
  return {
    programs,
    calendar: { id: calendar, ownerCMS: owner, rules: told, defaultProgram: programOf(defaultProgramme) },
  };
}

/** `endsAt`: the minute at which lamps go off, where the period can't say it. */
function activePeriod(on: string, off: string): { readonly period: object; readonly endsAt?: number } {
  const [onAt, offAt] = [clockOf(on), clockOf(off)];
  const [dusk, dawn] = [offsetOf(on, 'sunset'), offsetOf(off, 'sunrise')];
  if (onAt !== undefined && offAt !== undefined) {
    return { period: { name: 'AbsoluteActivePeriod', startTime: hours(onAt), endTime: hours(offAt) } };
  }
  const untilDawn = { name: 'AstroClockActivePeriod', sunsetOffset: dusk, sunriseOffset: dawn ?? 0 };
  if (dusk !== undefined && dawn !== undefined) return { period: untilDawn };
  if (dusk !== undefined && offAt !== undefined) return { period: untilDawn, endsAt: offAt };
  return refuse(`it can't burn from ${on} to ${off}, expected two clock times, or sunset to sunrise or a clock time`);
}

/** The level from each minute at which it changes, in the order of a night. */
function fixedControls(name: string, programme: JsonObject, endsAt: number | undefined): object[] {
  const slots = objects(programme.slots).map(({ from, to, level, presence }) => {
    const [start, end] = [clockOf(text(from) ?? ''), clockOf(text(to) ?? '')];
    if (start === undefined || end === undefined) {
      return refuse(`the slot of ${name} from ${from} to ${to} follows the sun, expected clock times`);
    }
    if (presence !== undefined) return refuse(`the slot of ${name} from ${from} depends on presence, expected none`);
    return { start: sinceNoon(start), end: sinceNoon(end), level };
  });
  if (endsAt !== undefined) slots.push({ start: sinceNoon(endsAt), end: DAY, level: 0 });
  const edges = [...new Set([0, ...slots.flatMap(({ start, end }) => [start, end])])].filter((edge) => edge < DAY);
  const levels = edges
    .sort((a, b) => a - b)
    .map((edge) => ({
      edge,
      level: slots.findLast(({ start, end }) => start <= edge && edge < end)?.level ?? programme.level,
    }));
  return levels
    .filter(({ level }, at) => at === 0 || level !== levels[at - 1]?.level)
    .map(({ edge, level }) => ({
      startTime: hours((edge + NOON) % DAY),
      command: { state: { name: 'LevelState', value: Math.round(Number(level) * 100) } },
    }));
}

/** The first rule that matches applies, as in a strategy. A period over New Year is two. */
function calendarRules({ from, to, weekdays, dates, zones }: JsonObject, program: string): object[] {
  if (zones !== undefined) refuse('its calendar has rules for zones, which a calendar of TALQ has not');
  const days = Array.isArray(weekdays)
    ? { condition: { type: 'ccDay', days: weekdays.map((start) => ({ start })) } }
    : {};
  if (Array.isArray(dates)) {
    const isWithin = from !== undefined || to !== undefined || weekdays !== undefined;
    if (isWithin) refuse('a rule of its calendar has dates beside other conditions, expected dates alone');
    return dates.map((date) => ({ startDate: date, endDate: date, program }));
  }
  const [start, end] = [dayOf(from), dayOf(to)];
  if (start?.startsWith('--') && end?.startsWith('--') && start > end) {
    return [
      { startDate: start, endDate: '--12-31', ...days, program },
      { startDate: '--01-01', endDate: end, ...days, program },
    ];
  }
  return [{ ...(start && { startDate: start }), ...(end && { endDate: end }), ...days, program }];
}

/** A yearly day is `--MM-DD` in TALQ. */
function dayOf(day: unknown): string | undefined {
  const given = text(day);
  return given?.length === 'MM-DD'.length ? `--${given}` : given;
}

function clockOf(time: string): number | undefined {
  const [, hour, minute] = CLOCK.exec(time) ?? [];
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

/** Minutes after the event of the sun; undefined: another time. */
function offsetOf(time: string, event: 'sunset' | 'sunrise'): number | undefined {
  const [, name, sign, hour = '0', minute = '0'] = SUN.exec(time) ?? [];
  if (name !== event) return undefined;
  return (Number(hour) * 60 + Number(minute)) * (sign === '-' ? -1 : 1);
}

function sinceNoon(minutes: number): number {
  return (minutes + DAY - NOON) % DAY;
}

function hours(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`;
}

function expectAtMost(what: string, got: number, most: unknown): void {
  if (typeof most === 'number' && got > most) refuse(`it has ${got} ${what}, expected at most ${most}`);
}

function refuse(reason: string): never {
  throw new RegistryError('WRONG_SYNTAX', `the gateway can't run this strategy: ${reason}`);
}
