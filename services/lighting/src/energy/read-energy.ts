import type { Operation, TariffSlots } from '../contract/contract.ts';
import { InvalidInput, within } from '../input/invalid-input.ts';
import { type Driver, driverWithLosses } from './driver.ts';
import type { TariffSlot } from './tariff.ts';

/** `driver` with a curve and a standby power, or only `driverLosses`. @throws InvalidInput */
export function readDriver({ driverLosses, driver }: Operation, member: string): Driver {
  const { curve, standbyPower = 0 } = driver ?? {};
  if (curve === undefined) return driverWithLosses(driverLosses ?? 0, standbyPower);
  if (driverLosses !== undefined) {
    throw new InvalidInput(
      within(member, 'driverLosses'),
      driverLosses,
      'no losses together with the curve of a driver',
    );
  }
  const last = curve.at(-1);
  const isRising = curve.every(({ level }, i) => i === 0 || level > (curve[i - 1]?.level ?? 0));
  if (!isRising || last?.level !== 1 || last.power !== 1) {
    throw new InvalidInput(
      within(member, 'driver.curve'),
      curve,
      'points of rising levels, the last { "level": 1, "power": 1 }',
    );
  }
  return { curve, standbyPower };
}

/** By the days from which rows apply. */
export function byDay<T extends { readonly from: string }>(table: readonly T[]): T[] {
  return table.toSorted((a, b) => a.from.localeCompare(b.from));
}

/** Hours with a different price. */
export function readTariffSlots(slots: TariffSlots = []): TariffSlot[] {
  return slots.map(({ from, to, ...slot }) => ({ ...slot, from: readClock(from), to: readClock(to) }));
}

/** A time such as 22:00, as minutes since midnight. */
export function readClock(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
