/**
 * A place in the write-ahead log of a PostgreSQL (pg_lsn), as a number that can be compared. Above it stands the timeline, which each
 * failover counts up: what a former primary wrote after that comes before all that its successor wrote.
 */
export type WalPosition = bigint;

const TEXT = /^(?:([0-9A-F]{1,8})-)?([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** No server is so far: only the primary will do. */
export const BEYOND_ALL: WalPosition = (1n << 96n) - 1n;

/** @param text with its timeline before it, e.g. `2-16/B374D848`; undefined: it is none */
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

/** A number with the timeline above it. */
export function onTimeline(timeline: bigint, number: bigint): bigint {
  return (timeline << 64n) | number;
}

function hex(number: bigint): string {
  return number.toString(16).toUpperCase();
}
