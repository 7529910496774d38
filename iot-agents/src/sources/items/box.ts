export type Box = readonly [west: number, south: number, east: number, north: number];

/** Whether a place, as longitude and latitude, is in the box of a source. A source without box takes all. */
export function isInside([longitude, latitude]: readonly [number, number], box: Box | undefined): boolean {
  if (box === undefined) return true;
  const [west, south, east, north] = box;
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}
