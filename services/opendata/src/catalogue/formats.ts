const IANA = 'https://www.iana.org/assignments/media-types/';
const EU_FILE_TYPE = 'http://publications.europa.eu/resource/authority/file-type/';

/** File formats of datasets. `fileType`: from the authority table of the EU. */
export const FILE_FORMATS = {
  csv: { title: 'CSV', mediaType: 'text/csv', fileType: `${EU_FILE_TYPE}CSV`, needsPlace: false },
  xlsx: {
    title: 'Excel (XLSX)',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    fileType: `${EU_FILE_TYPE}XLSX`,
    needsPlace: false,
  },
  geojson: {
    title: 'GeoJSON',
    mediaType: 'application/geo+json',
    fileType: `${EU_FILE_TYPE}GEOJSON`,
    needsPlace: true,
  },
  parquet: {
    title: 'GeoParquet',
    mediaType: 'application/vnd.apache.parquet',
    fileType: `${EU_FILE_TYPE}PARQUET`,
    needsPlace: false,
  },
  ics: { title: 'iCalendar (ICS)', mediaType: 'text/calendar', fileType: `${EU_FILE_TYPE}ICS`, needsPlace: false },
} as const;
export type FileFormat = keyof typeof FILE_FORMATS;
export const FORMAT_NAMES = Object.keys(FILE_FORMATS) as FileFormat[];

/** The IRI of a media type in RDF. */
export function mediaTypeIri(mediaType: string): string {
  return IANA + mediaType;
}
