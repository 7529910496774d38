import type { LampCategory, LegalFinding } from '../contract/contract.ts';
import type { NightTime } from '../programmes/night-time.ts';
import type { BurningWindow, Programme } from '../programmes/programme.ts';

interface Checked {
  readonly category: LampCategory;
  readonly window: BurningWindow;
  readonly programmes: Readonly<Record<string, Programme>>;
  readonly colourTemperatures: readonly { readonly kelvin: number; readonly count: number }[];
  readonly closing?: number;
}

export const WARMEST_ALLOWED = 3000;
const ONE_O_CLOCK = 60;
const DAY = 24 * 60;
/** Minutes after closing at which light must be off; for heritage, parks and buildings at 01:00 at the latest. */
const OFF_AFTER_CLOSING: Partial<Record<LampCategory, number>> = { a: 60, b: 60, d: 60, e: 120, g: 60 };

/**
 * Checks lamps and programmes by the order of 27 December 2018 (JORF n°0300, NOR TREP1831126A): article 2 on times,
 * article 3 on colour temperature. The result shows what to check; exceptions of the prefect and the mayor are not
 * known.
 */
export function checkLaw(checked: Checked): LegalFinding[] {
  return [...checkColour(checked), ...checkOn(checked), ...checkOff(checked)];
}

function checkColour({ category, colourTemperatures }: Checked): LegalFinding[] {
  if (!['a', 'd', 'e'].includes(category)) return [];
  const lamps = colourTemperatures
    .filter(({ kelvin }) => kelvin > WARMEST_ALLOWED)
    .reduce((n, { count }) => n + count, 0);
  if (lamps === 0) return [];
  const detail = `${lamps} lamps have a colour temperature above ${WARMEST_ALLOWED} K`;
  return [{ rule: 'colourTemperature', article: 'article 3', lamps, detail }];
}

function checkOn({ category, window }: Checked): LegalFinding[] {
  const { on } = window;
  const isEarly = on.kind === 'sun' && on.event === 'sunset' && on.offsetMinutes < 0;
  if (!isEarly || !['b', 'd', 'e'].includes(category)) return [];
  const detail = `the lamps go on ${-on.offsetMinutes} minutes before sunset, expected at sunset at the earliest`;
  return [{ rule: 'onBeforeSunset', article: 'article 2', detail }];
}

function checkOff({ category, programmes, closing }: Checked): LegalFinding[] {
  const delay = OFF_AFTER_CLOSING[category];
  const latest = category === 'b' || category === 'd' ? ONE_O_CLOCK : undefined;
  if (delay === undefined || (closing === undefined && latest === undefined)) return [];
  const afterClosing = closing === undefined ? undefined : nightMinutes((closing + delay) % DAY);
  const due = Math.min(afterClosing ?? Infinity, latest === undefined ? Infinity : nightMinutes(latest));
  return Object.entries(programmes)
    .filter(([, programme]) => !isOffFrom(programme, due))
    .map(([programme]) => {
      const detail = `the programme does not put the lamps out at ${clock(due)}, as category ${category} has to be`;
      return { rule: 'offInTheNight', article: 'article 2', programme, detail };
    });
}

/** Whether a slot of level 0 begins by then and lasts until the morning. */
function isOffFrom({ level, slots }: Programme, due: number): boolean {
  if (level === 0 && slots.length === 0) return true;
  return slots.some(
    (slot) =>
      slot.level === 0 && clockMinutes(slot.from, 0) <= due && clockMinutes(slot.to, 2 * DAY) >= EARLIEST_MORNING,
  );
}

/** 05:00, in minutes since noon. */
const EARLIEST_MORNING = 17 * 60;

/** Minutes since noon. A solar time counts as before or after all others. */
function clockMinutes(time: NightTime, ofTheSun: number): number {
  return time.kind === 'clock' ? nightMinutes(time.minutes) : ofTheSun;
}

function nightMinutes(minutes: number): number {
  return (minutes + DAY / 2) % DAY;
}

function clock(sinceNoon: number): string {
  const minutes = (sinceNoon + DAY / 2) % DAY;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
