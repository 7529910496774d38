import { actor } from '@alzette/kit/access';
import { documents, judged, listed, named, readable } from '@alzette/kit/objects';
import { answer, type Handlers, type RequestOf } from '@alzette/kit/serve';
import type { StrategyContract, StrategyNight, StrategyVersion, SunClock } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import { checkLaw } from '../legal/legal-checks.ts';
import type { LightingParts } from '../parts.ts';
import { writeNightTime } from '../programmes/night-time.ts';
import { shownLevels } from '../programmes/programme.ts';
import { daysBetween, wallTime } from '../sun/local-time.ts';
import { type Site, SUN_EVENTS, sunNight } from '../sun/sun-night.ts';
import { publishAndKeep } from './publish-strategy.ts';
import { promiseOf, readStrategy, type Strategy } from './strategy.ts';
import { strategyKind } from './strategy-kind.ts';
import { listStrategies, listVersions } from './strategy-rows.ts';

export function strategyHandlers(parts: LightingParts): Handlers<StrategyContract> {
  const { db } = parts;
  const kind = strategyKind(parts);
  type Saved = RequestOf<StrategyContract['operations']['save']>;
  return {
    list: {
      objects: listed(kind),
      handle: async (request) => ({
        strategies: await readable(request, kind, await listStrategies(db, request.tenant)),
        sun: sunClock(parts.siteOf(request.tenant), new Date()),
      }),
    },
    save: {
      objects: documents(kind, async ({ params: { id } }: Saved) => [{ id }]),
      async handle(request) {
        const strategy = readStrategy(request.body);
        const author = actor(parts.callerOf(request));
        const as = { client: parts.clientOf(request), tenant: request.tenant };
        const kept = await publishAndKeep(parts, as, { id: request.params.id, strategy, author });
        return answer(kept.isNew ? 201 : 200, { ...kept.row, legal: legalOf(strategy) });
      },
    },
    strategy: {
      objects: named(kind),
      async handle(request) {
        const row = judged(request, kind) as StrategyVersion; // found by its id
        const versions = await listVersions(db, request.tenant, row.id);
        return { ...row, legal: legalOf(readStrategy(row.document)), versions };
      },
    },
    nights: {
      objects: named(kind),
      async handle(request) {
        const { from, to = from, zone } = request.query;
        const nights = daysBetween(from, to);
        if (nights.length === 0 || nights.length > MAX_NIGHTS) {
          throw new InvalidInput('to', to, `a day from ${from} on, at most ${MAX_NIGHTS} nights`);
        }
        const strategy = readStrategy((judged(request, kind) as StrategyVersion).document);
        const site = parts.siteOf(request.tenant);
        return { nights: nights.map((night) => shownNight(strategy, night, site, zone)) };
      },
    },
  };
}

function shownNight(strategy: Strategy, night: string, site: Site, zone: string | undefined): StrategyNight {
  const {
    on,
    off,
    steps,
    standby: _,
    ...promise
  } = promiseOf(strategy, night, site, zone === undefined ? [] : [zone, ...zone.split('/', 1)]);
  return {
    night,
    on: new Date(on).toISOString(),
    off: new Date(off).toISOString(),
    ...promise,
    timeZone: site.timeZone,
    levels: shownLevels(steps),
  };
}

/** Sunset and sunrise of the night after noon of a day, as local `HH:MM`. */
function sunClock(site: Site, now: Date): SunClock {
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
