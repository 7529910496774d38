import type { Device, EntityMapping } from '@alzette/iot-agents';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { type Position, seededRandom } from '@alzette/territory';
import { chirpstackUplink, devEuiOf, type Sender } from '../networks.ts';
import type { Frame } from '../payloads.ts';
import type { Behaviour } from '../simulated-device.ts';

/** The codes that precede the values in a frame. The codec `measures` has the same codes. */
export const CODES = {
  no2: 1,
  o3: 2,
  pm10: 3,
  pm25: 4,
  so2: 5,
  temperature: 6,
  relativeHumidity: 7,
  windSpeed: 8,
  precipitation: 9,
  solarRadiation: 10,
  LAeq: 11,
  pollenLevel: 12,
  alderLevel: 13,
  birchLevel: 14,
  grassesLevel: 15,
  mugwortLevel: 16,
  occupancy: 17,
  availableSpotNumber: 18,
  availableCapacity: 19,
  intensity: 20,
  averageVehicleSpeed: 21,
  totalConsumption: 22,
  escherichiaColi: 23,
  enterococci: 24,
  NO3: 25,
  NO2: 26,
  turbidity: 27,
  pH: 28,
} as const;
export type Quantity = keyof typeof CODES;

/** What a device measures. */
export interface Measured {
  readonly name: Quantity;
  readonly unitCode?: string;
  readonly decimals: number;
  /** An additional attribute with the value as a word: one for each whole number from 0. */
  readonly words?: { readonly attribute: string; readonly of: readonly string[] };
}

/** A kind of station, counter or meter: its entities, and how often it reports. */
export interface Kind {
  /** Part of the names of its profile and devices, e.g. `air`. */
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly quantities: readonly Measured[];
  /** Additional attributes that its data model requires. */
  readonly more?: EntityMapping['attributes'];
  /** Milliseconds between two reports. */
  readonly interval: number;
  /** Milliseconds between two samples of its history, and the length of the history in days. */
  readonly pastEvery: number;
  readonly pastDays: number;
}

/** An instrument at a place. Its values are computed from the time, so that a restart changes nothing. */
export interface Instrument {
  readonly kind: Kind;
  /** The part that no device measures: id, type, name, place. */
  readonly entity: Entity;
  readonly position: Position;
  read(at: number): { readonly [quantity in Quantity]?: number };
}

/** The measured values, rounded like by the device. */
export function reading({ kind, read }: Instrument, at: number): [Quantity, number][] {
  const values = read(at);
  return kind.quantities.flatMap(({ name, decimals }): [Quantity, number][] => {
    const value = values[name];
    return value === undefined ? [] : [[name, Math.round(value * 10 ** decimals) / 10 ** decimals]];
  });
}

function senderOf({ kind, entity }: Instrument): Sender {
  return { devEui: devEuiOf('0080e1', entity.id), deviceId: `${kind.name}-${entity.id.replace(/.*:/, '')}` };
}

export function profileName({ name }: Kind): string {
  return `demo-${name}`;
}

export function deviceOf(instrument: Instrument): Device {
  return {
    devEui: senderOf(instrument).devEui,
    profile: profileName(instrument.kind),
    asset: instrument.entity.id,
  };
}

const SHORTEST = 20_000;
const MINUTE = 60_000;

export function behaviourOf(instrument: Instrument, speed: number): Behaviour {
  return {
    sender: senderOf(instrument),
    position: instrument.position,
    network: chirpstackUplink,
    interval: Math.max(instrument.kind.interval / speed, Math.min(SHORTEST, instrument.kind.interval)),
    state: () => 0,
    frame: (at) => frameOf(reading(instrument, Math.floor(at / MINUTE) * MINUTE)),
  };
}

/** Codes and values alternate. Port 20. */
export function frameOf(values: readonly (readonly [Quantity, number])[]): Frame {
  const payload = Buffer.alloc(values.length * 9);
  values.forEach(([name, value], i) => {
    payload[i * 9] = CODES[name];
    payload.writeDoubleLE(value, i * 9 + 1);
  });
  return { fPort: 20, payload };
}

const kept = new Map<string, number>();

/** A smooth pseudo-random curve from -1 to 1, with a new value each `step` milliseconds, always the same. */
export function wandering(name: string, at: number, step: number): number {
  const [before, share] = [Math.floor(at / step), (at % step) / step];
  const [from, to] = [valueAt(name, before), valueAt(name, before + 1)];
  const eased = share * share * (3 - 2 * share);
  return from + (to - from) * eased;
}

function valueAt(name: string, step: number): number {
  const key = `${name} ${step}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size > 20_000) kept.clear();
  const value = seededRandom(key)() * 2 - 1;
  kept.set(key, value);
  return value;
}
