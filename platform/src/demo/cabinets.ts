import { COUNTED_SINCE, type Lamp, readLamp } from './lamps.ts';
import type { Place } from './places.ts';
import type { Programme } from './programme.ts';

/** A simulated control cabinet with the lamps it feeds. */
export interface Cabinet {
  readonly place: Place;
  readonly lamps: readonly Lamp[];
  /** kW that somebody draws from it, day and night. */
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
  /** kWh, of all its lamps since they were set up. */
  readonly energy: number;
}

const CABLE_LOSS = 1.03;
const DRAWN = 0.35;
const UNEVEN = [0.5, 0.28, 0.22] as const;
const EVEN = [0.34, 0.33, 0.33] as const;
const HOUR = 3_600_000;

/** @param order its place among all cabinets by id: from the second somebody draws, the phases of the third are uneven */
export function cabinetOf(place: Place, lamps: readonly Lamp[], order: number): Cabinet {
  return { place, lamps, drawn: order === 1 ? DRAWN : 0, phases: order === 2 ? UNEVEN : EVEN };
}

/** @param own a lamp's programme, where it is not that of its cabinet */
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

/** Its contactor follows the programme itself: the cabinet switches before the first of its lamps. */
export function cabinetIsOn(programme: Programme, at: number): boolean {
  return programme.levelAt(at) > 0;
}
