import type { Plane, Position } from '@alzette/territory';
import type { Message, Sender, Uplink } from './networks.ts';
import type { Frame } from './payloads.ts';
import { radioAt } from './radio.ts';

/** What a device does; times are the demo's, in milliseconds. */
export interface Behaviour {
  readonly sender: Sender;
  readonly position: Position;
  readonly network: (sender: Sender, uplink: Uplink) => Message;
  /** Milliseconds of real time between two reports. */
  readonly interval: number;
  /** A change of this makes the device report at once. */
  state(at: number): number;
  /** `before` is the state it last reported, undefined at its first frame. */
  frame(at: number, before: number | undefined): Frame;
}

/** A device with its radio and frame counter. Real times are milliseconds since 1970. */
interface SimulatedDevice {
  /** What it has to send now, if anything. */
  tick(real: number, at: number): Message | undefined;
}

const FIRST_REPORTS_WITHIN = 6000;
const COUNTER_START = Date.UTC(2026, 0, 1);

/** The device first reports within seconds, then every `interval`, shifted at random so that the fleet is spread. */
export function simulateDevice(
  behaviour: Behaviour,
  plane: Plane,
  start: number,
  random: () => number,
): SimulatedDevice {
  const { sender, network, interval } = behaviour;
  const receptions = radioAt(behaviour.position, plane, sender.devEui);
  // Ahead of whatever it sent before a restart, as the network server would go on counting.
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
