import type { Queryable } from '@alzette/kit/database';

/** How the trips of a day pass stops (ids of GtfsStop entities), in seconds from midnight: for journeys by bus. */
export type TripsPort = (
  db: Queryable,
  stops: readonly string[],
  day: string,
  between: { readonly from: number; readonly to: number },
) => Promise<
  readonly {
    readonly trip: string;
    readonly stop: string;
    readonly arrives: number;
    readonly departs?: number;
  }[]
>;

/** A dataset of open data, as the service that publishes them understands it. */
export interface DatasetOffered {
  readonly title: { readonly fr: string; readonly en?: string };
  readonly description: { readonly fr: string; readonly en?: string };
  readonly keywords: string[];
  readonly theme: 'GOVE';
  readonly contact: { readonly name: string; readonly email: string };
  readonly source: {
    readonly types: string[];
    readonly q: string;
    readonly content: { readonly kind: 'current' };
  };
  readonly columns: {
    readonly name: string;
    readonly attribute: string;
    readonly kind: 'text' | 'number' | 'boolean';
    readonly title: { readonly fr: string; readonly en: string };
  }[];
  readonly geometry: boolean;
  readonly frequency: 'daily';
}

/** Publishes open data. */
export interface DatasetPort {
  /** Whether a tenant may have open data, and whether it has this dataset, also if it was withdrawn. */
  stateOf(tenant: string, id: string): Promise<'none' | 'cannot' | 'published' | 'withdrawn'>;
  publish(tenant: string, id: string, definition: DatasetOffered): Promise<void>;
  refresh(tenant: string, id: string): Promise<void>;
}
