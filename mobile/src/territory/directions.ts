import type { Position } from './distance.ts';

const APPLE = /\b(iPhone|iPad|iPod|Macintosh)\b/;

/**
 * A link that opens a place in the device's map app: `geo:` (RFC 5870), or `maps:` on Apple devices, which do not
 * support `geo:`.
 */
export function directionsLink([longitude, latitude]: Position, label: string, userAgent: string): string {
  const place = `${latitude},${longitude}`;
  if (APPLE.test(userAgent)) return `maps:?daddr=${place}`;
  return `geo:${place}?q=${place}(${encodeURIComponent(label)})`;
}
