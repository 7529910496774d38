import { actor } from '@alzette/kit/access';
import { clientGone } from '@alzette/kit/compute';
import { BY_ENTITIES, judged, judgeOf, listed, named } from '@alzette/kit/objects';
import { denied, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import { daysAfter } from '../collections/collection-days.ts';
import { today } from '../collections/collection-routes.ts';
import {
  MOST_LISTED,
  type Plan,
  type RoundContract,
  type RoundSummary,
  type Tour,
  type WasteSettings,
  type Wish,
} from '../contract/contract.ts';
import type { ROUNDS } from '../contract/paths.ts';
import { readContainers } from '../forecast/container.ts';
import { readStates } from '../forecast/container-rows.ts';
import type { WasteParts } from '../parts.ts';
import { readSettings } from '../settings.ts';
import { type Choice, chosen } from '../tours/choose.ts';
import { BULKY, readStops } from '../tours/collection-stops.ts';
import { gpxOf } from '../tours/gpx.ts';
import { PLANS } from '../tours/plan-tours-task.ts';
import { mayKeep, readableRounds, roundsOf, scopesOf } from '../tours/round-rights.ts';
import { type KeptRound, keepRound, type LinkMaker, listRounds, renewSecret } from '../tours/tour-rows.ts';

const DAY_MS = 86_400_000;
/** The maximum number of stops to plan together. */
const MAX_STOPS = 600;
const FIXED_SEARCH_MS = 300;

/** `/waste/rounds`: rounds are planned, compared with the fixed plan, stored, and assigned to drivers. */
export function roundHandlers(parts: WasteParts): Handlers<RoundContract, Exclude<keyof typeof ROUNDS, 'simulate'>> {
  const { db } = parts;
  const rounds = roundsOf(parts);
  return {
    plan: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const { body: wish } = request;
        if (wish.by === 'threshold' && wish.level === undefined) {
          throw refused('level', undefined, 'a level from 0 to 1');
        }
        const plan = await planFor(parts, request, { wish, signal: clientGone(reply) });
        if (!wish.keep) return answer(200, plan);
        return answer(201, { ...plan, kept: await keepAll(parts, request, plan, wish) });
      },
    },
    list: {
      objects: listed(rounds),
      async handle(request) {
        const all = await listRounds(db, request.tenant, MOST_LISTED);
        const readable = await readableRounds(judgeOf(request), all);
        return { rounds: readable.slice(0, request.query.limit).map(summaryOf) };
      },
    },
    round: { objects: named(rounds), handle: (request) => shown(judged(request, rounds)) },
    gpx: {
      objects: named(rounds),
      handle(request, reply) {
        const round = judged(request, rounds);
        reply.header('content-disposition', `attachment; filename="${round.id}.gpx"`);
        return gpxOf(round);
      },
    },
    renewDriverPage: {
      objects: named(rounds),
      async handle(request) {
        const { id } = judged(request, rounds);
        return { driverPage: drivePath(await renewSecret(db, request.tenant, id, makerOf(parts, request))) };
      },
    },
  };
}

function makerOf({ callerOf, authorOf }: WasteParts, request: FastifyRequest): LinkMaker {
  return { linkBy: actor(callerOf(request)), author: authorOf(request) };
}

/** @returns the rounds with the links of their drivers' pages. @throws Problem 403 */
async function keepAll(parts: WasteParts, request: FastifyRequest, plan: Plan, { kind = '' }: Wish) {
  const { day, tours } = plan;
  const { db, audit, territories } = parts;
  const { tenant } = request;
  const maker = makerOf(parts, request);
  const note = (outcome: 'done' | 'refused', details: object) =>
    audit.append({ actor: maker.linkBy, action: 'waste.keep-rounds', object: day, tenant, outcome, details });
  if (!(await mayKeep(judgeOf(request), tours, territories.of(tenant)))) {
    await note('refused', { rounds: tours.length });
    throw denied('Lacking: the right to write rounds in the communes of these containers, or their dateLastEmptying');
  }
  const kept: { readonly id: string; readonly driverPage: string }[] = [];
  for (const tour of tours) {
    const { id, secret } = await keepRound(db, tenant, {
      day,
      kind,
      tour,
      savedKm: savedBy(plan, tour, kind),
      ...maker,
    });
    await publishRound(parts, request, { id, tour });
    kept.push({ id, driverPage: drivePath(secret) });
  }
  await note('done', { rounds: kept.map(({ id }) => id) });
  return kept;
}

/** A tour's share of the kilometres that the fixed rounds of the day would have been longer. */
function savedBy({ sum, fixed }: Plan, { km }: Tour, kind: string): number | undefined {
  // Who asked for a stop by appointment is on no fixed round.
  if (kind === BULKY || sum.km === 0) return undefined;
  return Math.round(Math.max(0, fixed.km - sum.km) * (km / sum.km) * 10) / 10;
}

async function planFor(
  parts: WasteParts,
  request: FastifyRequest,
  { wish, signal }: { readonly wish: Wish; readonly signal: AbortSignal },
): Promise<Plan> {
  const { db, clientOf, context, territories, compute } = parts;
  const { tenant } = request;
  const territory = territories.of(tenant);
  const { kind, commune, day = daysAfter(today(parts, tenant), 1), inaccessible = [] } = wish;
  const settings = { ...(await readSettings(db, tenant)), ...lorryOf(wish) };
  const client = clientOf(request);
  const known =
    kind === BULKY
      ? await readStops(client, { tenant, publicUrl: parts.publicUrl, territory, day })
      : await readContainers(client, { tenant, context, territory });
  const all = known.filter(
    (container) =>
      (kind === undefined || container.kind === kind) && (commune === undefined || container.commune === commune),
  );
  if (all.length > MAX_STOPS) throw refused('commune', commune, `a choice of at most ${MAX_STOPS} containers`);
  const states = await readStates(db, tenant);
  // What was computed from levels is for who may read them.
  const hidden = all.filter(({ level }) => level === undefined).map(({ id }) => id);
  for (const id of hidden) states.delete(id);
  const containers = chosen(all, states, choiceOf(wish, day));
  const { bbox, timeZone } = territory;
  const { streets } = await territories.shapes(tenant);
  const options = { settings, day, inaccessible };
  const [plan, fixed] = await compute.run(
    PLANS,
    {
      territory: { bbox, timeZone, ...(streets && { streets }) },
      plan: { containers, options },
      fixed: { containers: all, options: { ...options, withinMs: FIXED_SEARCH_MS } },
    },
    { tenant, signal },
  );
  const [own, whole] = [sumOf(plan.tours), sumOf(fixed.tours)];
  return { day, considered: all.length, ...plan, sum: own, fixed: whole };
}

function lorryOf({ capacity, start, longest }: Wish): Partial<WasteSettings> {
  return {
    ...(capacity !== undefined && { capacity }),
    ...(start !== undefined && { start }),
    ...(longest !== undefined && { longest }),
  };
}

function choiceOf({ by, level = 0.7, days = 2 }: Wish, day: string): Choice {
  if (by === 'threshold') return { by, level };
  return by === 'all' ? { by } : { by, before: Date.parse(`${day}T00:00:00Z`) + (days + 1) * DAY_MS };
}

function sumOf(tours: readonly Tour[]) {
  const sum = (of: (tour: Tour) => number) => Math.round(tours.reduce((all, tour) => all + of(tour), 0) * 10) / 10;
  return {
    tours: tours.length,
    stops: sum(({ stops }) => stops.length),
    km: sum(({ km }) => km),
    minutes: sum(({ minutes }) => minutes),
    co2: sum(({ co2 }) => co2),
  };
}

/** Without the grant of who made the link. */
function shown({ author: _author, linkBy: _by, createdAt, ...round }: KeptRound) {
  return { ...round, createdAt: createdAt.toISOString() };
}

function summaryOf(kept: KeptRound): RoundSummary {
  const { tour, acts, ...round } = shown(kept);
  const { stops, ...figures } = tour;
  const count = (state: string) => acts.filter((act) => act.state === state).length;
  return { ...round, ...figures, stops: stops.length, done: count('done'), inaccessible: count('inaccessible') };
}

async function publishRound(
  { clientOf, context, territories }: WasteParts,
  request: FastifyRequest,
  { id, tour }: { readonly id: string; readonly tour: Tour },
): Promise<void> {
  const coordinates = tour.stops.map(({ position }) => position);
  const scope = scopesOf([tour], territories.of(request.tenant));
  await clientOf(request).createEntity(
    {
      id: `urn:ngsi-ld:WasteCollectionRound:${id}`,
      type: 'WasteCollectionRound',
      ...(scope.length > 0 && { scope }),
      refWasteContainer: { type: 'Relationship', object: tour.stops.map(({ container }) => container) },
      plannedStart: {
        type: 'Property',
        value: { '@type': 'DateTime', '@value': new Date(Date.parse(tour.back) - tour.minutes * 60_000).toISOString() },
      },
      status: { type: 'Property', value: 'planned' },
      ...(coordinates.length > 1 && { route: { type: 'GeoProperty', value: { type: 'LineString', coordinates } } }),
    },
    { tenant: request.tenant, context },
  );
}

function drivePath(secret: string): string {
  return `/waste/drive/${secret}`;
}
