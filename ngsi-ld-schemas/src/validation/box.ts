/** West, south, east, north, in degrees. */
export type Box = readonly [number, number, number, number];

/** The box of Pays Haut Val d'Alzette and Luxembourg. */
export const HOME: Box = [5.7, 49.3, 6.6, 50.2];

/** Parses `west,south,east,north`; undefined if it is invalid. */
export function boxOf(text: string): Box | undefined {
  const sides = text.split(',').map((side) => (side.trim() === '' ? Number.NaN : Number(side)));
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = sides;
  const isBox =
    sides.length === 4 && west >= -180 && west < east && east <= 180 && south >= -90 && south < north && north <= 90;
  return isBox ? [west, south, east, north] : undefined;
}
