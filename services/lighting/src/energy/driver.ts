import type { LevelStep } from '../programmes/programme.ts';

/** The power of a lamp as a function of its level. */
export interface Driver {
  /** Shares of full power at levels, 0 to 1, ascending; the last is (1, 1). Interpolated linearly. */
  readonly curve: readonly { readonly level: number; readonly power: number }[];
  /** Watts of a lamp at level 0 while its circuit has voltage. */
  readonly standbyPower: number;
}

/** A driver with constant losses: the share `losses` at the lowest level, full power at full level. */
export function driverWithLosses(losses: number, standbyPower = 0): Driver {
  return {
    curve: [
      { level: 0, power: losses },
      { level: 1, power: 1 },
    ],
    standbyPower,
  };
}

/** The same driver with more (or fewer) losses, none at full level. */
export function withMoreLosses({ curve, standbyPower }: Driver, surplus: number): Driver {
  return {
    curve: curve.map(({ level, power }) => ({ level, power: Math.min(1, Math.max(0, power + surplus * (1 - level))) })),
    standbyPower,
  };
}

/** The share of full power at a level above 0. At 0 only the standby power counts. */
export function powerShare({ curve }: Driver, level: number): number {
  if (level <= 0) return 0;
  const next = curve.findIndex((point) => point.level >= level);
  const upper = curve[next] as Driver['curve'][number]; // the last point has level 1
  const lower = curve[next - 1] ?? { level: 0, power: 0 };
  if (upper.level === lower.level) return upper.power;
  return lower.power + ((upper.power - lower.power) * (level - lower.level)) / (upper.level - lower.level);
}

/** The hours of a step, in total, at full light, at full power and in standby. */
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
