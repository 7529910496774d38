import type { UplinkFrame } from '../frames/uplink-frame.ts';
import type { RecentFrames, Seen } from './recent-frames.ts';
import { NO_FRAMES, remember, resemblance } from './recent-frames.ts';

/** A device's frame counter and its last frames. */
export interface DeviceProgress {
  readonly lastSeenAt: string;
  /** A 32-bit hash of the session. */
  readonly session: number;
  readonly joins: number;
  /** -1: none in this session. */
  readonly fCnt: number;
  readonly lostUplinks: number;
  readonly recent: RecentFrames;
}

export const NO_PROGRESS: DeviceProgress = {
  lastSeenAt: '1970-01-01T00:00:00.000Z',
  session: 0,
  joins: 0,
  fCnt: -1,
  lostUplinks: 0,
  recent: NO_FRAMES,
};

type Admission = 'new' | 'duplicate' | 'counter conflict' | 'counter reset';

/** A larger gap means that the counter jumped, not that frames were lost. */
const LARGEST_GAP = 1_000;
/** A counter that restarts without a join begins below this. */
const RESTART_BELOW = 16;

/**
 * Decides about a frame of a device. A redelivery (same deduplication id) or retransmission (same session, counter and
 * payload) is a duplicate. A frame that is read again after a restart (same inbox id) is not.
 */
export function admit(
  before: DeviceProgress,
  frame: UplinkFrame,
  inboxId: number,
): { admission: Admission; progress: DeviceProgress } {
  const lastSeenAt = later(frame.receivedAt, before.lastSeenAt);
  if (frame.kind === 'join') {
    return { admission: 'new', progress: { ...before, lastSeenAt, joins: before.joins + 1, fCnt: -1 } };
  }
  if (frame.kind !== 'data' || frame.fCnt === null) return { admission: 'new', progress: { ...before, lastSeenAt } };

  const seen: Seen = {
    inboxId,
    session: hash(frame.sessionKey ?? `join ${before.joins}`),
    fCnt: frame.fCnt,
    payload: hashBytes(frame.payload),
    dedupKey: hash(frame.dedupKey),
  };
  const resembles = resemblance(before.recent, seen);
  if (resembles === 'same message') return { admission: 'new', progress: before };
  if (resembles === 'duplicate') return { admission: 'duplicate', progress: { ...before, lastSeenAt } };
  const sameSession = before.fCnt >= 0 && before.session === seen.session;
  const { reset, ...count } = countOn(before, sameSession, frame.fCnt);
  return {
    admission: resembles === 'same counter' ? 'counter conflict' : reset ? 'counter reset' : 'new',
    progress: {
      lastSeenAt,
      session: seen.session,
      joins: before.joins,
      ...count,
      recent: remember(before.recent, seen),
    },
  };
}

function countOn(before: DeviceProgress, sameSession: boolean, fCnt: number) {
  const { lostUplinks } = before;
  if (!sameSession) return { fCnt, lostUplinks, reset: false };
  const gap = fCnt - before.fCnt - 1;
  if (gap >= 0) return { fCnt, lostUplinks: lostUplinks + (gap > LARGEST_GAP ? 0 : gap), reset: false };
  if (fCnt < RESTART_BELOW && before.fCnt >= 2 * RESTART_BELOW) return { fCnt, lostUplinks, reset: true };
  // A late frame had been counted as lost.
  return { fCnt: before.fCnt, lostUplinks: Math.max(0, lostUplinks - 1), reset: false };
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

/** FNV-1a, 32 bits, which is enough among a device's last frames. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function hashBytes(bytes: Uint8Array): number {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
