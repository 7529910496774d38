import { ask } from '@alzette/web/asking';
import { contextLink } from '../../broker/context-link.ts';

export const KINDS = ['text', 'number', 'boolean', 'time'] as const;
export const CONTENTS = ['current', 'history', 'grid'] as const;
export const FREQUENCIES = ['quarterHourly', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'annual'] as const;
export const LICENCES = ['lov2', 'odc-odbl'] as const;
export const THEMES = [
  'AGRI',
  'ECON',
  'EDUC',
  'ENER',
  'ENVI',
  'GOVE',
  'HEAL',
  'JUST',
  'REGI',
  'SOCI',
  'TECH',
  'TRAN',
] as const;
export const HVD = ['geospatial', 'environment', 'meteorological', 'statistics', 'companies', 'mobility'] as const;

export interface Column {
  readonly name: string;
  readonly attribute: string;
  readonly path?: string;
  readonly kind: (typeof KINDS)[number];
  readonly title: { readonly fr: string; readonly en?: string };
  readonly unit?: string;
}

/** The format of `PUT /opendata/datasets/{id}`. */
export interface Definition {
  readonly title: { readonly fr: string; readonly en?: string };
  readonly description: { readonly fr: string; readonly en?: string };
  readonly keywords: readonly string[];
  readonly theme: (typeof THEMES)[number];
  readonly licence: (typeof LICENCES)[number];
  readonly contact: { readonly name: string; readonly email: string };
  readonly hvd?: (typeof HVD)[number];
  readonly schema?: object;
  readonly source: {
    readonly types: readonly string[];
    readonly communes?: readonly string[];
    readonly content: { readonly kind: (typeof CONTENTS)[number]; readonly days?: number };
  };
  readonly columns: readonly Column[];
  readonly geometry: boolean;
  readonly frequency: (typeof FREQUENCIES)[number];
}

export interface Quality {
  readonly score: number;
  readonly criteria: Readonly<Record<string, boolean>>;
  readonly missing: readonly { readonly criterion: string; readonly fr: string; readonly en: string }[];
}

export interface Dataset {
  readonly id: string;
  readonly definition: Definition;
  readonly state: 'draft' | 'published' | 'withdrawn';
  readonly featureCount: number;
  readonly refreshedAt?: string;
  readonly fault?: string;
  readonly url: string;
  readonly quality: Quality;
  readonly schemaFaults?: { readonly rows: number; readonly first: readonly string[] };
}

export interface PreviewRow {
  readonly id: string;
  readonly at?: string;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

export function listDatasets(signal: AbortSignal) {
  return ask<{ datasets: Dataset[] }>('GET', '/opendata/datasets', undefined, signal);
}

export function findDataset(id: string, signal: AbortSignal) {
  return ask<Dataset>('GET', `/opendata/datasets/${id}`, undefined, signal);
}

export function saveDataset(id: string, definition: Definition) {
  return ask<Dataset>('PUT', `/opendata/datasets/${id}`, definition);
}

export function actOn(id: string, act: 'publish' | 'withdraw' | 'refresh') {
  return ask<unknown>('POST', `/opendata/datasets/${id}/${act}`);
}

export function deleteDataset(id: string) {
  return ask<void>('DELETE', `/opendata/datasets/${id}`);
}

/** The first rows of a definition, and the quality score of its metadata. */
export function previewDataset(id: string, definition: Definition, signal: AbortSignal) {
  const query = new URLSearchParams(id === '' ? {} : { id });
  return ask<{ rows: PreviewRow[]; quality: Quality }>(
    'POST',
    `/opendata/preview?${query}`,
    definition,
    signal,
    contextLink(),
  );
}

export function nationalSchemas(signal: AbortSignal) {
  return ask<{ schemas: { id: string; schema: { name: string; fields: { name: string }[] } }[] }>(
    'GET',
    '/opendata/schemas',
    undefined,
    signal,
  );
}
