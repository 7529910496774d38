import type { LevelStep } from '../programmes/programme.ts';

/** How much power a lamp takes at a level. */
export interface Driver {
  /** Shares of the full power at levels, 0 to 1, in rising order; the last is (1, 1). Between them it runs straight. */
  readonly curve: readonly { readonly level: number; readonly power: number }[];
  /** Watts of a lamp whose level is 0 while its circuit is under voltage. */
  readonly standbyPower: number;
}

/** A driver with losses that do not dim: the share `losses` at the lowest level, all power at full level. */
export function driverWithLosses(losses: number, standbyPower = 0): Driver {
  return {
    curve: [
      { level: 0, power: losses },
      { level: 1, power: 1 },
    ],
    standbyPower,
  };
}

/** The same driver with more (or less) losses, none at full level. */
export function withMoreLosses({ curve, standbyPower }: Driver, surplus: number): Driver {
  return {
    curve: curve.map(({ level, power }) => ({ level, power: Math.min(1, Math.max(0, power + surplus * (1 - level))) })),
    standbyPower,
  };
}

/** The share of its full power that a lamp takes at a level above 0; at 0 it takes its standby power alone. */
export function powerShare({ curve }: Driver, level: number): number {
  if (level <= 0) return 0;
  const next = curve.findIndex((point) => point.level >= level);
  const upper = curve[next] as Driver['curve'][number]; // the last is of level 1
  const lower = curve[next - 1] ?? { level: 0, power: 0 };
  if (upper.level === lower.level) return upper.power;
  return lower.power + ((upper.power - lower.power) * (level - lower.level)) / (upper.level - lower.level);
}

/** What a step comes to: hours, hours of full light, hours of full power, hours of standby. */
interface StepHours {
  readonly hours: number;
  readonly lightHours: number;
  readonly powerHours: number;
  readonly standbyHours: number;
}

const HOUR_MS = 3_600_000;

export function stepHours(step: LevelStep, driver: Driver): StepHours {
  const hours = (step.to - step.from) / HOUR_MS;
  const { level, presence } = step;
  const parts = presence
    ? [
        { level, hours: hours * (1 - presence.share) },
        { level: presence.level, hours: hours * presence.share },
      ]
    : [{ level, hours }];
  let [lightHours, powerHours, standbyHours] = [0, 0, 0];
  for (const part of parts) {
    lightHours += part.level * part.hours;
    powerHours += powerShare(driver, part.level) * part.hours;
    if (part.level === 0) standbyHours += part.hours;
  }
  return { hours, lightHours, powerHours, standbyHours };
}
