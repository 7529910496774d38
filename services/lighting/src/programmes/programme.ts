import type { Site, SunNight } from '../sun/sun-night.ts';
import { momentOf, type NightTime } from './night-time.ts';

/** The times between which lamps burn. */
export interface BurningWindow {
  readonly on: NightTime;
  readonly off: NightTime;
}

/** A part of the night with a different level. */
export interface Slot {
  readonly from: NightTime;
  readonly to: NightTime;
  /** 0 (off) to 1. */
  readonly level: number;
  /** With motion detection: the level on detection, and the share of the time with detections, 0 to 1. */
  readonly presence?: { readonly level: number; readonly share: number };
}

/** A control program in TALQ: a level for the whole night, and slots with other levels. */
export interface Programme {
  readonly level: number;
  /** Where two overlap, the later one in the list applies. */
  readonly slots: readonly Slot[];
}

/** A period at one level; milliseconds since 1970. */
export interface LevelStep {
  readonly from: number;
  readonly to: number;
  readonly level: number;
  readonly presence?: { readonly level: number; readonly share: number };
}

export const ALL_NIGHT: Programme = { level: 1, slots: [] };

/** The levels of a night from on to off, in order and without gaps; empty if lamps would go off before they go on. */
export function levelSteps(window: BurningWindow, programme: Programme, night: SunNight, site: Site): LevelStep[] {
  const on = momentOf(window.on, night, site);
  const off = momentOf(window.off, night, site);
  const slots = programme.slots.map((slot) => ({
    ...slot,
    start: momentOf(slot.from, night, site),
    end: momentOf(slot.to, night, site),
  }));
  const edges = [on, off, ...slots.flatMap(({ start, end }) => [start, end])]
    .filter((edge) => edge >= on && edge <= off)
    .sort((a, b) => a - b);
  const steps: LevelStep[] = [];
  for (const [i, from] of edges.slice(0, -1).entries()) {
    const to = edges[i + 1] as number;
    if (from === to) continue;
    const slot = slots.findLast(({ start, end }) => start <= from && to <= end);
    steps.push({
      from,
      to,
      level: slot?.level ?? programme.level,
      ...(slot?.presence && { presence: slot.presence }),
    });
  }
  return steps;
}

/** The steps as they are told to clients. */
export function shownLevels(steps: readonly LevelStep[]): { from: string; to: string; level: number }[] {
  return steps.map(({ from, to, level }) => ({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    level,
  }));
}

/** The level at an instant of the night; 0 outside the night. */
export function levelAt(steps: readonly LevelStep[], at: number): number {
  return steps.find(({ from, to }) => from <= at && at < to)?.level ?? 0;
}
