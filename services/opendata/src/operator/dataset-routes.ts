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
import type { Dataset, DatasetKey } from '../datasets/dataset.ts';
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
import { mayPublish, type OpenDataParts, siteOf } from '../parts.ts';
import { NATIONAL_SCHEMAS } from '../schemas/national-schemas.ts';

type Parts = OpenDataParts & ServiceContext;

/** `/opendata/datasets`: the definitions of datasets, and the quality of their metadata. */
export function definitionHandlers(
  parts: Parts,
  refreshSoon: (key: DatasetKey) => Promise<void>,
): Handlers<DatasetContract, 'list' | 'one' | 'save' | 'remove'> {
  const { db, territories } = parts;
  const datasets = datasetsOf(parts);
  return {
    list: {
      objects: listed(datasets),
      async handle(request) {
        checkPublisher(parts, request);
        const seen = await readable(request, datasets, await listDatasets(db, request.tenant));
        return { datasets: seen.map((dataset) => shown(parts, dataset)) };
      },
    },
    one: {
      objects: named(datasets),
      handle(request) {
        checkPublisher(parts, request);
        return shown(parts, judged(request, datasets));
      },
    },
    async save(request) {
      checkPublisher(parts, request);
      const { tenant, params } = request;
      const { id } = params;
      const definition = checkedDefinition(request.body, territories.of(tenant));
      const isNew = await createDataset(db, { tenant, id }, definition);
      if (!isNew && !(await db.transaction((tx) => changeDataset(tx, { tenant, id }, definition)))) {
        throw conflict(`${id} was withdrawn: its identifier can't be reused for other data`);
      }
      await note(parts, request, isNew ? 'dataset.create' : 'dataset.change', id, {
        types: definition.source.types,
        columns: definition.columns.map(({ name }) => name),
      });
      if (!isNew) await refreshSoon({ tenant, id });
      return answer(isNew ? 201 : 200, shown(parts, await found(parts, request, id)));
    },
    async remove(request) {
      const dataset = await found(parts, request, request.params.id);
      const { id } = dataset;
      if (!(await deleteDraft(db, dataset))) {
        throw conflict(`${id} was published: withdraw it instead, so that its identifier answers 410`);
      }
      await note(parts, request, 'dataset.delete', id);
    },
  };
}

/** `/opendata/datasets`: their publication. */
export function publicationHandlers(
  parts: Parts,
  refreshSoon: (key: DatasetKey) => Promise<void>,
): Handlers<DatasetContract, 'publish' | 'withdraw' | 'refresh'> {
  const { db } = parts;
  return {
    async publish(request) {
      const dataset = await found(parts, request, request.params.id);
      const { id } = dataset;
      if (!(await publishDataset(db, dataset))) throw conflict(`${id} is published already`, 'taken');
      await note(parts, request, 'dataset.publish', id);
      await refreshSoon(dataset);
      return shown(parts, await found(parts, request, id));
    },
    async withdraw(request) {
      const dataset = await found(parts, request, request.params.id);
      const { id } = dataset;
      if (!(await db.transaction((tx) => withdrawDataset(tx, dataset)))) throw conflict(`${id} is not published`);
      await forgetEntity(parts, dataset);
      await note(parts, request, 'dataset.withdraw', id);
      return shown(parts, await found(parts, request, id));
    },
    async refresh(request) {
      const dataset = await found(parts, request, request.params.id);
      if (dataset.state !== 'published') throw conflict(`${dataset.id} is not published`);
      await refreshSoon(dataset);
    },
  };
}

/** `/opendata/preview` and `/opendata/schemas`: what helps to write a definition. */
export function draftHandlers(parts: Parts): Handlers<DatasetContract, 'preview' | 'schemas'> {
  const { db, territories, context, clientOf } = parts;
  return {
    preview: {
      objects: BY_ENTITIES,
      async handle(request) {
        checkPublisher(parts, request);
        const { id = '' } = request.query;
        const site = siteOf(territories, request.tenant);
        const definition = checkedDefinition(request.body, site.territory);
        const kept = id === '' ? undefined : await findDataset(db, { tenant: site.tenant, id });
        const [known] = kept === undefined ? [] : await readable(request, datasetsOf(parts), [kept]);
        const quality = qualityOf({ ...(known ?? BLANK), definition }, new Date());
        const source = { client: clientOf(request), context, ...site };
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
function datasetsOf({ db }: Pick<OpenDataParts, 'db'>): ObjectKind<Dataset> {
  return {
    name: 'dataset',
    find: (tenant, id) => findDataset(db, { tenant, id }),
    may(action, { state, definition }, { caller, mayAny }) {
      if (caller.administers) return true;
      if (action === 'write' || caller.kind === 'anonymous') return false;
      return state === 'published' || mayAny('write', definition.source.types);
    },
  };
}

/** The state of a dataset that was never saved. */
const BLANK = { tenant: '', id: '', state: 'draft', createdAt: new Date(0), generation: 0, featureCount: 0 } as const;

function shown({ territories }: Pick<OpenDataParts, 'territories'>, dataset: Dataset): ShownDataset {
  const { tenant, createdAt, issuedAt, withdrawnAt, refreshedAt, startsAt, endsAt, ...rest } = dataset;
  const times = { issuedAt, withdrawnAt, refreshedAt, startsAt, endsAt };
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    ...Object.fromEntries(Object.entries(times).flatMap(([name, at]) => (at ? [[name, at.toISOString()]] : []))),
    url: `${territories.publicUrl(tenant)}/data/datasets/${dataset.id}`,
    quality: qualityOf(dataset, new Date()),
  };
}

/** @throws Problem 404 */
async function found(parts: OpenDataParts, request: FastifyRequest, id: string): Promise<Dataset> {
  checkPublisher(parts, request);
  const dataset = await findDataset(parts.db, { tenant: request.tenant, id });
  if (dataset === undefined) throw missing('dataset', id);
  return dataset;
}

/** Records an act in the audit. */
function note({ audit, callerOf }: Parts, request: FastifyRequest, action: string, id: string, details: object = {}) {
  const act = { action, object: id, tenant: request.tenant, outcome: 'done', details } as const;
  return audit.append({ actor: actor(callerOf(request)), ...act });
}

/** @throws Problem 400 */
function checkPublisher({ territories }: Pick<OpenDataParts, 'territories'>, { tenant }: FastifyRequest): void {
  if (mayPublish(territories, tenant)) return;
  throw refused('NGSILD-Tenant', tenant, 'a tenant with a host, where its datasets are found');
}
