import { InvalidInput } from '../input/invalid-input.ts';
import { optional, readDate, readList, readNumber, readObject, readText, within } from '../input/read.ts';
import type { Co2Factor } from './co2-factors.ts';
import { type Driver, driverWithLosses } from './driver.ts';

const SHARE = { min: 0, max: 1 };
const MOST_POINTS = 50;

/** `driver` with a curve and a standby power, or `driverLosses` alone. @throws InvalidInput */
export function readDriver({ driverLosses, driver }: Readonly<Record<string, unknown>>, member: string): Driver {
  const losses = optional(driverLosses, 0, (share) =>
    readNumber(share, within(member, 'driverLosses'), { min: 0, max: 0.9 }),
  );
  if (driver === undefined) return driverWithLosses(losses);
  const at = (part: string) => within(within(member, 'driver'), part);
  const given = readObject(driver, within(member, 'driver'), ['curve', 'standbyPower']);
  const standbyPower = optional(given.standbyPower, 0, (watts) =>
    readNumber(watts, at('standbyPower'), { min: 0, max: 100 }),
  );
  if (given.curve === undefined) return driverWithLosses(losses, standbyPower);
  if (driverLosses !== undefined) {
    throw new InvalidInput(within(member, 'driverLosses'), driverLosses, 'no losses beside the curve of a driver');
  }
  const curve = readList(given.curve, at('curve'), { min: 2, max: MOST_POINTS }, (point, p) => {
    const { level, power } = readObject(point, p, ['level', 'power']);
    return { level: readNumber(level, within(p, 'level'), SHARE), power: readNumber(power, within(p, 'power'), SHARE) };
  });
  const last = curve.at(-1);
  const isRising = curve.every(({ level }, i) => i === 0 || level > (curve[i - 1]?.level ?? 0));
  if (!isRising || last?.level !== 1 || last.power !== 1) {
    throw new InvalidInput(at('curve'), curve, 'points of rising levels, the last { "level": 1, "power": 1 }');
  }
  return { curve, standbyPower };
}

/** @throws InvalidInput */
export function readCo2Factors(value: unknown, member: string): Co2Factor[] {
  const table = readList(value, member, { min: 1, max: MOST_POINTS }, (row, at) => {
    const { from, factor, source } = readObject(row, at, ['from', 'factor', 'source']);
    return {
      from: readDate(from, within(at, 'from')),
      factor: readNumber(factor, within(at, 'factor'), { min: 0, max: 5 }),
      source: readText(source, within(at, 'source'), 500),
    };
  });
  return table.sort((a, b) => a.from.localeCompare(b.from));
}
