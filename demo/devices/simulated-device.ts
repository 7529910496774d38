import type { Plane, Position } from '@alzette/territory';
import type { Message, Sender, Uplink } from './networks.ts';
import type { Frame } from './payloads.ts';
import { radioAt } from './radio.ts';

/** The behaviour of a device; times are the demo's, in milliseconds. */
export interface Behaviour {
  readonly sender: Sender;
  readonly position: Position;
  readonly network: (sender: Sender, uplink: Uplink) => Message;
  /** Milliseconds of real time between two reports. */
  readonly interval: number;
  /** When this value changes, the device reports at once. */
  state(at: number): number;
  /** `before` is the last reported state, undefined for the first frame. */
  frame(at: number, before: number | undefined): Frame;
}

/** A device with its radio and frame counter. Real times are milliseconds since 1970. */
interface SimulatedDevice {
  /** The message to send now, if any. */
  tick(real: number, at: number): Message | undefined;
}

const FIRST_REPORTS_WITHIN = 6000;
const COUNTER_START = Date.UTC(2026, 0, 1);

/** The device reports first within seconds, then every `interval`, with a random offset so that the fleet is spread. */
export function simulateDevice(
  behaviour: Behaviour,
  plane: Plane,
  start: number,
  random: () => number,
): SimulatedDevice {
  const { sender, network, interval } = behaviour;
  const receptions = radioAt(behaviour.position, plane, sender.devEui);
  // Higher than before a restart, because the network server's counter continues.
  let fCnt = Math.max(1, Math.floor((start - COUNTER_START) / 10_000));
  let due = start + random() * FIRST_REPORTS_WITHIN;
  let reported: number | undefined;

  return {
    tick(real, at) {
      const changed = reported !== undefined && behaviour.state(at) !== reported;
      if (real < due && !changed) return undefined;
      const { fPort, payload } = behaviour.frame(at, reported);
      due = real + interval * (reported === undefined ? random() : 0.95 + random() * 0.1);
      reported = behaviour.state(at);
      fCnt += 1;
      return network(sender, { fPort, payload, fCnt, receptions: receptions(), time: new Date(real) });
    },
  };
}
