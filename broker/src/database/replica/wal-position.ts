/**
 * A position in the write-ahead log of PostgreSQL (pg_lsn), as a number that can be compared. The upper bits are the
 * timeline, which each failover increments. So positions that a former primary writes after a failover are lower than
 * all positions of its successor.
 */
export type WalPosition = bigint;

const TEXT = /^(?:([0-9A-F]{1,8})-)?([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** Greater than any real position, so that only the primary is used. */
export const BEYOND_ALL: WalPosition = (1n << 96n) - 1n;

/** @param text with the timeline in front, e.g. `2-16/B374D848`. Undefined: it is not a position */
export function parsePosition(text: string): WalPosition | undefined {
  const [, timeline = '0', high, low] = TEXT.exec(text) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return onTimeline(BigInt(`0x${timeline}`), (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`));
}

export function formatPosition(position: WalPosition): string {
  const place = `${hex((position >> 32n) & 0xffffffffn)}/${hex(position & 0xffffffffn)}`;
  const timeline = position >> 64n;
  return timeline === 0n ? place : `${hex(timeline)}-${place}`;
}

/** A number with the timeline in its upper bits. */
export function onTimeline(timeline: bigint, number: bigint): bigint {
  return (timeline << 64n) | number;
}

function hex(number: bigint): string {
  return number.toString(16).toUpperCase();
}
