import { actor, type Caller } from '@alzette/kit/access';
import { BY_ENTITIES, documents, judgeOf, named } from '@alzette/kit/objects';
import { missing, Problem, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import type { ModelContract, ModelShown } from '../contract/contract.ts';
import type { Model } from '../contract/model.ts';
import type { Library } from '../library/library.ts';
import type { DecisionParts } from '../parts.ts';
import type { DocumentRows, Kept } from '../stored/document-rows.ts';
import { documentKind, existing } from '../stored/kinds.ts';
import { saveDocument } from '../stored/save.ts';
import { CHECK } from './check-task.ts';
import { defaultsOf, type Facts, readFacts, todayOf } from './facts.ts';
import type { ModelFunctions } from './functions.ts';

/** Finds models for a request: those of the product, and those that its sender may read. */
export interface Models {
  list(request: FastifyRequest): Promise<readonly FoundModel[]>;
  /** @throws Problem 404 */
  find(request: FastifyRequest, id: string): Promise<FoundModel>;
}

export interface FoundModel {
  readonly id: string;
  readonly model: Model;
  readonly version: number;
  readonly kept?: Kept<Model>;
}

export function createModels({ db }: DecisionParts, library: Library, rows: DocumentRows<Model>): Models {
  const kind = documentKind('model', (tenant, id) => rows.find(db, tenant, id));
  const ready = [...library.models].map(([id, model]) => ({ id, model, version: 1 }));
  const foundOf = (kept: Kept<Model>) => ({ id: kept.id, model: kept.document, version: kept.version, kept });
  return {
    async list(request) {
      const judge = judgeOf(request);
      const all = await rows.list(db, request.tenant);
      const may = await Promise.all(all.map((kept) => kind.may('read', kept, judge)));
      return [...ready, ...all.filter((_, at) => may[at]).map(foundOf)];
    },
    async find(request, id) {
      const own = ready.find((each) => each.id === id);
      if (own !== undefined) return own;
      const kept = await rows.find(db, request.tenant, id);
      if (kept === undefined || !(await kind.may('read', kept, judgeOf(request)))) throw missing('model', id);
      return foundOf(kept);
    },
  };
}

/** `/decisions/models` */
export function modelHandlers(
  parts: DecisionParts,
  library: Library,
  {
    rows,
    models,
    functions,
  }: { readonly rows: DocumentRows<Model>; readonly models: Models; readonly functions: ModelFunctions },
): Handlers<ModelContract> {
  const { db, callerOf, clientOf, compute, context, territories } = parts;
  const kind = documentKind('model', (tenant, id) => rows.find(db, tenant, id));
  const factsOf = async (request: FastifyRequest) => {
    const asked = { client: clientOf(request), tenant: request.tenant, context };
    return (await readFacts(asked, library, territories.of(request.tenant).communes)).of();
  };
  const check = async ({ tenant }: FastifyRequest, model: Model) => {
    const { faults, golden } = await compute.run(CHECK, model, { tenant });
    return { faults: [...faults, ...(faults.length === 0 ? functions.faultsOf(model) : [])], golden };
  };
  return {
    list: {
      objects: BY_ENTITIES,
      async handle(request) {
        const [all, facts] = await Promise.all([models.list(request), factsOf(request)]);
        return { models: all.map((found) => shown(callerOf(request), found, facts)) };
      },
    },
    one: {
      objects: BY_ENTITIES,
      async handle(request) {
        const found = await models.find(request, request.params.id);
        return shown(callerOf(request), found, await factsOf(request));
      },
    },
    check: { objects: BY_ENTITIES, handle: (request) => check(request, request.body) },
    save: {
      objects: documents(kind, ({ tenant, params: { id } }) => existing(rows, db, tenant, id)),
      async handle(request) {
        const { id } = request.params;
        if (library.models.has(id)) throw refused('id', id, 'the id of none of the models of the product');
        const { faults } = await check(request, request.body);
        const [fault] = faults;
        if (fault !== undefined) throw new Problem(400, 'The model is not valid', `${fault.field}: ${fault.message}`);
        const given = { id, version: request.query.version, document: request.body, what: 'model' };
        const { kept, isNew } = await saveDocument(parts, rows, request, given);
        return isNew ? answer(201, { version: kept.version }) : answer(200, { version: kept.version });
      },
    },
    remove: {
      objects: named(kind),
      async handle({ tenant, params: { id } }) {
        await rows.remove(db, tenant, id);
      },
    },
  };
}

function shown(caller: Caller, { id, model, version, kept }: FoundModel, facts: Facts): ModelShown {
  const defaults = defaultsOf(model, facts);
  return {
    id,
    model,
    version,
    isReady: kept === undefined,
    isOwn: kept !== undefined && (caller.administers || kept.author === actor(caller)),
    defaults,
    today: todayOf(model, defaults),
  };
}
