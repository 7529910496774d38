import type { BBox, ColumnKind, DatasetDefinition, Feature } from '../datasets/dataset.ts';
import { queryColumns } from '../ogc/items.ts';

/** The content of a file: the features of a dataset or of a view, in batches. */
export interface Table {
  readonly dataset: {
    readonly definition: Pick<DatasetDefinition, 'title' | 'columns' | 'geometry'> & {
      readonly source: Pick<DatasetDefinition['source'], 'content'>;
    };
    readonly bbox?: BBox;
  };
  readonly batches: AsyncIterable<readonly Feature[]>;
}

export type Chunks = AsyncGenerator<Uint8Array | string, void, undefined>;

export interface FileColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  value(feature: Feature): string | number | boolean | undefined;
}

/** The columns of flat files: id, the dataset's columns, the time, and the position. */
export function fileColumns({ definition }: Table['dataset']): FileColumn[] {
  const place = (at: 0 | 1) => (feature: Feature) =>
    feature.geometry?.type === 'Point' ? (feature.geometry.coordinates as number[])[at] : undefined;
  return [
    { name: 'id', kind: 'text', value: ({ id }) => id },
    ...queryColumns(definition).map(({ name, kind }) => ({
      name,
      kind,
      value: ({ properties }: Feature) => properties[name],
    })),
    { name: 'observed_at', kind: 'time', value: ({ at }) => at },
    ...(definition.geometry
      ? ([
          { name: 'longitude', kind: 'number', value: place(0) },
          { name: 'latitude', kind: 'number', value: place(1) },
        ] as const)
      : []),
  ];
}
