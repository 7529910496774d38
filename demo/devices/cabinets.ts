import { COUNTED_SINCE, type Lamp, readLamp } from './lamps.ts';
import type { Place } from './places.ts';
import type { Programme } from './programme.ts';

/** A simulated control cabinet with the lamps it feeds. */
export interface Cabinet {
  readonly place: Place;
  readonly lamps: readonly Lamp[];
  /** kW that are tapped from it illegally, day and night. */
  readonly drawn: number;
  /** The shares of its three phases. */
  readonly phases: readonly [number, number, number];
}

export interface CabinetReading {
  readonly on: boolean;
  /** kW, of all its lamps. */
  readonly power: number;
  /** Of each phase, kW. */
  readonly phases: readonly [number, number, number];
  /** kWh, of all its lamps since their installation. */
  readonly energy: number;
}

const CABLE_LOSS = 1.03;
const DRAWN = 0.35;
const UNEVEN = [0.5, 0.28, 0.22] as const;
const EVEN = [0.34, 0.33, 0.33] as const;
const HOUR = 3_600_000;

/** @param order its index among all cabinets by id: power is tapped from the second, and the third has uneven phases */
export function cabinetOf(place: Place, lamps: readonly Lamp[], order: number): Cabinet {
  return { place, lamps, drawn: order === 1 ? DRAWN : 0, phases: order === 2 ? UNEVEN : EVEN };
}

/** @param own a lamp's programme, if it differs from that of its cabinet */
export function readCabinet(
  { lamps, drawn, phases }: Cabinet,
  programme: Programme,
  at: number,
  own: (lamp: Lamp) => Programme = () => programme,
): CabinetReading {
  let [watts, wattHours] = [0, 0];
  for (const lamp of lamps) {
    const { power, energy } = readLamp(lamp, own(lamp), at);
    watts += power;
    wattHours += energy;
  }
  const power = (watts * CABLE_LOSS) / 1000 + drawn;
  const [r, s, t] = phases;
  return {
    on: cabinetIsOn(programme, at),
    power,
    phases: [power * r, power * s, power * t],
    energy: (wattHours * CABLE_LOSS) / 1000 + (drawn * (at - COUNTED_SINCE)) / HOUR,
  };
}

/** The contactor follows the programme without delay: the cabinet switches before the first of its lamps. */
export function cabinetIsOn(programme: Programme, at: number): boolean {
  return programme.levelAt(at) > 0;
}
