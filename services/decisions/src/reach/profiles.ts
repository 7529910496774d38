import type { MODES } from '../contract/reach.ts';

/** How people move: with the result, so that anyone sees what was assumed. */
export type Mode = (typeof MODES)[number];

/** km/h on level ground: an adult on foot, a city bicycle. The bus is reached on foot. */
export const SPEEDS: { readonly [M in Mode]: number } = { walk: 4.5, cycle: 12, bus: 4.5 };
/** Farther from the streets than this, a place is not connected. */
export const SNAP_M = 150;
export const MOST_RIDES = 3;
export const CHANGE_SECONDS = 120;
/** How far people walk between stops, and to the first one. */
export const WALK_TO_STOP_M = 800;

export function secondsOf(metres: number, mode: Mode): number {
  return metres / (SPEEDS[mode] / 3.6);
}

export function metresIn(minutes: number, mode: Mode): number {
  return (minutes * 60 * SPEEDS[mode]) / 3.6;
}
