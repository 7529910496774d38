import { localDays } from '../local-days.ts';
import { wandering } from './instrument.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function hourOf(at: number): number {
  const days = localDays(at);
  return (days - Math.floor(days)) * 24;
}

/** Monday is 0. */
export function weekdayOf(at: number): number {
  return (Math.floor(localDays(at)) + 3) % 7;
}

export function isWeekend(at: number): boolean {
  return weekdayOf(at) >= 5;
}

/** °C, about as in Lorraine. */
export function temperature(at: number): number {
  const days = localDays(at);
  const season = 10.5 - 9 * Math.cos((2 * Math.PI * (days - 20)) / 365.25);
  const daily = -3.5 * Math.cos((2 * Math.PI * (days * 24 - 3)) / 24);
  return season + daily + 5 * wandering('weather', at, 4 * DAY);
}

/** W/m²: none at night, less under clouds. */
export function radiation(at: number): number {
  const days = localDays(at);
  const declination = -0.409 * Math.cos((2 * Math.PI * (days + 10)) / 365.25);
  const angle = ((hourOf(at) - 12.6) * Math.PI) / 12;
  const height = Math.sin(0.863) * Math.sin(declination) + Math.cos(0.863) * Math.cos(declination) * Math.cos(angle);
  return Math.max(0, 950 * height) * (0.6 + 0.4 * wandering('clouds', at, 5 * HOUR));
}

/** A bell curve around an hour of the day, with maximum 1. */
export function bell(hour: number, top: number, width: number): number {
  const away = Math.min(Math.abs(hour - top), 24 - Math.abs(hour - top));
  return Math.exp(-((away / width) ** 2));
}

/** The amount of traffic, 0 to 1. */
export function traffic(at: number): number {
  const hour = hourOf(at);
  if (isWeekend(at)) return 0.06 + 0.5 * bell(hour, 15, 5);
  return 0.05 + 0.8 * bell(hour, 7.4, 1.5) + 0.35 * bell(hour, 13, 3) + 0.85 * bell(hour, 17.3, 2);
}
