/** The maximum number of recorded latencies. */
const TIMES = 2 ** 21;

/** The results of the receiver thread, in shared memory. Times in milliseconds since 1970. */
export interface Ledger {
  /** From update to notification, in milliseconds. */
  readonly latencies: Float32Array<SharedArrayBuffer>;
  /** When the first update with a notification was sent, and when the last notification arrived. */
  readonly ends: Float64Array<SharedArrayBuffer>;
  /** The number of notifications, and of duplicates or notifications after a later one of the same entity. */
  readonly counts: Int32Array<SharedArrayBuffer>;
}

export const CAME = 0;
export const OUT_OF_ORDER = 1;

export const FIRST_SENT = 0;
export const LAST_CAME = 1;

export function newLedger(): Ledger {
  return {
    latencies: new Float32Array(new SharedArrayBuffer(TIMES * 4)),
    ends: new Float64Array(new SharedArrayBuffer(16)).fill(Number.POSITIVE_INFINITY, 0, 1),
    counts: new Int32Array(new SharedArrayBuffer(8)),
  };
}

/** Milliseconds since 1970 with fractions. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}
