import type { Slot, SunClock } from '@alzette/lighting/contract';

export interface Step {
  /** Minutes since noon. */
  readonly from: number;
  readonly to: number;
  /** 0 to 1. */
  readonly level: number;
}

const DAY = 24 * 60;
const NOON = DAY / 2;
const MAX_OFFSET = 6 * 60;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;
const SUN = /^(sunset|civilDusk|civilDawn|sunrise)(?:([+-])([01]\d|2[0-3]):([0-5]\d))?$/;

/** Minutes since noon of `21:00` or `sunset+00:30`. Undefined: not (yet) a valid time of a night. */
export function minutesOf(text: string, sun: SunClock): number | undefined {
  const clock = CLOCK.exec(text);
  if (clock) return (Number(clock[1]) * 60 + Number(clock[2]) + NOON) % DAY;
  const [, event] = SUN.exec(text) ?? [];
  const at = event === undefined ? undefined : sun[event as keyof SunClock]; // the pattern matched
  const base = at === undefined ? undefined : minutesOf(at, sun);
  return base === undefined ? undefined : base + offsetOf(text);
}

/**
 * The time shifted by some minutes. A time relative to the sun keeps its event, and its offset changes up to six hours.
 */
export function movedBy(text: string, minutes: number, sun: SunClock): string {
  const [, event] = SUN.exec(text) ?? [];
  if (event !== undefined) {
    const offset = Math.min(Math.max(offsetOf(text) + minutes, -MAX_OFFSET), MAX_OFFSET);
    return offset === 0 ? event : `${event}${offset < 0 ? '-' : '+'}${clockOf(Math.abs(offset))}`;
  }
  const at = minutesOf(text, sun);
  return at === undefined ? text : clockOf((at + minutes + NOON + DAY) % DAY);
}

/**
 * The levels over the night: the base level from on to off, overridden by the slots. The last of overlapping slots
 * wins.
 */
export function stepsOf(
  { on, off, level, slots }: { on: string; off: string; level: number; slots: readonly Slot[] },
  sun: SunClock,
): Step[] {
  const [start, end] = [minutesOf(on, sun), minutesOf(off, sun)];
  if (start === undefined || end === undefined || end <= start) return [];
  const spans = slots.flatMap((slot) => {
    const [from, to] = [minutesOf(slot.from, sun), minutesOf(slot.to, sun)];
    return from === undefined || to === undefined || to <= from ? [] : [{ from, to, level: slot.level }];
  });
  const edges = [start, end, ...spans.flatMap(({ from, to }) => [from, to])]
    .filter((at) => at >= start && at <= end)
    .sort((a, b) => a - b);
  const steps: Step[] = [];
  for (const [i, from] of edges.entries()) {
    const to = edges[i + 1];
    if (to === undefined || to === from) continue;
    const span = spans.findLast((each) => each.from <= from && each.to >= to);
    steps.push({ from, to, level: span?.level ?? level });
  }
  return steps;
}

function offsetOf(text: string): number {
  const [, , sign, hours = '0', minutes = '0'] = SUN.exec(text) ?? [];
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

function clockOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
