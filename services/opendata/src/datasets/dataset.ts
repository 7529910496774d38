import type { SchemaFaults, TableSchema } from './table-schema.ts';
import type { Frequency, HvdCategory, LicenceId, Theme } from './vocabulary.ts';

/** A text in the languages of the catalogue; French is required. */
export interface Words {
  readonly fr: string;
  readonly en?: string;
}

export type ColumnKind = 'text' | 'number' | 'boolean' | 'time';

/** A column of the dataset: an attribute, or a member of an attribute's value. */
export interface Column {
  /** Its name in every format, e.g. `puissance_w`. */
  readonly name: string;
  /** The term of the attribute in the territory's @context. */
  readonly attribute: string;
  /** The path of a member within the value, separated by dots: `streetAddress`. */
  readonly path?: string;
  readonly kind: ColumnKind;
  readonly title: Words;
  /** UN/CEFACT code or symbol. */
  readonly unit?: string;
}

/**
 * The rows. `current`: one per entity. `history`: one per instant of an entity in the last `days`. `grid`: the number
 * of entities in a square of 200 m, by the values of the columns, without squares with fewer than five.
 */
export type Content =
  | { readonly kind: 'current' }
  | { readonly kind: 'history'; readonly days: number }
  | { readonly kind: 'grid' };

/** The definition of a dataset by an operator. Its columns and `geometry` are the allow-list. */
export interface DatasetDefinition {
  readonly title: Words;
  readonly description: Words;
  readonly keywords: readonly string[];
  readonly theme: Theme;
  readonly licence: LicenceId;
  readonly contact: { readonly name: string; readonly email: string };
  readonly hvd?: HvdCategory;
  /** The national schema for its rows. */
  readonly schema?: TableSchema;
  readonly source: {
    /** Terms of entity types. */
    readonly types: readonly string[];
    /** Slugs of communes; absent: all of them. */
    readonly communes?: readonly string[];
    readonly content: Content;
  };
  readonly columns: readonly Column[];
  /** Whether the position of each entity is shown. */
  readonly geometry: boolean;
  readonly frequency: Frequency;
}

export type DatasetState = 'draft' | 'published' | 'withdrawn';

export type BBox = readonly [west: number, south: number, east: number, north: number];

/** A dataset and the state of its features. */
export interface Dataset {
  readonly id: string;
  readonly definition: DatasetDefinition;
  readonly state: DatasetState;
  readonly createdAt: Date;
  readonly issuedAt?: Date;
  readonly withdrawnAt?: Date;
  readonly refreshedAt?: Date;
  readonly fault?: string;
  /** 0: there was no refresh yet. */
  readonly generation: number;
  readonly digest?: string;
  readonly featureCount: number;
  readonly bbox?: BBox;
  readonly startsAt?: Date;
  readonly endsAt?: Date;
  /** Violations by the present rows, if the dataset has a schema. */
  readonly schemaFaults?: SchemaFaults;
}

/** One row of a dataset, in WGS 84. */
export interface Feature {
  readonly id: string;
  readonly properties: { readonly [column: string]: string | number | boolean };
  readonly geometry?: Geometry;
  /** ISO 8601. */
  readonly at?: string;
}

export interface Geometry {
  readonly type: string;
  readonly coordinates: unknown;
}
