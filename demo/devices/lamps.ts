import { seededRandom } from '@alzette/territory';
import type { LampPlace } from './places.ts';
import { FIRST_NIGHT, type Programme, powerShare } from './programme.ts';

/** `dead` gives no light, `tilted` is askew, `broken` gives half its light, `dayBurner` never goes out. */
export type LampFault = 'none' | 'dead' | 'tilted' | 'broken' | 'dayBurner';

/** A simulated lamp. Its state is computed from these members and the time. */
export interface Lamp {
  readonly place: LampPlace;
  /** Watts at full light. */
  readonly nominalPower: number;
  /** The delay in milliseconds between the programme and the lamp's switching: photocells and clocks differ. */
  readonly delay: number;
  readonly fault: LampFault;
}

export interface LampReading {
  readonly level: number;
  /** Watts. */
  readonly power: number;
  /** Wh since its installation. */
  readonly energy: number;
  readonly fault: LampFault;
}

const WATTAGES = [32, 38, 45, 51, 58, 72];
const STANDBY_WATTS = 0.6;
const HOUR = 3_600_000;
/** The noon before the first night that counters include. */
export const COUNTED_SINCE = Date.parse(`${FIRST_NIGHT}T11:00:00Z`);
const SWITCHING_SPREAD = 6 * 60_000;

const FAULTS: readonly { readonly fault: LampFault; readonly upTo: number }[] = [
  { fault: 'dead', upTo: 0.014 },
  { fault: 'tilted', upTo: 0.02 },
  { fault: 'broken', upTo: 0.026 },
  { fault: 'dayBurner', upTo: 0.029 },
];

export function lampAt(place: LampPlace): Lamp {
  const random = seededRandom(place.id);
  const chance = random();
  return {
    place,
    nominalPower: WATTAGES[Math.floor(random() * WATTAGES.length)] as number,
    delay: Math.round(random() * SWITCHING_SPREAD),
    fault: FAULTS.find(({ upTo }) => chance < upTo)?.fault ?? 'none',
  };
}

/** The lamp's level, 0 to 1. */
export function lampLevel(lamp: Lamp, programme: Programme, at: number): number {
  if (lamp.fault === 'dead') return 0;
  return lamp.fault === 'dayBurner' ? 1 : programme.levelAt(at - lamp.delay);
}

export function readLamp(lamp: Lamp, programme: Programme, at: number): LampReading {
  const level = lampLevel(lamp, programme, at);
  return { level, power: lampPower(lamp, level, at), energy: energyUntil(lamp, programme, at), fault: lamp.fault };
}

/** Watts at a level. */
export function lampPower(
  { nominalPower, fault }: Pick<Lamp, 'nominalPower' | 'fault'>,
  level: number,
  at: number,
): number {
  if (fault === 'dead' || level === 0) return STANDBY_WATTS;
  const ripple = 1 + 0.015 * Math.sin(at / 1_700_000 + nominalPower);
  return nominalPower * powerShare(level) * ripple;
}

function energyUntil({ nominalPower, fault, delay }: Lamp, programme: Programme, at: number): number {
  if (fault === 'dayBurner') return (nominalPower * (at - COUNTED_SINCE)) / HOUR;
  return programme.fullPowerHours(at - delay) * (fault === 'dead' ? STANDBY_WATTS : nominalPower);
}
