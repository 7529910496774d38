export type Position = readonly [longitude: number, latitude: number];
/** The value of a place (GeoJSON). */
export type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'LineString'; readonly coordinates: readonly Position[] }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] };

/** The points that somebody has chosen; of an area those of its edge, each once. */
export function pointsOf(geometry: Geometry | undefined): readonly Position[] {
  if (geometry === undefined) return [];
  if (geometry.type === 'Point') return [geometry.coordinates];
  if (geometry.type === 'LineString') return geometry.coordinates;
  return geometry.coordinates[0]?.slice(0, -1) ?? [];
}

/** Undefined until there are enough points. */
export function geometryOf(kind: 'point' | 'line' | 'area', points: readonly Position[]): Geometry | undefined {
  const [first] = points;
  if (first === undefined) return undefined;
  if (kind === 'point') return { type: 'Point', coordinates: first };
  if (kind === 'line') return points.length < 2 ? undefined : { type: 'LineString', coordinates: points };
  return points.length < 3 ? undefined : { type: 'Polygon', coordinates: [[...points, first]] };
}
