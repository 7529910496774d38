import { type Lamp, readLamp } from './lamps.ts';
import type { Place } from './places.ts';
import type { Programme } from './programme.ts';

/** A simulated control cabinet with the lamps it feeds. */
export interface Cabinet {
  readonly place: Place;
  readonly lamps: readonly Lamp[];
}

export interface CabinetReading {
  readonly on: boolean;
  /** kW, of all its lamps. */
  readonly power: number;
  /** kWh, of all its lamps since they were set up. */
  readonly energy: number;
}

const CABLE_LOSS = 1.03;

export function readCabinet({ lamps }: Cabinet, programme: Programme, at: number): CabinetReading {
  let [watts, wattHours] = [0, 0];
  for (const lamp of lamps) {
    const { power, energy } = readLamp(lamp, programme, at);
    watts += power;
    wattHours += energy;
  }
  return {
    on: cabinetIsOn(programme, at),
    power: (watts * CABLE_LOSS) / 1000,
    energy: (wattHours * CABLE_LOSS) / 1000,
  };
}

/** Its contactor follows the programme itself: the cabinet switches before the first of its lamps. */
export function cabinetIsOn(programme: Programme, at: number): boolean {
  return programme.levelAt(at) > 0;
}
