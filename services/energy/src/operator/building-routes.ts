import { BY_ENTITIES, documents, judgeOf, lacking, type ObjectKind, setUp } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { BASELOAD, LEAK, MIN_NIGHTS } from '../analysis/nights.ts';
import type { EnergyContract, MeterDetail } from '../contract/contract.ts';
import { type Meter, readBills, readBuildings, readMeters } from '../meters/entities.ts';
import { keepBudget, type MeterState, readBudgets, readStates } from '../meters/meter-rows.ts';
import type { EnergyParts } from '../parts.ts';
import { keepSettings, readSettings } from '../settings.ts';
import { dayText, figuresOf, lastYear } from './building-figures.ts';

const METER = 'SmartMeteringObservation';
const SETTINGS = setUp('settings of buildings', ['Building', 'SmartMeteringObservation']);

/** The budgets of a building are judged as its attribute `budget`. */
const buildingWithBudget: ObjectKind<string> = {
  name: 'building',
  find: (_tenant, id) => id,
  may: async (action, id, judge) =>
    (await judge.refused(action, [id], action === 'write' ? ['budget'] : [])).size === 0,
};

/** `/energy`: the consumption, leaks and costs of public buildings. */
export function buildingHandlers(parts: EnergyParts): Handlers<EnergyContract, 'buildings' | 'building'> {
  const { db, clientOf, context, territories } = parts;

  const read = async (request: FastifyRequest) => {
    const [client, asked] = [clientOf(request), { tenant: request.tenant, context }];
    const year = DateTime.now().setZone(territories.of(request.tenant).timeZone).year;
    const [buildings, meters, bills, states, budgets, settings] = await Promise.all([
      readBuildings(client, asked),
      readMeters(client, asked),
      readBills(client, asked),
      readStates(db, request.tenant),
      readBudgets(db, request.tenant, year),
      readSettings(db, request.tenant),
    ]);
    await forgetHidden(request, { meters, states, budgets });
    const withMeters = buildings.filter(({ id }) => meters.some(({ building }) => building === id));
    const figures = figuresOf(withMeters, { meters, states, bills, budgets, settings, year });
    return { year, meters, states, bills, figures, settings };
  };

  return {
    buildings: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { year, figures, settings } = await read(request);
        return { year, referenceDegreeDays: settings.referenceDegreeDays, buildings: figures };
      },
    },
    building: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { id } = request.params;
        const { year, meters, states, bills, figures } = await read(request);
        const building = figures.find((each) => each.id === id);
        if (building === undefined) throw missing('building with meters', id);
        return {
          ...building,
          year,
          meters: meters.filter((meter) => meter.building === id).map((meter) => detailOf(meter, states.get(meter.id))),
          bills: bills.filter((bill) => bill.building === id).sort((a, b) => (a.from < b.from ? 1 : -1)),
          rules: { leak: LEAK, baseload: BASELOAD },
        };
      },
    },
  };
}

function detailOf({ id, name, kind }: Meter, state?: MeterState): MeterDetail {
  const { days = [], nights = [], faults = [], heating } = state ?? {};
  return {
    meter: id,
    name,
    kind,
    days: lastYear(days).map(({ day, used }) => [dayText(day), round(used)]),
    nights: nights.map(({ day, least, mean }) => [dayText(day), round(least), round(mean)]),
    faults: faults.map(({ since, found, until, excess }) => ({
      since: dayText(since),
      found: dayText(found),
      ...(until !== undefined && { until: dayText(until) }),
      excess: round(excess),
    })),
    ...(nights.length < MIN_NIGHTS && kind !== 'solar' && { tooFewNights: nights.length }),
    ...(heating && { heating }),
  };
}

/** Removes what was computed from counters, and budgets, that the sender may not read. */
async function forgetHidden(
  request: FastifyRequest,
  {
    meters,
    states,
    budgets,
  }: {
    readonly meters: readonly Meter[];
    readonly states: Map<string, MeterState>;
    readonly budgets: Map<string, number>;
  },
): Promise<void> {
  const judge = judgeOf(request);
  const ids = meters.map(({ id }) => id);
  const hidden = await lacking(judge, 'read', { type: METER, ids, attributes: ['totalConsumption'] });
  for (const id of hidden) states.delete(id);
  const buildings = [...budgets.keys()];
  const unsaid = await lacking(judge, 'read', { type: 'Building', ids: buildings, attributes: ['budget'] });
  for (const id of unsaid) budgets.delete(id);
}

/** Settings of buildings: budgets, prices, degree days. */
export function settingHandlers({
  db,
}: EnergyParts): Handlers<EnergyContract, 'setBudget' | 'settings' | 'changeSettings'> {
  return {
    setBudget: {
      objects: documents(buildingWithBudget, async ({ params }) => [params.id]),
      async handle({ tenant, params: { id: building }, body }) {
        await keepBudget(db, tenant, { building, ...body });
        return { building, ...body };
      },
    },
    settings: { objects: SETTINGS, handle: ({ tenant }) => readSettings(db, tenant) },
    changeSettings: ({ tenant, body }) => keepSettings(db, tenant, body),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
