import type { CabinetReading } from './cabinets.ts';
import type { ContainerReading } from './containers.ts';
import type { LampFault, LampReading } from './lamps.ts';

/** The data that a device sends. */
export interface Frame {
  readonly fPort: number;
  readonly payload: Buffer;
}

/** A lamp that has just switched reports it, so that the switch can be dated. */
export type Switched = 'on' | 'off' | undefined;

const FAULT_FLAGS: { readonly [fault in LampFault]: number } = { none: 0, dead: 1, tilted: 2, broken: 4, dayBurner: 0 };

/**
 * Nine bytes, big-endian: flags (1 lit, 2 dimmed, 4 has just switched on, 8 has just switched off), level in percent,
 * power in 0.1 W (2 bytes), energy in Wh (4 bytes), faults (1 lamp, 2 column, 4 lantern). Port 10.
 */
export function lampFrame({ level, power, energy, fault }: LampReading, switched?: Switched): Frame {
  const payload = Buffer.alloc(9);
  const dimmed = level > 0 && level < 1;
  payload[0] = (level > 0 ? 1 : 0) | (dimmed ? 2 : 0) | (switched === 'on' ? 4 : 0) | (switched === 'off' ? 8 : 0);
  payload[1] = Math.round(level * (fault === 'broken' ? 50 : 100));
  payload.writeUInt16BE(Math.round(power * 10), 2);
  payload.writeUInt32BE(Math.round(energy), 4);
  payload[8] = FAULT_FLAGS[fault];
  return { fPort: 10, payload };
}

/**
 * Thirteen bytes, big-endian: flags (1 contactor closed), power in 10 W (2 bytes), energy in 0.1 kWh (4 bytes), the power of
 * each of the three phases in 10 W (2 bytes each). Port 12.
 */
export function cabinetFrame({ on, power, phases, energy }: CabinetReading): Frame {
  const payload = Buffer.alloc(13);
  payload[0] = on ? 1 : 0;
  payload.writeUInt16BE(Math.round(power * 100), 1);
  payload.writeUInt32BE(Math.round(energy * 10), 3);
  phases.forEach((phase, i) => {
    payload.writeUInt16BE(Math.round(phase * 100), 7 + 2 * i);
  });
  return { fPort: 12, payload };
}

/** As a Milesight EM400 sends: channel and type, then the value, little-endian. Port 85. */
export function containerFrame({ battery, temperature, distance, tilted }: ContainerReading): Frame {
  const payload = Buffer.alloc(14);
  payload.set([0x01, 0x75, battery, 0x03, 0x67]);
  payload.writeInt16LE(Math.round(temperature * 10), 5);
  payload.set([0x04, 0x82], 7);
  payload.writeUInt16LE(distance, 9);
  payload.set([0x05, 0x00, tilted ? 1 : 0], 11);
  return { fPort: 85, payload };
}
