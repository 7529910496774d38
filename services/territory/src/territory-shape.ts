import type { Position } from './plane.ts';

export interface Commune {
  readonly slug: string;
  readonly name: string;
  /** The scope (4.18) its entities carry, e.g. `/Audun_le_Tiche`. */
  readonly scope: string;
  /** What decides on its public holidays: in France the number of its département, e.g. `57`. */
  readonly department: string;
  readonly center: Position;
  readonly boundary: Boundary;
  /** What the demo puts there. */
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

/** What is known of a territory, read from its folder. Positions are [longitude, latitude], WGS 84. */
export interface Territory {
  readonly name: string;
  /** Of the IANA database. */
  readonly timeZone: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Of the pages, the first one is the territory's own: `fr`, `en`, `de`, `lb`. */
  readonly languages: readonly string[];
  /** True: boundaries and streets are drawn by a program and show no real ones. */
  readonly schematic: boolean;
  /** Shown beside the map: where its data are from. */
  readonly notice: string;
  readonly communes: readonly Commune[];
  readonly streets: { readonly type: 'FeatureCollection'; readonly features: readonly StreetFeature[] };
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number];
  /** A template with {z}, {x}, {y}, when the site has a tile server of its own. */
  readonly tilesUrl?: string;
  readonly tilesAttribution?: string;
}
