import { computed, type InjectionKey, inject, provide, type Ref } from 'vue';
import { type Answer, type AnswerOptions, ask, useAnswer } from '../asking/asking.ts';

/** The territory as returned by `GET /territory`; coordinates are longitude, latitude (WGS 84). */
export interface Territory {
  readonly name: string;
  /** From the IANA database. */
  readonly timeZone: string;
  /** True if boundaries and streets are generated and not real. */
  readonly schematic?: boolean;
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
  /** Of the app's bars and buttons, with white text; absent: the app's own. */
  readonly colour?: string;
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
  /** The scope of its entities (4.18), e.g. `/Audun_le_Tiche`. */
  readonly scope: string;
  readonly center: readonly [longitude: number, latitude: number];
  readonly boundary: { readonly type: 'Polygon' | 'MultiPolygon'; readonly coordinates: unknown };
}

/** Lines with `name` and `kind`; `road` and `main` are the large ones. */
interface StreetCollection {
  readonly type: 'FeatureCollection';
  readonly features: readonly {
    readonly type: string;
    readonly properties: { readonly name?: string; readonly kind?: string } | null;
    readonly geometry: { readonly type: string; readonly coordinates: unknown };
  }[];
}

export interface KnownTerritory {
  /** Undefined until it is known: the map then works on a blank background. */
  readonly territory: Answer<Territory>['data'];
  /** Whether it could not be read, and none is known. */
  readonly isMissing: Readonly<Ref<boolean>>;
  load(): Promise<void>;
}

const KEY: InjectionKey<KnownTerritory> = Symbol('territory');

/** Requests the territory once for all pages. Called once, at the root. */
export function provideTerritory(options: AnswerOptions = {}): KnownTerritory {
  const { data, problem, reload } = useAnswer(
    'territory',
    (signal) => ask<Territory>('GET', '/territory', undefined, signal, { accept: 'application/json' }),
    { freshMs: Number.POSITIVE_INFINITY, ...options },
  );
  const isMissing = computed(() => data.value === undefined && problem.value !== undefined);
  const known = { territory: data, isMissing, load: reload };
  provide(KEY, known);
  return known;
}

export function useTerritory(): KnownTerritory {
  const known = inject(KEY);
  if (!known) throw new Error('useTerritory: none is provided');
  return known;
}
