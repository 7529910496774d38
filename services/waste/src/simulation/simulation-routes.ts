import { bodyReader, object } from '@alzette/kit/bodies';
import { localDaysOf } from '@alzette/kit/calendar';
import { deposits } from '@alzette/kit/forecasting';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { type Container, holidaysIn, readContainers } from '../forecast/container.ts';
import { HISTORY_DAYS, readLevels } from '../forecast/forecast-jobs.ts';
import type { WasteParts } from '../parts.ts';
import type { LonLat } from '../places/contains.ts';
import { distancesBetween } from '../places/road-graph.ts';
import { readSettings, type WasteSettings } from '../settings.ts';
import { middleOf } from '../tours/plan-tour.ts';
import { type Outcome, type Policy, type Simulation, simulatePolicy } from './simulate.ts';

interface Wish {
  readonly kind?: string;
  readonly days?: number;
  readonly policies?: readonly Policy[];
}

const BY = (by: string, properties: Record<string, object>) =>
  object({ by: { const: by }, ...properties }, ['by', ...Object.keys(properties)]);
const POLICY = {
  type: 'object',
  anyOf: [
    BY('fixed', { days: { type: 'integer', minimum: 1, maximum: 60 } }),
    BY('threshold', {
      level: { type: 'number', minimum: 0.1, maximum: 1 },
      least: { type: 'integer', minimum: 1, maximum: 200 },
    }),
    BY('forecast', { every: { type: 'integer', minimum: 1, maximum: 14 } }),
  ],
};
const readWish = bodyReader<Wish>(
  object({
    kind: { type: 'string', maxLength: 40 },
    days: { type: 'integer', minimum: 7, maximum: HISTORY_DAYS },
    policies: { type: 'array', items: POLICY, minItems: 1, maxItems: 4 },
  }),
);
const DAYS = 56;
const MOST = 400;
const AT_ONCE = 50;

/** `/waste/simulations`: other rounds, simulated over the past weeks. */
export function simulationRoutes(scope: FastifyInstance, parts: WasteParts): void {
  scope.post(
    '/simulations',
    operation({
      access: 'write',
      objects: BY_ENTITIES,
      summary: 'Compares collection policies on the past weeks of the containers: km, hours, CO₂ and overflows',
      body: readWish.schema,
    }),
    async (request) => {
      const { kind, days = DAYS, policies } = readWish(request.body ?? {});
      const { tenant } = request;
      const { db, clientOf, context, territory } = parts;
      const settings = await readSettings(db, tenant);
      const all = await readContainers(clientOf(request), { tenant, context, territory });
      const placed = all.filter(
        (one): one is Container & { position: LonLat } =>
          one.position !== undefined && one.level !== undefined && (kind === undefined || one.kind === kind),
      );
      const containers = placed.slice(0, MOST);
      const kinds = [...new Set(containers.map((one) => one.kind))].sort();
      const simulations: Simulation[] = [];
      for (const own of kinds) {
        const some = containers.filter((one) => one.kind === own);
        simulations.push(await simulationOf(parts, tenant, { containers: some, settings, days }));
      }
      const compared = policies ?? usualPolicies(settings);
      return {
        days,
        containers: containers.length,
        leftOut: placed.length - containers.length,
        kinds,
        outcomes: compared.map((policy) => sumOf(simulations.map((each) => simulatePolicy(each, policy)))),
      };
    },
  );
}

function usualPolicies({ fixedDays, threshold }: WasteSettings): Policy[] {
  return [
    { by: 'fixed', days: fixedDays },
    { by: 'threshold', level: threshold, least: 4 },
    { by: 'forecast', every: 2 },
  ];
}

async function simulationOf(
  parts: WasteParts,
  tenant: string,
  {
    containers,
    settings,
    days,
  }: {
    readonly containers: readonly (Container & { position: LonLat })[];
    readonly settings: WasteSettings;
    readonly days: number;
  },
): Promise<Simulation> {
  const { territory } = parts;
  const now = Date.now();
  const localDays = localDaysOf(territory.timeZone);
  const today = Math.floor(localDays(now));
  const own: { deposits: ReturnType<typeof deposits> }[] = [];
  for (let start = 0; start < containers.length; start += AT_ONCE) {
    const some = containers.slice(start, start + AT_ONCE);
    const levels = await readLevels(parts, tenant, some, now);
    own.push(...some.map(({ id }) => ({ deposits: deposits(levels.get(id) ?? [], localDays) })));
  }
  return {
    containers: own,
    distances: distancesBetween(
      [settings.depot ?? middleOf(territory.bbox), ...containers.map(({ position }) => position)],
      { streets: territory.streets, detour: settings.detour },
    ),
    from: today - days,
    to: today,
    capacity: settings.capacity,
    speed: settings.speed,
    minutesPerStop: settings.minutesPerStop,
    co2PerKm: settings.co2PerKm,
    isHoliday: holidaysIn(territory, containers[0]?.commune),
  };
}

function sumOf(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number) =>
    Math.round(outcomes.reduce((all, outcome) => all + of(outcome), 0) * 10) / 10;
  const collections = sum((outcome) => outcome.collections);
  const levels = outcomes.reduce((all, outcome) => all + outcome.meanLevel * outcome.collections, 0);
  return {
    policy: outcomes[0]?.policy ?? { by: 'fixed', days: 1 },
    days: outcomes[0]?.days ?? 0,
    rounds: sum((outcome) => outcome.rounds),
    collections,
    km: sum((outcome) => outcome.km),
    hours: sum((outcome) => outcome.hours),
    co2: sum((outcome) => outcome.co2),
    overflowDays: sum((outcome) => outcome.overflowDays),
    meanLevel: collections === 0 ? 0 : Math.round((levels / collections) * 100) / 100,
  };
}
