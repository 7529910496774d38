import type { UplinkFrame } from '../frames/uplink-frame.ts';

/** A received message that has been acknowledged. */
export interface StoredFrame {
  readonly id: number;
  readonly receivedAt: string;
  /** The MQTT topic, or path and query of a webhook. */
  readonly topic: string;
  readonly body: Uint8Array;
  /** Replayed from quarantine: not a duplicate of itself. */
  readonly replayed: boolean;
  readonly partition: number;
  /** The request id that it belongs to, as text. */
  readonly trace: string;
  /** As parsed on reception; absent: it was read from the table. */
  readonly reading?: Reading;
  /** It was put off before. */
  readonly isTakenUp?: boolean;
}

/** A frame that stays in the table, because the node of its tenant is away. */
export interface FramePutOff {
  readonly id: number;
  readonly tenant: string;
}

/** The device of a message, with its frame if it comes from a network server. */
export interface Reading {
  readonly partition: number;
  readonly frame?: UplinkFrame;
  /** `<apikey>/<device_id>` of a FIWARE device. */
  readonly device?: string;
  /** It was tried in another way before, which may have written a part of it. */
  readonly isRepeated?: boolean;
}

/**
 * Whether nothing of the message can have been written yet, because it has just been received. A message from the table
 * may have been processed partly before its process ended.
 */
export function isFirstTry({ reading }: StoredFrame): boolean {
  return reading !== undefined && reading.isRepeated !== true;
}

export type ReadMessage = (topic: string, body: Uint8Array, receivedAt: string) => Reading;
