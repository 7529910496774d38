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

export function* recentFrames(recent: RecentFrames): IterableIterator<Seen> {
  for (let at = 0; at + FRAME_BYTES <= recent.length; at += FRAME_BYTES) {
    yield {
      inboxId: recent.readDoubleBE(at),
      session: recent.readUInt32BE(at + 8),
      fCnt: recent.readUInt32BE(at + 12),
      payload: recent.readUInt32BE(at + 16),
      dedupKey: recent.readUInt32BE(at + 20),
    };
  }
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
