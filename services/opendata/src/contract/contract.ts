import { byName, contract, identifier, object, Type, text, type Value } from '@alzette/kit/contract';
import { DatasetDefinition, GivenDefinition, TableSchema } from './definition.ts';
import { DATASETS } from './paths.ts';

export type { Column, DatasetDefinition, GivenDefinition } from './definition.ts';
export * from './exports.ts';
export * from './key-requests.ts';

const Instant = Type.String({ format: 'date-time' });

/** The nine criteria of data.gouv.fr for metadata. */
export const CRITERIA = [
  'license',
  'temporalCoverage',
  'spatial',
  'updateFrequency',
  'updatedInTime',
  'description',
  'openFormat',
  'resourcesAvailable',
  'resourcesDocumentation',
] as const;
const Criterion = Type.Enum(CRITERIA);
const Met = Type.Boolean();
const Quality = object({
  score: Type.Integer({ description: 'Out of nine' }),
  criteria: object({
    license: Met,
    temporalCoverage: Met,
    spatial: Met,
    updateFrequency: Met,
    updatedInTime: Met,
    description: Met,
    openFormat: Met,
    resourcesAvailable: Met,
    resourcesDocumentation: Met,
  }),
  missing: Type.Array(object({ criterion: Criterion, fr: Type.String(), en: Type.String() }), {
    description: 'What to do for each criterion that is not met',
  }),
});
const State = Type.Enum(['draft', 'published', 'withdrawn']);
const SchemaFaults = object(
  {
    rows: Type.Integer({ description: 'How many' }),
    first: Type.Array(Type.String(), { description: 'The first violations' }),
  },
  'Violations by the present rows, if the dataset has a schema',
);
const Dataset = object(
  {
    id: Type.String(),
    definition: DatasetDefinition,
    state: State,
    createdAt: Instant,
    issuedAt: Type.Optional(Instant),
    withdrawnAt: Type.Optional(Instant),
    refreshedAt: Type.Optional(Instant),
    fault: Type.Optional(Type.String()),
    generation: Type.Integer({ description: '0: there was no refresh yet' }),
    digest: Type.Optional(Type.String()),
    featureCount: Type.Integer(),
    bbox: Type.Optional(Type.Array(Type.Number(), { description: 'West, south, east, north' })),
    startsAt: Type.Optional(Instant),
    endsAt: Type.Optional(Instant),
    schemaFaults: Type.Optional(SchemaFaults),
    url: Type.String(),
    quality: Quality,
  },
  'A dataset: its definition, state, figures and quality',
);
const Row = object(
  {
    id: Type.String(),
    properties: byName(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    geometry: Type.Optional(Type.Object({ type: Type.String(), coordinates: Type.Unknown() })),
    at: Type.Optional(Type.String()),
  },
  'One row of a dataset, in WGS 84',
);

const BY_ID = { id: identifier() };
const ACT = { access: 'administer', params: BY_ID, answers: { 200: Dataset } } as const;
const LAMPS: Value<typeof GivenDefinition> = {
  title: { fr: 'Lampadaires' },
  description: { fr: 'Les lampadaires et leur puissance' },
  keywords: ['éclairage'],
  theme: 'ENER',
  contact: { name: 'Mairie', email: 'data@example.org' },
  source: { types: ['Streetlight'], content: { kind: 'current' } },
  columns: [{ name: 'puissance', attribute: 'power', kind: 'number', title: { fr: 'Puissance' } }],
  geometry: true,
  frequency: 'daily',
};

/** The definitions of datasets, their publication, and the quality of their metadata. */
export const datasetContract = contract(DATASETS, {
  list: {
    access: 'read',
    summary: 'Datasets of every state, with the quality of their metadata',
    answers: { 200: object({ datasets: Type.Array(Dataset) }) },
  },
  one: { access: 'read', summary: 'A dataset', params: BY_ID, answers: { 200: Dataset } },
  save: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Creates or replaces a dataset; a published one is refreshed at once',
    params: BY_ID,
    body: GivenDefinition,
    answers: { 200: Dataset, 201: Dataset },
    example: { params: { id: 'lamps' }, body: LAMPS },
  },
  remove: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Deletes a draft that was never published',
    params: BY_ID,
    answers: { 204: null },
  },
  publish: { ...ACT, summary: 'Publishes a dataset; it is visible after its first refresh' },
  withdraw: {
    ...ACT,
    summary: 'Withdraws a dataset: deletes its rows and files; its identifier then answers 410',
  },
  refresh: {
    access: 'administer',
    summary: 'Refreshes a published dataset now',
    params: BY_ID,
    answers: { 202: null },
  },
  preview: {
    access: 'read',
    onlyReads: true,
    summary: 'A preview of the rows of a definition, limited by your rights, and the quality of its metadata',
    query: { id: text({ max: 64 }) },
    body: GivenDefinition,
    answers: { 200: object({ rows: Type.Array(Row), quality: Quality }) },
    example: { body: LAMPS },
  },
  schemas: {
    access: 'read',
    summary: 'National schemas (schema.data.gouv.fr) against which rows can be validated',
    answers: { 200: object({ schemas: Type.Array(object({ id: Type.String(), schema: TableSchema })) }) },
  },
});

export type DatasetContract = typeof datasetContract;
export type Quality = Value<typeof Quality>;
export type DatasetState = Value<typeof State>;
export type SchemaFaults = Value<typeof SchemaFaults>;
export type ShownDataset = Value<typeof Dataset>;
