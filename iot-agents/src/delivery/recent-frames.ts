/** The identifying data of an admitted frame, as 32-bit hashes. */
export interface Seen {
  readonly inboxId: number;
  readonly session: number;
  readonly fCnt: number;
  readonly payload: number;
  readonly dedupKey: number;
}

/** A device's last 32 frames, oldest first. Packed, because tens of thousands of devices are kept in memory. */
export type RecentFrames = Buffer;

export const NO_FRAMES: RecentFrames = Buffer.alloc(0);

const FRAME_BYTES = 24;
const REMEMBERED = 32;

/** What a frame has in common with the last ones of its device. */
type Resemblance =
  /** It is one of them, read again after a restart. */
  | 'same message'
  /** Redelivered or retransmitted. */
  | 'duplicate'
  /** One of the same session has its counter, with another payload. */
  | 'same counter'
  | 'none';

/** Compares in place: an object for each frame would be an eighth of what an uplink allocates. */
export function resemblance(recent: RecentFrames, seen: Seen): Resemblance {
  let found: Resemblance = 'none';
  for (let at = 0; at + FRAME_BYTES <= recent.length; at += FRAME_BYTES) {
    if (recent.readDoubleBE(at) === seen.inboxId) return 'same message';
    const isSameCount = recent.readUInt32BE(at + 12) === seen.fCnt && recent.readUInt32BE(at + 8) === seen.session;
    const isSamePayload = isSameCount && recent.readUInt32BE(at + 16) === seen.payload;
    if (isSamePayload || recent.readUInt32BE(at + 20) === seen.dedupKey) return 'duplicate';
    if (isSameCount) found = 'same counter';
  }
  return found;
}

export function remember(recent: RecentFrames, seen: Seen): RecentFrames {
  const kept = recent.length < REMEMBERED * FRAME_BYTES ? recent : recent.subarray(FRAME_BYTES);
  const bytes = Buffer.allocUnsafeSlow(kept.length + FRAME_BYTES);
  kept.copy(bytes);
  bytes.writeDoubleBE(seen.inboxId, kept.length);
  bytes.writeUInt32BE(seen.session, kept.length + 8);
  bytes.writeUInt32BE(seen.fCnt, kept.length + 12);
  bytes.writeUInt32BE(seen.payload, kept.length + 16);
  bytes.writeUInt32BE(seen.dedupKey, kept.length + 20);
  return bytes;
}
