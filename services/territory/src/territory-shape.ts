import type { Position } from './plane.ts';

export interface Commune {
  readonly slug: string;
  readonly name: string;
  /** The scope (4.18) of its entities, e.g. `/Audun_le_Tiche`. */
  readonly scope: string;
  /** Determines its public holidays: in France the number of the département, e.g. `57`. */
  readonly department: string;
  /** Its code in statistics, e.g. `57038` of INSEE. */
  readonly code?: string;
  readonly inhabitants?: number;
  readonly center: Position;
  readonly boundary: Boundary;
  /** The demo's assets in the commune. */
  readonly demo?: DemoShare;
}

export type Boundary =
  | { readonly type: 'Polygon'; readonly coordinates: Position[][] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: Position[][][] };

export interface DemoShare {
  readonly lamps: number;
  /** Collection points, each with a container of every kind. */
  readonly collectionPoints: number;
}

export interface StreetFeature {
  readonly type: 'Feature';
  readonly geometry: { readonly type: 'LineString'; readonly coordinates: Position[] };
  readonly properties: {
    readonly name: string;
    /** Its commune's slug. */
    readonly commune: string;
    /** `road` between communes, `main` its part in town; then `inner`, `ring`, `side`, `deadEnd`, `estate`. */
    readonly kind: string;
  };
}

/** A base map of the site: a PMTiles archive with vector tiles or images. */
export interface BaseMap {
  /** A file of this machine, or a URL. */
  readonly archive: string;
  /** Whose data it shows. Absent: what the archive says of itself. */
  readonly attribution?: string;
}

/** A territory, read from its folder. Positions are [longitude, latitude], WGS 84. */
export interface Territory {
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The languages of the pages, with the territory's own first: `fr`, `en`, `de`, `lb`. */
  readonly languages: readonly string[];
  /** True: boundaries and streets are generated, not real. */
  readonly schematic: boolean;
  /** The source of the data, shown on the map. */
  readonly notice: string;
  readonly communes: readonly Commune[];
  readonly streets: { readonly type: 'FeatureCollection'; readonly features: readonly StreetFeature[] };
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number];
  /** A URL template with {z}, {x}, {y}, if the site has its own tile server. */
  readonly tilesUrl?: string;
  readonly tilesAttribution?: string;
  readonly baseMap?: BaseMap;
}
