/** The territory as `GET /territory` tells it; coordinates are longitude, latitude (WGS 84). */
export interface Territory {
  readonly name: string;
  /** Of the IANA database. */
  readonly timeZone: string;
  readonly communes: readonly Commune[];
  readonly streets: StreetCollection;
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number];
  /** What readers should know of the data, e.g. who made it. */
  readonly notice?: string;
  /** An optional raster base map, e.g. `https://…/{z}/{x}/{y}.png`. */
  readonly tilesUrl?: string;
  readonly tilesAttribution?: string;
}

export interface Commune {
  readonly slug: string;
  readonly name: string;
  /** That its entities carry, e.g. `/Audun_le_Tiche`. */
  readonly scope: string;
  readonly center: readonly [number, number];
  readonly boundary: { readonly type: 'Polygon' | 'MultiPolygon'; readonly coordinates: unknown };
}

interface StreetCollection {
  readonly type: 'FeatureCollection';
  readonly features: readonly {
    readonly type: 'Feature';
    readonly properties: { readonly name?: string } | null;
    readonly geometry: { readonly type: 'LineString' | 'MultiLineString'; readonly coordinates: unknown };
  }[];
}
