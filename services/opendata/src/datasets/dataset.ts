import type { DatasetState, SchemaFaults } from '../contract/contract.ts';
import type { DatasetDefinition } from '../contract/definition.ts';

export type { DatasetState } from '../contract/contract.ts';
export type { Column, ColumnKind, DatasetDefinition, Words } from '../contract/definition.ts';

export type BBox = readonly [west: number, south: number, east: number, north: number];

/** Each tenant names its datasets. */
export interface DatasetKey {
  readonly tenant: string;
  readonly id: string;
}

/** A dataset and the state of its features. */
export interface Dataset extends DatasetKey {
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
