import type { ExportedView } from '@alzette/opendata/contract';

export type Format = ExportedView['format'];

/** The names of the formats, the same in every language. */
export const FORMAT_NAMES: Readonly<Record<Format, string>> = {
  csv: 'CSV',
  xlsx: 'Excel (XLSX)',
  geojson: 'GeoJSON',
  parquet: 'GeoParquet',
  ics: 'iCalendar (ICS)',
};

/** The content of an export, without its format. */
export type View = DistributiveOmit<ExportedView, 'format'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
