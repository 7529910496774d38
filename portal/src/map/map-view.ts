/** The view of the map: degrees (WGS 84) and a web zoom level. */
export interface MapView {
  readonly zoom: number;
  readonly latitude: number;
  readonly longitude: number;
}

/** `13.50/49.47210/5.95420`, the form in the address. */
export function formatMapView({ zoom, latitude, longitude }: MapView): string {
  return `${zoom.toFixed(2)}/${latitude.toFixed(5)}/${longitude.toFixed(5)}`;
}

/** Undefined for a text that is not a valid view. */
export function parseMapView(text: string): MapView | undefined {
  const parts = text.split('/').map(Number);
  const [zoom, latitude, longitude] = parts;
  if (parts.length !== 3 || zoom === undefined || latitude === undefined || longitude === undefined) return undefined;
  const valid = zoom >= 0 && zoom <= 22 && Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180;
  return valid ? { zoom, latitude, longitude } : undefined;
}
