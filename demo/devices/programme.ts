import { daysAfter, instantOf, type LevelStep, nightOf, promiseOf, type Site, type Strategy } from '@alzette/lighting';

/** When lamps are on, and how bright. The caller subtracts a lamp's own delay. */
export interface Programme {
  /** 0 by day, 1 at night, less while dimmed. */
  levelAt(at: number): number;
  /** The equivalent hours at full power since the programme's first night. */
  fullPowerHours(until: number): number;
}

interface ProgrammeOptions {
  readonly strategy: Strategy;
  readonly site: Site;
  /** The commune's scope without the slash, which rules of a calendar may refer to. */
  readonly zone?: string;
  /** `YYYY-MM-DD`: the evening of this day begins the first night; default: that of the demo's counters. */
  readonly firstNight?: string;
}

/** The energy counters of the demo start in this evening. */
export const FIRST_NIGHT = '2026-01-01';
const HOUR = 3_600_000;
const DRIVER_LOSS = 0.08;
const NOON = 12 * 60;

/** The share of full power that a lamp uses at a level: its driver has losses that do not dim. */
export function powerShare(level: number): number {
  return level === 0 ? 0 : DRIVER_LOSS + (1 - DRIVER_LOSS) * level;
}

/** The programme of a strategy. Nights are computed once for all lamps that share it. */
export function lightingProgramme({ strategy, site, zone, firstNight = FIRST_NIGHT }: ProgrammeOptions): Programme {
  const nights = new Map<string, readonly LevelStep[]>();
  /** Equivalent hours before each night; 0 for the first. */
  const hoursBefore = new Map([[firstNight, 0]]);
  let lastSummed = firstNight;

  const stepsOf = (night: string): readonly LevelStep[] => {
    const known = nights.get(night) ?? promiseOf(strategy, night, site, zone === undefined ? [] : [zone]).steps;
    nights.set(night, known);
    return known;
  };
  return {
    levelAt(at) {
      return stepsOf(nightAt(at, site.timeZone)).find(({ from, to }) => from <= at && at < to)?.level ?? 0;
    },
    fullPowerHours(until) {
      const night = nightAt(until, site.timeZone);
      if (night < firstNight) return 0;
      while (lastSummed < night) {
        const hours = (hoursBefore.get(lastSummed) ?? 0) + hoursUntil(stepsOf(lastSummed), Infinity);
        lastSummed = daysAfter(lastSummed, 1);
        hoursBefore.set(lastSummed, hours);
      }
      return (hoursBefore.get(night) ?? 0) + hoursUntil(stepsOf(night), until);
    },
  };
}

/** A programme that can be changed and overridden, as commands to a lamp do; its hours continue. */
export interface ChangeableProgramme extends Programme {
  follow(next: Programme, at: number): void;
  /** A manual level; undefined: return to the programme. */
  override(level: number | undefined, at: number): void;
}

export function changeableProgramme(first: Programme): ChangeableProgramme {
  let programme = first;
  let byHand: number | undefined;
  let hours = 0;
  let since = Number.NEGATIVE_INFINITY;

  const running = (until: number): number => {
    if (byHand !== undefined) return (powerShare(byHand) * (until - since)) / HOUR;
    const from = since === Number.NEGATIVE_INFINITY ? 0 : programme.fullPowerHours(since);
    return programme.fullPowerHours(until) - from;
  };
  const settle = (at: number): void => {
    hours += running(at);
    since = at;
  };
  return {
    levelAt: (at) => byHand ?? programme.levelAt(at),
    fullPowerHours: (until) => (until < since ? hours : hours + running(until)),
    follow(next, at) {
      settle(at);
      programme = next;
      byHand = undefined;
    },
    override(level, at) {
      settle(at);
      byHand = level;
    },
  };
}

/** The night that a time belongs to; it changes at noon. Cached, because every lamp asks at every tick. */
function nightAt(at: number, timeZone: string): string {
  if (at >= known.from && at < known.to && timeZone === known.timeZone) return known.night;
  const night = nightOf(at, timeZone);
  known = {
    timeZone,
    night,
    from: instantOf(night, NOON, timeZone),
    to: instantOf(daysAfter(night, 1), NOON, timeZone),
  };
  return night;
}

let known = { timeZone: '', night: '', from: 0, to: 0 };

function hoursUntil(steps: readonly LevelStep[], until: number): number {
  return (
    steps.reduce((sum, { from, to, level }) => sum + powerShare(level) * Math.max(0, Math.min(to, until) - from), 0) /
    HOUR
  );
}
