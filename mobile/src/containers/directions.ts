import type { Position } from '../territory/distance.ts';

const APPLE = /\b(iPhone|iPad|iPod|Macintosh)\b/;

/** A link that opens the device's own maps at a place: `geo:` (RFC 5870), except on Apple's, which know `maps:` only. */
export function directionsLink([longitude, latitude]: Position, label: string, userAgent: string): string {
  const place = `${latitude},${longitude}`;
  if (APPLE.test(userAgent)) return `maps:?daddr=${place}`;
  return `geo:${place}?q=${place}(${encodeURIComponent(label)})`;
}
