import { contract, identifier, media, object, Type, type Value } from '@alzette/kit/contract';
import { VIEW_FILES } from './paths.ts';

type Cell = string | number | null;

/** What a reader sees, as a file: rows as displayed, or entities by their ids. */
export type ExportedView = {
  readonly name: string;
  readonly format: 'csv' | 'xlsx' | 'geojson' | 'parquet' | 'ics';
  readonly separator?: 'comma' | 'semicolon';
} & (
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

const PROGRESS = {
  id: Type.String(),
  format: Type.String(),
  state: Type.Enum(['waiting', 'running', 'done', 'failed']),
  rows: Type.Integer({ description: 'Written so far' }),
  of: Type.Optional(Type.Integer({ description: 'Rows in total' })),
  bytes: Type.Integer(),
  fault: Type.Optional(Type.String()),
  file: Type.Optional(Type.String({ description: 'Where the finished file is' })),
  until: Type.String({ description: 'How long it is stored' }),
};
const ViewFile = object({ ...PROGRESS, name: Type.String() });
/** A file of a dataset, which is prepared in the background. */
export const Prepared = object({ ...PROGRESS, dataset: Type.String(), url: Type.String() });
/** The media types of files. */
export const FILES = {
  200: media(
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/geo+json',
    'application/vnd.apache.parquet',
    'text/calendar',
  ),
} as const;

const OWN_FILE = { access: 'read', params: { id: identifier() } } as const;

/** What a reader sees, written to a file in the background. Only who requested a file can fetch it, for a day. */
export const viewFileContract = contract(VIEW_FILES, {
  write: {
    access: 'read',
    summary: 'Writes a view to a file: the rows of a table, or entities by ids or a query, now or over a period',
    body: Type.Unsafe<ExportedView>({ type: 'object' }),
    answers: { 202: ViewFile },
    example: {
      body: {
        name: 'lamps',
        format: 'csv',
        columns: [{ name: 'Lamp', kind: 'text' }],
        rows: [{ id: 'urn:ngsi-ld:Streetlight:1', values: ['1'] }],
      },
    },
  },
  progress: { ...OWN_FILE, summary: 'The progress of the file of a view', answers: { 200: ViewFile } },
  content: { ...OWN_FILE, summary: 'The file of a view, once it is complete', answers: FILES },
});

export type ViewFileContract = typeof viewFileContract;
export type ViewFile = Value<typeof ViewFile>;
