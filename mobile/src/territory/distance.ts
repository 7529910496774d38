import { numberFormat } from '../i18n/formats.ts';

/** WGS84, in the order of GeoJSON: longitude, latitude. */
export type { LonLat as Position } from '@alzette/ngsi-ld-schemas/geo';
export { distanceM } from '@alzette/ngsi-ld-schemas/geo';

const WALKING_M_PER_MIN = 75;
const STREETS_OVER_STRAIGHT_LINE = 1.3;

/** Formats a distance: `40 m`, `350 m`, `1,3 km`, `12 km`, in the given language. */
export function distanceWords(metres: number, language: string): string {
  if (metres < 995) {
    const step = metres < 95 ? 5 : 10;
    return unit(Math.round(metres / step) * step, 'meter', language, 0);
  }
  return unit(metres / 1000, 'kilometer', language, metres < 9950 ? 1 : 0);
}

/** Minutes on foot, at a slow pace and with a factor for the detours of streets; at least one. */
export function walkingMinutes(metres: number): number {
  return Math.max(1, Math.round((metres * STREETS_OVER_STRAIGHT_LINE) / WALKING_M_PER_MIN));
}

function unit(value: number, name: string, language: string, digits: number): string {
  return numberFormat(language, { style: 'unit', unit: name, maximumFractionDigits: digits })(value);
}
