import { randomBytes } from 'node:crypto';
import { actor } from '@alzette/kit/access';
import { clientGone } from '@alzette/kit/compute';
import { BY_ENTITIES, documents, judged, listed, named, readable } from '@alzette/kit/objects';
import { TAGGED_PDF } from '@alzette/kit/pdf';
import { missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import type { ScenarioContract } from '../contract/contract.ts';
import type { KeptScenario } from '../contract/scenario.ts';
import { compileModel } from '../model/compile-model.ts';
import { explain } from '../model/explain.ts';
import type { DecisionParts } from '../parts.ts';
import { centralValues } from '../simulate/simulate.ts';
import type { Kept } from '../stored/document-rows.ts';
import { documentKind, existing } from '../stored/kinds.ts';
import { saveDocument } from '../stored/save.ts';
import { type PublishingParts, publicationHandlers, withdraw } from './publication-routes.ts';
import { checkFinite, type Simulating } from './run-scenario.ts';
import { type SavedScenario, SCENARIO_ROWS } from './saved-scenario.ts';
import { scenarioPage } from './scenario-page.ts';

const LINK_BYTES = 24;

/** `/decisions/simulations`, `/decisions/scenarios` */
export function scenarioHandlers(parts: PublishingParts, simulating: Simulating): Handlers<ScenarioContract> {
  return {
    ...simulationHandlers(parts, simulating),
    ...readHandlers(parts),
    ...writeHandlers(parts, simulating),
    ...shareHandlers(parts),
    ...publicationHandlers(parts, scenarioKind(parts), ({ document }, tenant) => scopesOf(parts, document, tenant)),
  };
}

function simulationHandlers(
  _parts: DecisionParts,
  simulating: Simulating,
): Handlers<ScenarioContract, 'simulate' | 'explain'> {
  return {
    simulate: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const prepared = await simulating.prepare(request, request.body);
        return simulating.run(request.tenant, prepared, clientGone(reply));
      },
    },
    explain: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { name } = request.query;
        const prepared = await simulating.prepare(request, request.body);
        const { model, simulation } = prepared;
        const factors = simulation.factors ?? {};
        const set = model.factors.map((factor) => ({ ...factor, value: factors[factor.id] ?? factor.value }));
        const compiled = compileModel({
          ...model,
          factors: set.map((each) => ({ ...each, distribution: 'fixed' as const })),
        });
        const output = model.outputs.find(({ id }) => id === name);
        const wanted = output?.is ?? name;
        if (!compiled.places.has(wanted))
          throw refused('name', name, `one of ${model.outputs.map(({ id }) => id).join(', ')}`);
        const levers = simulation.variants[0]?.levers ?? {};
        const given = { ...levers, ...(await simulating.computed(prepared, levers)) };
        const found = explain(compiled, centralValues(compiled, given), wanted);
        checkFinite(found);
        return { parts: found };
      },
    },
  };
}

function readHandlers(parts: DecisionParts): Handlers<ScenarioContract, 'list' | 'one' | 'versions' | 'pdf'> {
  const { db, compute, territories } = parts;
  const kind = scenarioKind(parts);
  return {
    list: {
      objects: listed(kind),
      async handle(request) {
        const seen = await readable(request, kind, await SCENARIO_ROWS.list(db, request.tenant));
        return { scenarios: seen.map((kept) => shown(parts, request, kept)) };
      },
    },
    one: { objects: named(kind), handle: (request) => whole(parts, request, judged(request, kind)) },
    versions: {
      objects: named(kind),
      async handle({ tenant, params: { id } }) {
        const versions = await SCENARIO_ROWS.versions(db, tenant, id);
        return { versions: versions.map(({ document: { scenario }, ...version }) => ({ ...version, scenario })) };
      },
    },
    pdf: {
      objects: named(kind),
      async handle(request, reply) {
        const page = scenarioPage(judged(request, kind), territories.of(request.tenant), request.query.language);
        const bytes = await compute.run(TAGGED_PDF, page, { tenant: request.tenant, signal: clientGone(reply) });
        return Buffer.from(bytes);
      },
    },
  };
}

function writeHandlers(
  parts: PublishingParts,
  simulating: Simulating,
): Handlers<ScenarioContract, 'save' | 'remove' | 'comment'> {
  const { db, callerOf } = parts;
  const kind = scenarioKind(parts);
  return {
    save: {
      objects: documents(kind, ({ tenant, params: { id } }) => existing(SCENARIO_ROWS, db, tenant, id)),
      async handle(request, reply) {
        const { chosen, ...scenario } = request.body;
        if (chosen !== undefined && chosen.variant >= scenario.variants.length)
          throw refused('chosen.variant', chosen.variant, `a number below ${scenario.variants.length}`);
        const { title, question, ...simulation } = scenario;
        const prepared = await simulating.prepare(request, simulation);
        const result = await simulating.run(request.tenant, prepared, clientGone(reply));
        const saved = { title, question, ...prepared.simulation, ...(chosen && { chosen }) };
        const document = { scenario: saved, model: prepared.model, result };
        const { id } = request.params;
        const { kept, isNew } = await saveDocument(parts, SCENARIO_ROWS, request, {
          id,
          version: request.query.version,
          document,
          what: 'scenario',
        });
        const value = await whole(parts, request, kept);
        return isNew ? answer(201, value) : answer(200, value);
      },
    },
    remove: {
      objects: named(kind),
      async handle(request) {
        const { tenant } = request;
        const { id } = request.params;
        if (judged(request, kind).openVersion !== undefined) await withdraw(parts, tenant, id);
        await SCENARIO_ROWS.remove(db, tenant, id);
      },
    },
    comment: {
      objects: named(kind, { action: 'read' }),
      async handle(request) {
        const { tenant, params, body } = request;
        await SCENARIO_ROWS.comment(db, tenant, params.id, actor(callerOf(request)), body.text);
        return whole(parts, request, judged(request, kind));
      },
    },
  };
}

function shareHandlers(parts: DecisionParts): Handlers<ScenarioContract, 'share' | 'unshare' | 'shared' | 'sharedPdf'> {
  const { db, compute, territories } = parts;
  const kind = scenarioKind(parts);
  return {
    share: {
      objects: named(kind),
      async handle(request) {
        const kept = judged(request, kind);
        const link = kept.link ?? randomBytes(LINK_BYTES).toString('hex');
        await SCENARIO_ROWS.share(db, request.tenant, kept.id, link);
        return { link };
      },
    },
    unshare: {
      objects: named(kind),
      async handle({ tenant, params: { id } }) {
        await SCENARIO_ROWS.share(db, tenant, id, undefined);
      },
    },
    async shared({ params: { link } }) {
      const kept = await SCENARIO_ROWS.findByLink(db, link);
      if (kept === undefined) throw missing('shared scenario', link);
      return { ...kept.document, changedAt: kept.changedAt };
    },
    async sharedPdf({ params: { link }, query: { language } }, reply) {
      const kept = await SCENARIO_ROWS.findByLink(db, link);
      if (kept === undefined) throw missing('shared scenario', link);
      const { tenant } = kept;
      const page = scenarioPage(kept, territories.of(tenant), language);
      return Buffer.from(await compute.run(TAGGED_PDF, page, { tenant, signal: clientGone(reply) }));
    },
  };
}

function scenarioKind({ db, territories }: DecisionParts) {
  const find = (tenant: string, id: string) => SCENARIO_ROWS.find(db, tenant, id);
  return documentKind<SavedScenario>('scenario', find, (document, tenant) =>
    scopesOf({ territories }, document, tenant),
  );
}

/** Of the communes whose figures a scenario shows. */
function scopesOf(
  { territories }: Pick<DecisionParts, 'territories'>,
  { scenario: { communes: chosen } }: SavedScenario,
  tenant: string,
): string[] {
  const { communes } = territories.of(tenant);
  return communes.filter(({ slug }) => chosen?.includes(slug) ?? true).map(({ scope }) => scope);
}

function shown(
  { callerOf }: DecisionParts,
  request: FastifyRequest,
  { id, document, version, changedAt, isPublished, author, link, openVersion }: Kept<SavedScenario>,
): KeptScenario {
  const caller = callerOf(request);
  const isOwn = author === actor(caller);
  return {
    id,
    scenario: document.scenario,
    version,
    changedAt,
    isPublished,
    isOwn,
    mayChange: caller.administers || isOwn,
    ...(caller.administers && link !== undefined && { link }),
    ...(openVersion !== undefined && { openVersion }),
    comments: [],
  };
}

async function whole(parts: DecisionParts, request: FastifyRequest, kept: Kept<SavedScenario>): Promise<KeptScenario> {
  const own = actor(parts.callerOf(request));
  const comments = await SCENARIO_ROWS.comments(parts.db, request.tenant, kept.id);
  return {
    ...shown(parts, request, kept),
    result: kept.document.result,
    model: kept.document.model,
    comments: comments.map(({ author, made_at, content }) => ({
      at: made_at.toISOString(),
      text: content,
      isOwn: author === own,
    })),
  };
}
