import { distanceM, type Position } from '../territory/distance.ts';

/** An index of air quality, as returned by `/citizen/v1/air`. */
export interface AirIndex {
  readonly scheme: 'ATMO' | 'EAQI';
  readonly level: number;
  readonly label: string;
  readonly colour: string;
  readonly pollutant: string;
  readonly advice: string;
}

export interface Station {
  readonly id: string;
  readonly name: string;
  readonly location?: Position;
  readonly observedAt?: string;
  readonly isFresh: boolean;
}

export interface AirStation extends Station {
  readonly atmo?: AirIndex;
  readonly european?: AirIndex;
  readonly pollutants: readonly {
    readonly key: string;
    readonly name: string;
    readonly value: number;
    readonly unit: string;
    readonly level: number;
  }[];
}

export interface Scale {
  readonly scheme: AirIndex['scheme'];
  readonly source: { readonly name: string; readonly url: string };
  readonly levels: readonly { readonly level: number; readonly label: string; readonly colour: string }[];
}

export interface Pollen extends Station {
  readonly level: number;
  readonly label: string;
  readonly taxa: readonly {
    readonly key: string;
    readonly name: string;
    readonly level: number;
    readonly label: string;
  }[];
}

export interface Air {
  readonly stations: readonly AirStation[];
  readonly pollen: readonly Pollen[];
  readonly scales?: readonly Scale[];
}

export interface Weather {
  readonly stations: readonly (Station & {
    /** °C, 0 to 1, m/s, mm in the last hour. */
    readonly temperature?: number;
    readonly humidity?: number;
    readonly wind?: number;
    readonly precipitation?: number;
  })[];
}

export interface Noise {
  readonly stations: readonly (Station & {
    readonly laeq?: number;
    readonly level?: number;
    readonly label?: string;
  })[];
  readonly limits?: { readonly guideline: number; readonly limit: number };
}

/** Sorts by distance; stations with recent data come before silent ones. The position is not sent to any server. */
export function nearestFirst<S extends Station>(stations: readonly S[], here: Position | undefined): S[] {
  const metres = ({ location }: S) => (here && location ? distanceM(here, location) : 0);
  return [...stations].sort((a, b) => Number(b.isFresh) - Number(a.isFresh) || metres(a) - metres(b));
}

/** The index to show first: the daily one, or without it the hourly one. */
export function indexOf({ atmo, european }: AirStation): AirIndex | undefined {
  return atmo ?? european;
}
