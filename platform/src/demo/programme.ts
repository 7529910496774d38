import { getTimes } from 'suncalc';
import { instantOf, localDays } from './local-time.ts';

/** When the lamps burn and how bright, for a whole territory; a lamp's own delay is the caller's to subtract. */
export interface Programme {
  /** The instant its first night's day began. */
  readonly start: number;
  /** 0 by day, 1 at night, less while dimmed. */
  levelAt(at: number): number;
  /** Hours at full power that came to the same energy, since the programme's first night. */
  fullPowerHours(until: number): number;
}

/** Local hours, e.g. 22 and 5; of the evening from noon on, else of the morning after. */
export interface Dim {
  readonly from: number;
  readonly until: number;
  readonly level: number;
}

interface ProgrammeOptions {
  readonly latitude: number;
  readonly longitude: number;
  /** When the lamps are dimmed, and to what level; of two that overlap the later in the list counts. */
  readonly dims: readonly Dim[];
  /** Minutes from sunset to on, and from off to sunrise. */
  readonly twilightMinutes: number;
  /** The local day, counted from 1970-01-01, whose evening begins the first night. */
  readonly firstDay: number;
}

interface Night {
  readonly on: number;
  readonly off: number;
  /** All of it, in order. */
  readonly steps: readonly { readonly from: number; readonly to: number; readonly level: number }[];
}

const HOUR = 3_600_000;
const DRIVER_LOSS = 0.08;

/** The share of its full power that a lamp takes at a level: its driver has losses that do not dim. */
export function powerShare(level: number): number {
  return level === 0 ? 0 : DRIVER_LOSS + (1 - DRIVER_LOSS) * level;
}

export function lightingProgramme(options: ProgrammeOptions): Programme {
  const nights = new Map<number, Night>();
  /** Of the nights before: `hoursBefore[n]` sums the first n. */
  const hoursBefore = [0];

  const night = (day: number): Night => {
    const known = nights.get(day) ?? nightOf(day, options);
    nights.set(day, known);
    return known;
  };
  const hoursUntil = ({ steps }: Night, until: number): number =>
    steps.reduce((sum, { from, to, level }) => sum + powerShare(level) * overlap(from, to, until), 0) / HOUR;

  return {
    start: instantOf(options.firstDay, 12),
    levelAt(at) {
      return night(eveningOf(at)).steps.find(({ from, to }) => from <= at && at < to)?.level ?? 0;
    },
    fullPowerHours(until) {
      const day = eveningOf(until);
      if (day < options.firstDay) return 0;
      for (let n = hoursBefore.length; n <= day - options.firstDay; n++) {
        const passed = night(options.firstDay + n - 1);
        hoursBefore[n] = (hoursBefore[n - 1] as number) + hoursUntil(passed, passed.off);
      }
      return (hoursBefore[day - options.firstDay] as number) + hoursUntil(night(day), until);
    },
  };
}

/** A night belongs to the day on whose evening it begins; it changes at noon. */
function eveningOf(at: number): number {
  return Math.floor(localDays(at) - 0.5);
}

function nightOf(day: number, options: ProgrammeOptions): Night {
  const twilight = options.twilightMinutes * 60_000;
  const { sunset } = getTimes(new Date(instantOf(day, 12)), options.latitude, options.longitude);
  const { sunrise } = getTimes(new Date(instantOf(day + 1, 12)), options.latitude, options.longitude);
  const on = (sunset?.getTime() ?? instantOf(day, 18)) + twilight;
  const off = (sunrise?.getTime() ?? instantOf(day + 1, 6)) - twilight;
  const dims = options.dims.map(({ from, until, level }) => ({
    start: instantOfNight(day, from),
    end: instantOfNight(day, until),
    level,
  }));
  const edges = [on, off, ...dims.flatMap(({ start, end }) => [start, end])]
    .filter((edge) => edge >= on && edge <= off)
    .sort((a, b) => a - b);
  const steps = edges.slice(0, -1).map((from, i) => {
    const level = dims.findLast(({ start, end }) => start <= from && from < end)?.level ?? 1;
    return { from, to: edges[i + 1] as number, level };
  });
  return { on, off, steps };
}

function instantOfNight(day: number, hour: number): number {
  return instantOf(hour >= 12 ? day : day + 1, hour);
}

function overlap(from: number, to: number, until: number): number {
  return Math.max(0, Math.min(to, until) - from);
}
