import { contract, flag, media, object, oneOf, Type, text, type Value } from '@alzette/kit/contract';
import { PARK } from './paths.ts';

export const QUALITY_ISSUES = ['noPower', 'noPosition', 'noCabinet', 'noStreet', 'tooCold'] as const;
export type QualityIssue = (typeof QUALITY_ISSUES)[number];
const Quality = object({
  lamps: Type.Integer(),
  issues: Type.Array(
    object({
      issue: Type.Enum(QUALITY_ISSUES),
      count: Type.Integer(),
      lamps: Type.Array(object({ id: Type.String(), name: Type.Optional(Type.String()) }), {
        description: 'The first 200',
      }),
    }),
  ),
});

const RowFault = object(
  { line: Type.Integer(), column: Type.String(), detail: Type.String() },
  'An invalid row, or an invalid part of one. Lines count from 1, with the header',
);
const Difference = object({
  id: Type.String(),
  kind: Type.Enum(['created', 'changed']),
  changes: Type.Array(object({ field: Type.String(), from: Type.Optional(Type.Unknown()), to: Type.Unknown() })),
});
const ImportReport = object(
  {
    applied: Type.Boolean({ description: 'False: a dry run' }),
    read: Type.Integer(),
    created: Type.Integer(),
    changed: Type.Integer(),
    unchanged: Type.Integer(),
    notInFile: Type.Integer({ description: 'Lamps in the park that are not in the file: they stay' }),
    faults: Type.Array(RowFault),
    differences: Type.Array(Difference, { description: 'The first 1,000' }),
  },
  'The changes of an import, or of a dry run',
);

export const BODY_LIMIT = 32 * 1024 * 1024;

/** Import and export of lamps, and the quality of their data. */
export const parkContract = contract(PARK, {
  import: {
    access: 'write',
    summary:
      'Compares a file of light points (EclExt CSV, GeoJSON or TALQ devices) with the park; apply=true writes the differences',
    bodyLimit: BODY_LIMIT,
    query: { apply: flag({ default: false }), columns: text({ max: 10_000 }) },
    body: media('text/csv', 'application/geo+json', 'application/json'),
    answers: { 200: ImportReport },
  },
  export: {
    access: 'read',
    summary: 'The park as EclExt CSV, GeoJSON or TALQ',
    query: { format: oneOf(['eclext', 'geojson', 'talq'], { default: 'eclext' }) },
    answers: { 200: media('text/csv; charset=utf-8', 'application/geo+json', 'application/json; charset=utf-8') },
  },
  quality: {
    access: 'read',
    summary: 'Gaps in the data of the lamps, and lamps above 3,000 K',
    answers: { 200: Quality },
  },
});

export type ParkContract = typeof parkContract;
export type Quality = Value<typeof Quality>;
export type RowFault = Value<typeof RowFault>;
export type Difference = Value<typeof Difference>;
export type ImportReport = Value<typeof ImportReport>;
