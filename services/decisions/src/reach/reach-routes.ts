import { clientGone } from '@alzette/kit/compute';
import { BY_ENTITIES } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import type { ReachContract } from '../contract/contract.ts';
import { type PeopleReach, PLACE_KINDS, type PlaceKind, type ReachAsked } from '../contract/reach.ts';
import type { DecisionParts } from '../parts.ts';
import { type PopulatedCell, readCells } from './cells.ts';
import { FACILITIES, readFacilities } from './facilities.ts';
import type { ReachGround } from './ground.ts';
import { ISOCHRONE } from './isochrone-task.ts';
import { SPEEDS } from './profiles.ts';
import type { Buses, Reached } from './reach.ts';
import { reachInThreads } from './spread.ts';

const USUAL_HOUR = 7;

/** `/decisions/reach` */
export function reachHandlers(parts: DecisionParts, ground: ReachGround): Handlers<ReachContract> {
  const { clientOf, context, compute, territories } = parts;
  const askedOf = (request: FastifyRequest) => ({ client: clientOf(request), tenant: request.tenant, context });
  const busesOf = async (
    request: FastifyRequest,
    { mode, day, hour = USUAL_HOUR }: Pick<ReachAsked, 'mode' | 'day' | 'hour'>,
  ): Promise<{ readonly buses?: Buses }> => {
    if (mode !== 'bus') return {};
    const stops = await readFacilities(askedOf(request), 'stop');
    return { buses: await ground.buses(stops, day ?? todayIn(territories.of(request.tenant).timeZone), hour) };
  };
  return {
    around: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const { mode, minutes, from } = request.body;
        const asked = askedOf(request);
        const [graph, cells, bus, ...found] = await Promise.all([
          ground.graph(request.tenant),
          readCells(asked),
          busesOf(request, request.body),
          ...PLACE_KINDS.map((kind) => readFacilities(asked, kind)),
        ]);
        const places = found.map((own) => own.map(({ at }) => at));
        const input = { graph, mode, minutes, from, origins: cells.map(({ at }) => at), places, ...bus };
        const {
          isApart,
          bands,
          origins,
          places: counts,
        } = await compute.run(ISOCHRONE, input, {
          tenant: request.tenant,
          signal: clientGone(reply),
        });
        return {
          kmPerHour: SPEEDS[mode],
          isApart,
          bands,
          people: cells.reduce((sum, { people }, at) => sum + (origins[at] ? people : 0), 0),
          places: PLACE_KINDS.map((kind, at) => ({ kind, title: FACILITIES[kind].title, count: counts[at] ?? 0 })),
        };
      },
    },
    people: {
      objects: BY_ENTITIES,
      async handle(request, reply) {
        const { mode, minutes, kinds } = request.body;
        const asked = askedOf(request);
        const [graph, cells, bus, ...found] = await Promise.all([
          ground.graph(request.tenant),
          readCells(asked),
          busesOf(request, request.body),
          ...kinds.map((kind) => readFacilities(asked, kind)),
        ]);
        const places = found.map((own) => own.map(({ at }) => at));
        const input = { graph, mode, minutes, origins: cells.map(({ at }) => at), places, ...bus };
        const reached = await reachInThreads(compute, input, { tenant: request.tenant, signal: clientGone(reply) });
        return { kmPerHour: SPEEDS[mode], ...peopleReach(cells, kinds, { reached, places }) };
      },
    },
  };
}

/** Weighted by people: whoever is apart reaches nothing, and counts. */
export function peopleReach(
  cells: readonly PopulatedCell[],
  kinds: readonly PlaceKind[],
  { reached, places }: { readonly reached: Reached; readonly places: readonly (readonly unknown[])[] },
): Omit<PeopleReach, 'kmPerHour'> {
  const total = sum(cells, () => true);
  const shareOf = (people: number) => (total === 0 ? 0 : people / total);
  const at = (row: number, kind: number) => row * kinds.length + kind;
  const all = sum(cells, (row) => kinds.every((_, kind) => (reached.counts[at(row, kind)] ?? 0) > 0));
  return {
    cells: cells.length,
    people: total,
    apart: sum(cells, (row) => reached.isApart[row] === 1),
    kinds: kinds.map((kind, number) => {
      const people = sum(cells, (row) => (reached.counts[at(row, number)] ?? 0) > 0);
      const middle = middleOf(cells, (row) => reached.nearest[at(row, number)] ?? Number.POSITIVE_INFINITY);
      return {
        kind,
        title: FACILITIES[kind].title,
        places: places[number]?.length ?? 0,
        people,
        share: shareOf(people),
        ...(Number.isFinite(middle) && { middle: middle / 60 }),
      };
    }),
    all: { people: all, share: shareOf(all) },
    imputed: sum(cells, (row) => cells[row]?.isImputed ?? false),
  };
}

function sum(cells: readonly PopulatedCell[], isCounted: (row: number) => boolean): number {
  return cells.reduce((total, { people }, row) => total + (isCounted(row) ? people : 0), 0);
}

/** Seconds of the person in the middle, the nearest first; infinite: more than half do not reach one. */
function middleOf(cells: readonly PopulatedCell[], secondsOf: (row: number) => number): number {
  const sorted = cells
    .map(({ people }, row) => ({ people, seconds: secondsOf(row) }))
    .sort((a, b) => a.seconds - b.seconds);
  let left = sorted.reduce((total, { people }) => total + people, 0) / 2;
  for (const { people, seconds } of sorted) {
    left -= people;
    if (left <= 0) return seconds;
  }
  return Number.POSITIVE_INFINITY;
}

function todayIn(timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date());
}
