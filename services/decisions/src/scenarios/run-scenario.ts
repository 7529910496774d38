import type { Values } from '@alzette/kit/model-functions';
import { Problem, refused } from '@alzette/kit/problems';
import type { CommuneInfo } from '@alzette/kit/service';
import { contains } from '@alzette/ngsi-ld-schemas/geo';
import type { FastifyRequest } from 'fastify';
import type { Model } from '../contract/model.ts';
import type { Simulated, Simulation, VariantResult } from '../contract/scenario.ts';
import type { Library } from '../library/library.ts';
import { defaultsOf, type KnownFacts, readFacts, todayOf } from '../models/facts.ts';
import type { ModelFunctions } from '../models/functions.ts';
import type { Models } from '../models/model-routes.ts';
import type { DecisionParts } from '../parts.ts';
import type { ReachGround } from '../reach/ground.ts';
import { type KnownCell, readKnownCells } from '../reach/group-cells.ts';
import { SIMULATION } from '../simulate/simulate-task.ts';
import type { Asked } from '../statistics/kpi-entities.ts';
import { exposureOf, readZones } from './exposure.ts';
import { drawnLevers, peopleIn, servedOf } from './spatial.ts';
import { whoPays } from './who-pays.ts';

const GENERATOR = 'xoshiro128**';

/** A simulation whose levers are all set. */
export interface Prepared {
  readonly model: Model;
  readonly simulation: Simulation;
  readonly today: Readonly<Record<string, number>>;
  readonly facts: KnownFacts;
  /** Whose rights what is on the map is read with. */
  readonly asked: Asked;
}

export interface Simulating {
  /** @throws Problem 400, 404 */
  prepare(request: FastifyRequest, simulation: Simulation): Promise<Prepared>;
  /** The same for a model of the product, with the rights of a client. @throws Problem 400 */
  prepareFor(asked: Asked, simulation: Simulation): Promise<Prepared>;
  /** @throws Problem 422 */
  run(tenant: string, prepared: Prepared, signal?: AbortSignal): Promise<Simulated>;
  /** What the functions of the model give for the levers. @throws Problem 422 */
  computed(prepared: Prepared, levers: Values): Promise<Values>;
}

export interface SimulatingMeans {
  readonly library: Library;
  readonly models: Models;
  readonly ground: ReachGround;
  readonly functions: ModelFunctions;
}

export function createSimulating(
  parts: DecisionParts,
  { library, models, ground, functions }: SimulatingMeans,
): Simulating {
  const { clientOf, compute, context, territories } = parts;
  const prepareModel = async (asked: Asked, model: Model, simulation: Simulation): Promise<Prepared> => {
    const { communes } = territories.of(asked.tenant);
    checkCommunes(simulation, communes);
    checkNames(simulation, model);
    const facts = await readFacts(asked, library, communes);
    const defaults = defaultsOf(model, facts.of(simulation.communes));
    const variants: Simulation['variants'][number][] = [];
    for (const [at, variant] of simulation.variants.entries()) {
      const drawn = await drawnLevers(asked, model, variant, `variants.${at}`);
      variants.push({ ...variant, levers: { ...defaults, ...variant.levers, ...drawn } });
    }
    return { model, facts, asked, today: todayOf(model, defaults), simulation: { ...simulation, variants } };
  };
  return {
    async prepare(request, simulation) {
      const { model } = await models.find(request, simulation.model);
      return prepareModel({ client: clientOf(request), tenant: request.tenant, context }, model, simulation);
    },
    async prepareFor(asked, simulation) {
      const model = library.models.get(simulation.model);
      if (model === undefined)
        throw refused('model', simulation.model, `one of ${[...library.models.keys()].join(', ')}`);
      return prepareModel(asked, model, simulation);
    },
    async computed({ model, asked }, levers) {
      const [computed = {}] = await functions.compute(asked, model, [levers]);
      return computed;
    },
    async run(tenant, { model, simulation, today, facts, asked }, signal) {
      const { variants, factors, years, discountRate, seed, draws, goals } = simulation;
      const named = [{ name: 'today', levers: today }, ...variants];
      const computed = await functions.compute(
        { ...asked, signal },
        model,
        named.map(({ levers }) => levers),
      );
      const all = named.map(({ name, levers }, at) => ({
        name,
        levers,
        ...(model.calls && { computed: computed[at] }),
      }));
      const given = { model, variants: all, years, discountRate, seed, draws, goals, ...(factors && { factors }) };
      const simulated = await compute.run(SIMULATION, given, { tenant, signal });
      if ('fault' in simulated) throw new Problem(422, 'The model cannot be computed', simulated.fault.message);
      const [first, ...others] = simulated.variants;
      if (first === undefined) throw new Error('a simulation without results');
      checkFinite(simulated.variants);
      const cells = once(() => cellsOf(parts, asked, simulation.communes));
      const shown = await withPlaces(parts, ground, asked, { variants, results: others, cells, signal });
      const { area } = simulation;
      const peopleInArea = area && peopleIn(await cells(), area);
      const people = facts.of(simulation.communes).population;
      const groups = whoPays(await cells(), { today: first, variants: others, years, discountRate, area });
      return {
        today: first,
        variants: shown,
        communes: sharesOf(model, simulation, facts, territories.of(tenant).communes),
        ...(groups.length > 0 && { groups }),
        ...(peopleInArea !== undefined && { peopleInArea }),
        ...(people !== undefined && { people }),
        assumed: model.factors.flatMap(({ id, isAssumption }) =>
          isAssumption && factors?.[id] === undefined ? [id] : [],
        ),
        madeWith: { seed, draws, generator: GENERATOR },
      };
    },
  };
}

/** The results of variants with what they change in the places that are drawn: ways of people, and who is exposed. */
async function withPlaces(
  parts: DecisionParts,
  ground: ReachGround,
  asked: Asked,
  {
    variants,
    results,
    cells,
    signal,
  }: {
    readonly variants: Simulation['variants'];
    readonly results: readonly VariantResult[];
    readonly cells: () => Promise<readonly KnownCell[]>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<VariantResult[]> {
  const zones = variants.some(({ changes }) => changes?.length) ? await readZones(asked) : [];
  const shown: VariantResult[] = [];
  for (const [at, result] of results.entries()) {
    const variant = variants[at];
    if (variant === undefined) continue;
    const served = await servedOf(parts, ground, asked, { variant, cells, field: `variants.${at}`, signal });
    const inZones = { zones, cells: await cells(), variant, result, signal };
    const exposure = await exposureOf(parts, asked.tenant, inZones);
    shown.push({ ...result, ...(served.length > 0 && { served }), ...(exposure.length > 0 && { exposure }) });
  }
  return shown;
}

/** Of the communes of a scenario: who may see their figures sees these. */
async function cellsOf({ territories }: DecisionParts, asked: Asked, communes: Simulation['communes']) {
  const cells = await readKnownCells(asked);
  if (communes === undefined) return cells;
  const { boundaries } = await territories.shapes(asked.tenant);
  const chosen = communes.flatMap((slug) => boundaries.get(slug) ?? []);
  return cells.filter(({ at }) => chosen.some((boundary) => contains(boundary, at)));
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** How the size of what is decided is spread over the communes: sums are split by it. */
function sharesOf(
  model: Model,
  { communes }: Simulation,
  facts: KnownFacts,
  all: readonly CommuneInfo[],
): Simulated['communes'] {
  const chosen = all.filter(({ slug }) => communes === undefined || communes.includes(slug));
  const sizes = chosen.map(({ slug, name }) => {
    const own = facts.of([slug]);
    const lever = model.levers.find(({ id }) => id === model.size);
    const known =
      lever !== undefined && typeof lever.default === 'string' ? defaultsOf(model, own)[lever.id] : own.population;
    return { slug, name, size: known };
  });
  const total = sizes.reduce((sum, { size = 0 }) => sum + size, 0);
  if (total === 0 || sizes.some(({ size }) => size === undefined)) return [];
  return sizes.map(({ slug, name, size = 0 }) => ({ slug, name, share: size / total }));
}

/** JSON has no infinite numbers. @throws Problem 422 */
export function checkFinite(computed: unknown): void {
  if (typeof computed === 'number' && !Number.isFinite(computed)) {
    const detail = 'A figure is not finite with these levers and factors, for example because it is divided by zero';
    throw new Problem(422, 'The model cannot be computed', detail);
  }
  if (typeof computed === 'object' && computed !== null) for (const part of Object.values(computed)) checkFinite(part);
}

function checkCommunes({ communes = [] }: Simulation, known: readonly CommuneInfo[]): void {
  const strange = communes.find((slug) => !known.some((each) => each.slug === slug));
  if (strange !== undefined) throw refused('communes', strange, `one of ${known.map(({ slug }) => slug).join(', ')}`);
}

function checkNames({ variants, factors = {}, goals }: Simulation, model: Model): void {
  variants.forEach(({ levers }, at) => {
    for (const [id, value] of Object.entries(levers)) {
      const lever = model.levers.find((each) => each.id === id);
      const field = `variants.${at}.levers.${id}`;
      if (lever === undefined) throw refused(field, id, `one of ${model.levers.map((each) => each.id).join(', ')}`);
      if (value < lever.min || value > lever.max)
        throw refused(field, value, `a number from ${lever.min} to ${lever.max}`);
    }
  });
  const factor = Object.keys(factors).find((id) => !model.factors.some((each) => each.id === id));
  if (factor !== undefined) throw refused('factors', factor, `one of ${model.factors.map(({ id }) => id).join(', ')}`);
  goals.forEach(({ output, atLeast, atMost }, at) => {
    const known = [
      ...model.outputs.map(({ id }) => id),
      ...(model.outputs.some(({ cash }) => cash) ? ['balance'] : []),
    ];
    if (!known.includes(output)) throw refused(`goals.${at}.output`, output, `one of ${known.join(', ')}`);
    if (atLeast === undefined && atMost === undefined) throw refused(`goals.${at}`, undefined, 'atLeast or atMost');
  });
}
