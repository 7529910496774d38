import { actor } from '@alzette/kit/access';
import { BY_ENTITIES, forEveryone, judged, listed, named, type ObjectKind, readable } from '@alzette/kit/objects';
import { conflict, missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyRequest } from 'fastify';
import { forgetEntity } from '../collect/dataset-entity.ts';
import { previewOf } from '../collect/preview.ts';
import type { DatasetContract, ShownDataset } from '../contract/contract.ts';
import { checkedDefinition } from '../datasets/check-definition.ts';
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
import { type OpenDataParts, PUBLIC_TENANT } from '../parts.ts';
import { NATIONAL_SCHEMAS } from '../schemas/national-schemas.ts';

type Parts = OpenDataParts & ServiceContext;

/** `/opendata/datasets`: the definitions of datasets, and the quality of their metadata. */
export function definitionHandlers(
  parts: Parts,
  refreshSoon: (id: string) => Promise<void>,
): Handlers<DatasetContract, 'list' | 'one' | 'save' | 'remove'> {
  const { db, territories } = parts;
  const territory = territories.of(PUBLIC_TENANT);
  const datasets = datasetsOf(db);
  return {
    list: {
      objects: listed(datasets),
      async handle(request) {
        inPublicTenant(request);
        const seen = await readable(request, datasets, await listDatasets(db));
        return { datasets: seen.map((dataset) => shown(parts, dataset)) };
      },
    },
    one: {
      objects: named(datasets),
      handle(request) {
        inPublicTenant(request);
        return shown(parts, judged(request, datasets));
      },
    },
    async save(request) {
      inPublicTenant(request);
      const { id } = request.params;
      const definition = checkedDefinition(request.body, territory);
      const isNew = await createDataset(db, id, definition);
      if (!isNew && !(await db.transaction((tx) => changeDataset(tx, id, definition)))) {
        throw conflict(`${id} was withdrawn: its identifier can't be reused for other data`);
      }
      await note(parts, request, isNew ? 'dataset.create' : 'dataset.change', id, {
        types: definition.source.types,
        columns: definition.columns.map(({ name }) => name),
      });
      if (!isNew) await refreshSoon(id);
      return answer(isNew ? 201 : 200, shown(parts, await found(parts, request, id)));
    },
    async remove(request) {
      const { id } = await found(parts, request, request.params.id);
      if (!(await deleteDraft(db, id))) {
        throw conflict(`${id} was published: withdraw it instead, so that its identifier answers 410`);
      }
      await note(parts, request, 'dataset.delete', id);
    },
  };
}

/** `/opendata/datasets`: their publication. */
export function publicationHandlers(
  parts: Parts,
  refreshSoon: (id: string) => Promise<void>,
): Handlers<DatasetContract, 'publish' | 'withdraw' | 'refresh'> {
  const { db } = parts;
  return {
    async publish(request) {
      const { id } = await found(parts, request, request.params.id);
      if (!(await publishDataset(db, id))) throw conflict(`${id} is published already`);
      await note(parts, request, 'dataset.publish', id);
      await refreshSoon(id);
      return shown(parts, await found(parts, request, id));
    },
    async withdraw(request) {
      const { id } = await found(parts, request, request.params.id);
      if (!(await db.transaction((tx) => withdrawDataset(tx, id)))) throw conflict(`${id} is not published`);
      await forgetEntity(parts, id);
      await note(parts, request, 'dataset.withdraw', id);
      return shown(parts, await found(parts, request, id));
    },
    async refresh(request) {
      const { id, state } = await found(parts, request, request.params.id);
      if (state !== 'published') throw conflict(`${id} is not published`);
      await refreshSoon(id);
    },
  };
}

/** `/opendata/preview` and `/opendata/schemas`: what helps to write a definition. */
export function draftHandlers({
  db,
  territories,
  context,
  clientOf,
}: Parts): Handlers<DatasetContract, 'preview' | 'schemas'> {
  const territory = territories.of(PUBLIC_TENANT);
  return {
    preview: {
      objects: BY_ENTITIES,
      async handle(request) {
        inPublicTenant(request);
        const { id = '' } = request.query;
        const definition = checkedDefinition(request.body, territory);
        const kept = id === '' ? undefined : await findDataset(db, id);
        const [known] = kept === undefined ? [] : await readable(request, datasetsOf(db), [kept]);
        const quality = qualityOf({ ...(known ?? BLANK), definition }, new Date());
        const source = { client: clientOf(request), context, territory };
        return { ...(await previewOf(db, source, definition)), quality };
      },
    },
    schemas: {
      objects: forEveryone('the schemas are public'),
      handle: () => ({ schemas: Object.entries(NATIONAL_SCHEMAS).map(([id, schema]) => ({ id, schema })) }),
    },
  };
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

function shown({ publicUrl }: OpenDataParts, dataset: Dataset): ShownDataset {
  const { createdAt, issuedAt, withdrawnAt, refreshedAt, startsAt, endsAt, ...rest } = dataset;
  const times = { issuedAt, withdrawnAt, refreshedAt, startsAt, endsAt };
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    ...Object.fromEntries(Object.entries(times).flatMap(([name, at]) => (at ? [[name, at.toISOString()]] : []))),
    url: `${publicUrl}/data/datasets/${dataset.id}`,
    quality: qualityOf(dataset, new Date()),
  };
}

/** @throws Problem 404 */
async function found({ db }: OpenDataParts, request: FastifyRequest, id: string): Promise<Dataset> {
  inPublicTenant(request);
  const dataset = await findDataset(db, id);
  if (dataset === undefined) throw missing('dataset', id);
  return dataset;
}

/** Records an act in the audit. */
function note({ audit, callerOf }: Parts, request: FastifyRequest, action: string, id: string, details: object = {}) {
  const act = { action, object: id, tenant: PUBLIC_TENANT, outcome: 'done', details } as const;
  return audit.append({ actor: actor(callerOf(request)), ...act });
}

function inPublicTenant({ tenant }: FastifyRequest): void {
  if (tenant !== PUBLIC_TENANT)
    throw refused('NGSILD-Tenant', tenant, 'no tenant: datasets belong to the default tenant');
}
