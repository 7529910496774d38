import { InvalidInput } from '../input/invalid-input.ts';
import { optional, readDate, readList, readNumber, readObject, readText, readWhole, within } from '../input/read.ts';
import { readNightTime } from '../programmes/night-time.ts';
import type { Co2Factor } from './co2-factors.ts';
import { type Driver, driverWithLosses } from './driver.ts';
import type { TariffSlot } from './tariff.ts';

const SHARE = { min: 0, max: 1 };
const MAX_POINTS = 50;

/** `driver` with a curve and a standby power, or only `driverLosses`. @throws InvalidInput */
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
    throw new InvalidInput(
      within(member, 'driverLosses'),
      driverLosses,
      'no losses together with the curve of a driver',
    );
  }
  const curve = readList(given.curve, at('curve'), { min: 2, max: MAX_POINTS }, (point, p) => {
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
  const table = readList(value, member, { min: 1, max: MAX_POINTS }, (row, at) => {
    const { from, factor, source } = readObject(row, at, ['from', 'factor', 'source']);
    return {
      from: readDate(from, within(at, 'from')),
      factor: readNumber(factor, within(at, 'factor'), { min: 0, max: 5 }),
      source: readText(source, within(at, 'source'), 500),
    };
  });
  return table.sort((a, b) => a.from.localeCompare(b.from));
}

const HIGHEST_PRICE = 100;

/** Euros per kWh. @throws InvalidInput */
export function readPrice(euros: unknown, member: string): number {
  return readNumber(euros, member, { min: 0, max: HIGHEST_PRICE });
}

/** Hours with a different price. @throws InvalidInput */
export function readTariffSlots(value: unknown, member: string): TariffSlot[] {
  return readList(value, member, { max: MAX_POINTS }, (slot, at): TariffSlot => {
    const given = readObject(slot, at, ['name', 'from', 'to', 'months', 'weekdays', 'energy']);
    const upTo = (max: number) => (list: unknown, name: string) =>
      readList(list, within(at, name), { min: 1, max }, (n, d) => readWhole(n, d, { min: 1, max }));
    return {
      name: readText(given.name, within(at, 'name')),
      from: readClock(given.from, within(at, 'from')),
      to: readClock(given.to, within(at, 'to')),
      ...(given.months !== undefined && { months: upTo(12)(given.months, 'months') }),
      ...(given.weekdays !== undefined && { weekdays: upTo(7)(given.weekdays, 'weekdays') }),
      energy: readPrice(given.energy, within(at, 'energy')),
    };
  });
}

/** A time such as 22:00, as minutes since midnight. @throws InvalidInput */
export function readClock(value: unknown, member: string): number {
  const time = typeof value === 'string' && /^\d/.test(value) ? readNightTime(value, member) : undefined;
  if (time?.kind !== 'clock') throw new InvalidInput(member, value, 'a time such as 22:00');
  return time.minutes;
}
