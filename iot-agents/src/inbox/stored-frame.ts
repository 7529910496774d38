import type { UplinkFrame } from '../frames/uplink-frame.ts';

/** A message as it came, acknowledged to its sender. */
export interface StoredFrame {
  readonly id: number;
  readonly receivedAt: string;
  /** MQTT topic, or path and query of a webhook. */
  readonly topic: string;
  readonly body: Uint8Array;
  /** Sent on again from quarantine: no duplicate of itself. */
  readonly replayed: boolean;
  readonly partition: number;
  /** As it was read when it came; absent: it was taken from the table. */
  readonly reading?: Reading;
}

/** Whose a message is, and the frame that it is, if it is one of a network server. */
export interface Reading {
  readonly partition: number;
  readonly frame?: UplinkFrame;
  /** `<apikey>/<device_id>` of a FIWARE device. */
  readonly device?: string;
  /** It was tried before by another way, which may have written some of it. */
  readonly isRepeated?: boolean;
}

/**
 * Whether nothing of the message can have been written yet: it came just now. What was taken from the table may be the
 * work of a process that was ended before it was done.
 */
export function isFirstTry({ reading }: StoredFrame): boolean {
  return reading !== undefined && reading.isRepeated !== true;
}

export type ReadMessage = (topic: string, body: Uint8Array, receivedAt: string) => Reading;
