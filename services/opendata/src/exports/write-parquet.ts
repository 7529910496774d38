import type { BasicType, ByteWriter } from 'hyparquet-writer';
import type { ColumnKind, Feature } from '../datasets/dataset.ts';
import { type Chunks, fileColumns, type Table } from './table.ts';

/** Rows per row group; they are in memory together, and encoded in one turn of the event loop. */
const ROW_GROUP = 2_000;
const TYPES: { readonly [kind in ColumnKind]: BasicType } = {
  text: 'STRING',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
};

/** GeoParquet 1.1 with the geometry as WKB; plain Parquet for rows without a position. */
export async function* writeParquet({ dataset, batches }: Table): Chunks {
  const { ByteWriter, geojsonToWkb, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
  const columns = fileColumns(dataset).filter(({ name }) => name !== 'longitude' && name !== 'latitude');
  const hasPlace = dataset.definition.geometry;
  const dataOf = (features: readonly Feature[]) => [
    ...columns.map(({ name, kind, value }) => ({
      name,
      type: TYPES[kind],
      nullable: name !== 'id',
      data: features.map((feature) => {
        const cell = value(feature);
        return cell === undefined ? null : kind === 'time' ? new Date(String(cell)) : cell;
      }),
    })),
    ...(hasPlace
      ? [
          {
            name: GEOMETRY,
            type: 'BYTE_ARRAY' as const,
            nullable: true,
            data: features.map(({ geometry }) =>
              geometry ? geojsonToWkb(geometry as Parameters<typeof geojsonToWkb>[0]) : null,
            ),
          },
        ]
      : []),
  ];
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: dataOf([]) }),
    createdBy: 'Alzette',
    ...(hasPlace && { kvMetadata: [{ key: 'geo', value: JSON.stringify(geoMetadata(dataset.bbox)) }] }),
  });
  let group: Feature[] = [];
  for await (const batch of batches) {
    group.push(...batch);
    if (group.length < ROW_GROUP) continue;
    file.write({ columnData: dataOf(group), rowGroupSize: ROW_GROUP });
    group = [];
    yield taken(writer);
  }
  if (group.length > 0) file.write({ columnData: dataOf(group), rowGroupSize: ROW_GROUP });
  file.finish();
  yield taken(writer);
}

const GEOMETRY = 'geometry';

function geoMetadata(bbox: readonly number[] | undefined): object {
  return {
    version: '1.1.0',
    primary_column: GEOMETRY,
    columns: { [GEOMETRY]: { encoding: 'WKB', geometry_types: [], ...(bbox && { bbox }) } },
  };
}

/** The bytes written since the last call; the file offset continues. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
