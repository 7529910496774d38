import { csvLine } from '@alzette/kit/csv';
import { geoJsonOf } from '../ogc/documents.ts';
import { type Chunks, fileColumns, type Table } from './table.ts';

/** CSV in UTF-8 with a header, ISO dates and decimal points. */
export async function* writeCsv({ dataset, batches }: Table, separator: ',' | ';'): Chunks {
  const columns = fileColumns(dataset);
  yield csvLine(
    columns.map(({ name }) => name),
    separator,
  );
  for await (const batch of batches) {
    yield batch
      .map((feature) =>
        csvLine(
          columns.map(({ value }) => value(feature)),
          separator,
        ),
      )
      .join('');
  }
}

/** A FeatureCollection (RFC 7946). */
export async function* writeGeoJson({ batches }: Table): Chunks {
  yield '{"type":"FeatureCollection","features":[';
  let isFirst = true;
  for await (const batch of batches) {
    yield `${isFirst ? '' : ','}\n${batch.map((feature) => JSON.stringify(geoJsonOf(feature))).join(',\n')}`;
    isFirst = false;
  }
  yield '\n]}\n';
}
