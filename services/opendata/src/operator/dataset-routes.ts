import { actor } from '@alzette/kit/access';
import { object } from '@alzette/kit/bodies';
import { BY_ENTITIES, forEveryone, judged, listed, named, type ObjectKind, readable } from '@alzette/kit/objects';
import { identifier, readPath, readQuery, text } from '@alzette/kit/parameters';
import { conflict, missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { forgetEntity } from '../collect/dataset-entity.ts';
import { previewOf } from '../collect/preview.ts';
import type { Dataset } from '../datasets/dataset.ts';
import {
  changeDataset,
  createDataset,
  deleteDraft,
  findDataset,
  listDatasets,
  publishDataset,
  withdrawDataset,
} from '../datasets/dataset-rows.ts';
import { qualityOf } from '../datasets/quality.ts';
import { DATASET_BODY, readDefinition } from '../datasets/read-dataset.ts';
import { type OpenDataParts, PUBLIC_TENANT } from '../parts.ts';
import { NATIONAL_SCHEMAS } from '../schemas/national-schemas.ts';

const DATASET = { type: 'object', description: 'A dataset: its definition, state, figures and quality' };
const PATH = { id: identifier({ required: true }) };
const PREVIEW = { id: text({ max: 64 }) };

/** `/opendata/datasets`: the definitions of datasets, their publication, and the quality of their metadata. */
export function datasetRoutes(
  scope: FastifyInstance,
  parts: OpenDataParts,
  given: ServiceContext,
  refreshSoon: (id: string) => Promise<void>,
): void {
  definitionRoutes(scope, parts, given, refreshSoon);
  publicationRoutes(scope, parts, given, refreshSoon);
  draftRoutes(scope, parts, given);
}

function definitionRoutes(
  scope: FastifyInstance,
  parts: OpenDataParts,
  given: ServiceContext,
  refreshSoon: (id: string) => Promise<void>,
): void {
  const { db, territory } = parts;
  const datasets = datasetsOf(db);
  scope.get(
    '/datasets',
    operation({
      access: 'read',
      objects: listed(datasets),
      summary: 'Datasets of every state, with the quality of their metadata',
      answer: object({ datasets: { type: 'array', items: DATASET } }),
    }),
    async (request) => {
      inPublicTenant(request);
      const seen = await readable(request, datasets, await listDatasets(db));
      return { datasets: seen.map((dataset) => shown(parts, dataset)) };
    },
  );

  scope.get(
    '/datasets/:id',
    operation({ access: 'read', objects: named(datasets), summary: 'A dataset', answer: DATASET }),
    async (request) => {
      inPublicTenant(request);
      return shown(parts, judged(request, datasets));
    },
  );

  scope.put(
    '/datasets/:id',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Creates or replaces a dataset; a published one is refreshed at once',
      body: DATASET_BODY,
      answer: DATASET,
    }),
    async (request, reply) => {
      inPublicTenant(request);
      const { id } = readPath(request, PATH);
      const definition = readDefinition(request.body, territory);
      const isNew = await createDataset(db, id, definition);
      if (!isNew && !(await db.transaction((tx) => changeDataset(tx, id, definition)))) {
        throw conflict(`${id} was withdrawn: its identifier can't be reused for other data`);
      }
      await note(parts, given, request, isNew ? 'dataset.create' : 'dataset.change', id, {
        types: definition.source.types,
        columns: definition.columns.map(({ name }) => name),
      });
      if (!isNew) await refreshSoon(id);
      const dataset = await findDataset(db, id);
      return reply.code(isNew ? 201 : 200).send(dataset && shown(parts, dataset));
    },
  );

  scope.delete(
    '/datasets/:id',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Deletes a draft that was never published',
    }),
    async (request, reply) => {
      const { id } = await found(parts, request);
      if (!(await deleteDraft(db, id))) {
        throw conflict(`${id} was published: withdraw it instead, so that its identifier answers 410`);
      }
      await note(parts, given, request, 'dataset.delete', id);
      return reply.code(204).send();
    },
  );
}

function publicationRoutes(
  scope: FastifyInstance,
  parts: OpenDataParts,
  given: ServiceContext,
  refreshSoon: (id: string) => Promise<void>,
): void {
  const { db } = parts;
  scope.post(
    '/datasets/:id/publish',
    operation({
      access: 'administer',
      summary: 'Publishes a dataset; it is visible after its first refresh',
      answer: DATASET,
    }),
    async (request) => {
      const { id } = await found(parts, request);
      if (!(await publishDataset(db, id))) throw conflict(`${id} is published already`);
      await note(parts, given, request, 'dataset.publish', id);
      await refreshSoon(id);
      return shown(parts, await found(parts, request));
    },
  );

  scope.post(
    '/datasets/:id/withdraw',
    operation({
      access: 'administer',
      summary: 'Withdraws a dataset: deletes its rows and files; its identifier then answers 410',
      answer: DATASET,
    }),
    async (request) => {
      const { id } = await found(parts, request);
      if (!(await db.transaction((tx) => withdrawDataset(tx, id)))) throw conflict(`${id} is not published`);
      await forgetEntity(parts, id);
      await note(parts, given, request, 'dataset.withdraw', id);
      return shown(parts, await found(parts, request));
    },
  );

  scope.post(
    '/datasets/:id/refresh',
    operation({ access: 'administer', summary: 'Refreshes a published dataset now' }),
    async (request, reply) => {
      const { id, state } = await found(parts, request);
      if (state !== 'published') throw conflict(`${id} is not published`);
      await refreshSoon(id);
      return reply.code(202).send();
    },
  );
}

function draftRoutes(scope: FastifyInstance, { db, territory, context }: OpenDataParts, given: ServiceContext): void {
  scope.post(
    '/preview',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'A preview of the rows of a definition, limited by your rights, and the quality of its metadata',
      query: PREVIEW,
      body: DATASET_BODY,
      answer: object({ rows: { type: 'array', items: { type: 'object' } }, quality: { type: 'object' } }),
    }),
    async (request) => {
      inPublicTenant(request);
      const { id = '' } = readQuery(request, PREVIEW);
      const definition = readDefinition(request.body, territory);
      const kept = id === '' ? undefined : await findDataset(db, id);
      const [known] = kept === undefined ? [] : await readable(request, datasetsOf(db), [kept]);
      const quality = qualityOf({ ...(known ?? BLANK), definition }, new Date());
      const source = { client: given.clientOf(request), context, territory };
      return { ...(await previewOf(db, source, definition)), quality };
    },
  );
  scope.get(
    '/schemas',
    operation({
      access: 'read',
      objects: forEveryone('the schemas are public'),
      summary: 'National schemas (schema.data.gouv.fr) against which rows can be validated',
      answer: object({ schemas: { type: 'array', items: { type: 'object' } } }),
    }),
    async () => ({ schemas: Object.entries(NATIONAL_SCHEMAS).map(([id, schema]) => ({ id, schema })) }),
  );
}

/**
 * Published datasets are for everyone who is known; strangers have the catalogue. Others, for who may write entities of
 * their types, or administers.
 */
function datasetsOf(db: OpenDataParts['db']): ObjectKind<Dataset> {
  return {
    name: 'dataset',
    find: (tenant, id) => (tenant === PUBLIC_TENANT ? findDataset(db, id) : undefined),
    may(action, { state, definition }, { caller, mayAny }) {
      if (caller.administers) return true;
      if (action === 'write' || caller.kind === 'anonymous') return false;
      return state === 'published' || mayAny('write', definition.source.types);
    },
  };
}

/** The state of a dataset that was never saved. */
const BLANK = { id: '', state: 'draft', createdAt: new Date(0), generation: 0, featureCount: 0 } as const;

function shown({ publicUrl }: OpenDataParts, dataset: Dataset) {
  return {
    ...dataset,
    url: `${publicUrl}/data/datasets/${dataset.id}`,
    quality: qualityOf(dataset, new Date()),
  };
}

/** @throws Problem 404 */
async function found({ db }: OpenDataParts, request: FastifyRequest): Promise<Dataset> {
  const { id } = readPath(request, PATH);
  inPublicTenant(request);
  const dataset = await findDataset(db, id);
  if (dataset === undefined) throw missing('dataset', id);
  return dataset;
}

/** Records an act in the audit. */
function note(
  { audit }: OpenDataParts,
  { callerOf }: ServiceContext,
  request: FastifyRequest,
  action: string,
  id: string,
  details: object = {},
) {
  const act = { action, object: id, tenant: PUBLIC_TENANT, outcome: 'done', details } as const;
  return audit.append({ actor: actor(callerOf(request)), ...act });
}

function inPublicTenant({ tenant }: FastifyRequest): void {
  if (tenant !== PUBLIC_TENANT)
    throw refused('NGSILD-Tenant', tenant, 'no tenant: datasets belong to the default tenant');
}
