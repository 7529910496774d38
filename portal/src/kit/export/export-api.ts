import { ask } from '@alzette/web/asking';
import { contextLink } from '../../broker/context-link.ts';

/** The formats of exports. */
export const FORMATS = ['csv', 'xlsx', 'geojson', 'parquet', 'ics'] as const;
export type Format = (typeof FORMATS)[number];

/** The names of the formats, the same in every language. */
export const FORMAT_NAMES: Readonly<Record<Format, string>> = {
  csv: 'CSV',
  xlsx: 'Excel (XLSX)',
  geojson: 'GeoJSON',
  parquet: 'GeoParquet',
  ics: 'iCalendar (ICS)',
};

type Cell = string | number | null;

/** The content of an export: rows as displayed, or entities by their ids. */
export type View = { readonly name: string; readonly separator?: 'comma' | 'semicolon' } & (
  | {
      readonly columns: readonly { readonly name: string; readonly kind: 'text' | 'number' }[];
      readonly rows: readonly {
        readonly id: string;
        readonly values: readonly Cell[];
        readonly place?: readonly [number, number];
        readonly at?: string;
      }[];
    }
  | { readonly entities: { readonly ids: readonly string[]; readonly types: readonly string[] } }
);

/** The progress of an export. */
export interface ExportFile {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly rows: number;
  readonly of?: number;
  readonly fault?: string;
  /** The path of the finished file. */
  readonly file?: string;
}

export function askForFile(view: View, format: Format, signal: AbortSignal): Promise<ExportFile> {
  return ask('POST', '/opendata/exports', { ...view, format }, signal, contextLink());
}

export function exportFile(id: string, signal: AbortSignal): Promise<ExportFile> {
  return ask('GET', `/opendata/exports/${id}`, undefined, signal);
}
