/** Updates of one run at most. */
const UPDATES = 2 ** 20;
/** Notifications whose time is kept. */
const TIMES = 2 ** 21;

/** What the sender of updates and the receiver of notifications, in threads of their own, tell each other. */
export interface Ledger {
  /** When an update was sent, in milliseconds of the machine's clock, by its number. */
  readonly sentAt: Float64Array<SharedArrayBuffer>;
  /** Which entity it was of. */
  readonly entityOf: Int32Array<SharedArrayBuffer>;
  /** From update to notification, in milliseconds. */
  readonly latencies: Float32Array<SharedArrayBuffer>;
  /** When the last notification came. */
  readonly lastAt: Float64Array<SharedArrayBuffer>;
  /** Of notifications: how many came, and how many of them again or behind a later one of the same entity. */
  readonly counts: Int32Array<SharedArrayBuffer>;
}

export const CAME = 0;
export const OUT_OF_ORDER = 1;

export function newLedger(): Ledger {
  return {
    sentAt: new Float64Array(new SharedArrayBuffer(UPDATES * 8)),
    entityOf: new Int32Array(new SharedArrayBuffer(UPDATES * 4)),
    latencies: new Float32Array(new SharedArrayBuffer(TIMES * 4)),
    lastAt: new Float64Array(new SharedArrayBuffer(8)),
    counts: new Int32Array(new SharedArrayBuffer(8)),
  };
}

/** The same in all threads. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
