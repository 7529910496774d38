/** The territory as returned by `GET /territory`; coordinates are longitude, latitude (WGS 84). */
export interface Territory {
  readonly name: string;
  /** From the IANA database. */
  readonly timeZone: string;
  readonly communes: readonly Commune[];
  readonly streets: StreetCollection;
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number];
  /** A notice about the data, e.g. who created them. */
  readonly notice?: string;
  /** An optional raster base map, e.g. `https://…/{z}/{x}/{y}.png`. */
  readonly tilesUrl?: string;
  readonly tilesAttribution?: string;
  readonly baseMap?: BaseMap;
}

/** A base map of the site in a PMTiles archive. */
export interface BaseMap {
  readonly url: string;
  /** Absent: what the archive says. */
  readonly attribution?: string;
}

export interface Commune {
  readonly slug: string;
  readonly name: string;
  /** The scope of its entities, e.g. `/Audun_le_Tiche`. */
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
