import { actor } from '@alzette/kit/access';
import { documents, judged, listed, named, readable } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../input/invalid-input.ts';
import { readDate } from '../input/read.ts';
import { checkLaw } from '../legal/legal-checks.ts';
import type { LightingParts } from '../parts.ts';
import { writeNightTime } from '../programmes/night-time.ts';
import { daysBetween, wallTime } from '../sun/local-time.ts';
import { type Site, SUN_EVENTS, type SunEvent, sunNight } from '../sun/sun-night.ts';
import { publishAndKeep } from './publish-strategy.ts';
import { promiseOf, readStrategy, type Strategy } from './strategy.ts';
import { type StrategyObject, strategyKind } from './strategy-kind.ts';
import { listStrategies, listVersions, type StrategyRow } from './strategy-rows.ts';

const ID = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** `/strategies`: programmes with their calendar. Versions never change. */
export function strategyRoutes(scope: FastifyInstance, parts: LightingParts): void {
  const { db } = parts;
  const kind = strategyKind(parts);
  scope.get(
    '/strategies',
    operation({
      access: 'read',
      objects: listed(kind),
      summary: 'The lighting strategies in their latest version, and tonight’s sun times',
    }),
    async (request) => ({
      strategies: await readable(request, kind, await listStrategies(db, request.tenant)),
      sun: sunClock(parts.site, new Date()),
    }),
  );

  const asked = async (request: FastifyRequest): Promise<StrategyObject[]> => {
    const { id } = request.params as { readonly id: string };
    if (!ID.test(id)) throw new InvalidInput('id', id, 'at most 64 lower-case letters, digits and hyphens');
    return [{ id, strategy: readStrategy(request.body) }];
  };
  scope.put(
    '/strategies/:id',
    operation({
      access: 'write',
      objects: documents(kind, asked),
      audited: { values: 'route' },
      summary: 'Saves a lighting strategy as a new version',
    }),
    async (request, reply) => {
      const { id, strategy = readStrategy(request.body) } = judged(request, kind);
      const author = actor(parts.callerOf(request));
      const as = { client: parts.clientOf(request), tenant: request.tenant };
      const kept = await publishAndKeep(parts, as, { id, strategy, author });
      return reply.code(kept.isNew ? 201 : 200).send({ ...kept.row, legal: legalOf(strategy) });
    },
  );

  scope.get(
    '/strategies/:id',
    operation({ access: 'read', objects: named(kind), summary: 'A lighting strategy with all its versions' }),
    async (request) => {
      const row = judged(request, kind) as StrategyRow; // found by its id
      const versions = await listVersions(db, request.tenant, row.id);
      return { ...row, legal: legalOf(readStrategy(row.document)), versions };
    },
  );

  scope.get<{ Params: { id: string }; Querystring: { from?: string; to?: string; zone?: string } }>(
    '/strategies/:id/nights',
    operation({
      access: 'read',
      objects: named(kind),
      summary: 'The nights of a lighting strategy: on, off, levels and programme',
    }),
    async (request) => {
      const { from, to, zone } = request.query;
      const [first, last] = [readDate(from, 'from'), readDate(to ?? from, 'to')];
      const nights = daysBetween(first, last);
      if (nights.length === 0 || nights.length > MAX_NIGHTS) {
        throw new InvalidInput('to', to, `a day from ${first} on, at most ${MAX_NIGHTS} nights`);
      }
      const strategy = readStrategy((judged(request, kind) as StrategyRow).document);
      return { nights: nights.map((night) => ({ night, ...shownNight(strategy, night, parts, zone) })) };
    },
  );
}

function shownNight(strategy: Strategy, night: string, { site, territory }: LightingParts, zone?: string) {
  const { on, off, steps, powerHours, burningHours, programme, rule } = promiseOf(strategy, night, site, zone);
  return {
    on: new Date(on).toISOString(),
    off: new Date(off).toISOString(),
    burningHours,
    powerHours,
    programme,
    ...(rule === undefined ? {} : { rule }),
    timeZone: territory.timeZone,
    levels: steps.map(({ from, to, level }) => ({
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      level,
    })),
  };
}

/** Sunset and sunrise of the night after noon of a day, as local `HH:MM`. */
function sunClock(site: Site, now: Date): { readonly [event in SunEvent]?: string } {
  const events = sunNight(site, wallTime(now.getTime(), site.timeZone).date, []);
  const shown = (at: number) => writeNightTime({ kind: 'clock', minutes: wallTime(at, site.timeZone).minutes });
  // Near the polar circles, some events do not occur.
  return Object.fromEntries(
    SUN_EVENTS.flatMap((event) => (Number.isFinite(events[event]) ? [[event, shown(events[event])]] : [])),
  );
}

const MAX_NIGHTS = 366;

/** Legal findings for lamps on roads. A strategy does not know their colour temperature. */
function legalOf({ window, programmes }: Strategy) {
  return checkLaw({ category: 'a', window, programmes, colourTemperatures: [] });
}
