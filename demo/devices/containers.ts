import { seededRandom } from '@alzette/territory';
import { localDays } from './local-days.ts';
import type { ContainerPlace, WasteKind } from './places.ts';

/** A simulated container. Its fill level is computed from these members and the time, so it survives a restart. */
export interface Container {
  readonly place: ContainerPlace;
  /** The distance in millimetres from the sensor to the floor, and to the full level. */
  readonly depth: number;
  readonly offset: number;
  /** The days between two rounds, and the local time (days with fraction) of one of them. */
  readonly roundDays: number;
  readonly roundPhase: number;
  /** The share that an average day fills. */
  readonly dailyFilling: number;
  /** The remaining charge of the sensor's battery. */
  readonly battery: number;
  /** Knocked over, so that its sensor is tilted. */
  readonly tilted: boolean;
}

export interface ContainerReading {
  /** 0 to 1. */
  readonly filling: number;
  /** Millimetres. */
  readonly distance: number;
  /** Degrees Celsius. */
  readonly temperature: number;
  /** Percent. */
  readonly battery: number;
  readonly tilted: boolean;
}

const ROUND_DAYS: { readonly [kind in WasteKind]: number } = { glass: 14, paper: 7, plastic: 4 };
const LEFT_BEHIND = 0.03;
const TILTED_SHARE = 0.02;

/** The share of a day's deposits by each local hour, from 0 to 24: few at night, most at noon and in the evening. */
const BY_HOUR = [
  0, 0.005, 0.008, 0.01, 0.012, 0.015, 0.025, 0.05, 0.1, 0.16, 0.22, 0.29, 0.36, 0.42, 0.48, 0.54, 0.6, 0.68, 0.77,
  0.85, 0.91, 0.95, 0.975, 0.99, 1,
];

/** `position` is the container's index in its round: the lorry reaches each some minutes after the previous one. */
export function containerAt(place: ContainerPlace, position: number): Container {
  const random = seededRandom(place.id);
  const communePhase = seededRandom(`round of ${place.kind} in ${place.commune}`)() * ROUND_DAYS[place.kind];
  const roundDays = ROUND_DAYS[place.kind];
  return {
    place,
    depth: 2000 + Math.round(random() * 6) * 100,
    offset: 250,
    roundDays,
    roundPhase: Math.floor(communePhase) + (6.5 + position * 0.2) / 24,
    dailyFilling: (0.45 + random() * 0.65) / roundDays,
    battery: 0.55 + random() * 0.45,
    tilted: random() < TILTED_SHARE,
  };
}

/** The local time (days with fraction) when it was last emptied. */
export function lastEmptied({ roundDays, roundPhase }: Container, at: number): number {
  const days = localDays(at);
  return days - ((((days - roundPhase) % roundDays) + roundDays) % roundDays);
}

export function readContainer(container: Container, at: number): ContainerReading {
  const { depth, offset, dailyFilling } = container;
  const days = localDays(at);
  const { id } = container.place;
  const brought = deposits(id, days) - deposits(id, lastEmptied(container, at));
  const filling = Math.min(1, LEFT_BEHIND + brought * dailyFilling);
  return {
    filling,
    distance: Math.round(depth - filling * (depth - offset) + 4 * Math.sin(at / 400_000 + depth)),
    temperature: temperatureOn(days),
    battery: Math.round(100 * container.battery),
    tilted: container.tilted,
  };
}

/** Deposits by weekday from Monday on, relative to an average day: most on Saturday. */
const BY_WEEKDAY = [0.85, 0.8, 0.85, 0.95, 1.1, 1.55, 0.9];
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 3;

/** A pseudo-random number from 0 to 1, the same for a container and a day. */
function chanceOf(name: string, day: number): number {
  const key = `${name} ${day}`;
  const known = chances.get(key);
  if (known !== undefined) return known;
  if (chances.size > 20_000) chances.clear();
  const chance = seededRandom(key)();
  chances.set(key, chance);
  return chance;
}
const chances = new Map<string, number>();
/** The maximum random deviation of a day's deposits. */
const CHANCE = 0.5;

/** Deposits since 1970 in average days, up to a local time. */
function deposits(name: string, days: number): number {
  const hour = (days - Math.floor(days)) * 24;
  const [before, after] = [BY_HOUR[Math.floor(hour)] ?? 0, BY_HOUR[Math.floor(hour) + 1] ?? 1];
  const day = Math.floor(days) + FIRST_WEEKDAY;
  const weekday = day % 7;
  const ofWeek = BY_WEEKDAY.slice(0, weekday).reduce((sum, each) => sum + each, 0);
  const share = before + (after - before) * (hour - Math.floor(hour));
  const [from, to] = [chanceOf(name, day) * CHANCE, chanceOf(name, day + 1) * CHANCE];
  return day - weekday + ofWeek + from + share * ((BY_WEEKDAY[weekday] ?? 1) + to - from);
}

/** The approximate temperature in Lorraine by season and time of day. */
function temperatureOn(days: number): number {
  const season = 10 - 9 * Math.cos((2 * Math.PI * (days - 15)) / 365.25);
  const hour = -3.5 * Math.cos((2 * Math.PI * (days * 24 - 3)) / 24);
  return season + hour + 1.5 * Math.sin(days * 1.7);
}
