import { bodyReader, object } from '@alzette/kit/bodies';
import { BY_ENTITIES, documents, judged, judgeOf, lacking, type ObjectKind, setUp } from '@alzette/kit/objects';
import { readPath, uri } from '@alzette/kit/parameters';
import { missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { BASELOAD, LEAK, MIN_NIGHTS } from '../analysis/nights.ts';
import { type Meter, readBills, readBuildings, readMeters } from '../meters/entities.ts';
import { keepBudget, type MeterState, readBudgets, readStates } from '../meters/meter-rows.ts';
import type { EnergyParts } from '../parts.ts';
import { keepSettings, readGivenSettings, readSettings } from '../settings.ts';
import { dayText, figuresOf, lastYear } from './building-figures.ts';

const METER = 'SmartMeteringObservation';
const ID = { id: uri({ required: true }) };
const readBudget = bodyReader<{ readonly year: number; readonly amount: number }>(
  object(
    {
      year: { type: 'integer', minimum: 2000, maximum: 2200 },
      amount: { type: 'number', minimum: 0, maximum: 100_000_000 },
    },
    ['year', 'amount'],
  ),
);
const SETTINGS = setUp('settings of buildings', ['Building', 'SmartMeteringObservation']);

/** The budgets of a building are judged as its attribute `budget`. */
const buildingWithBudget: ObjectKind<string> = {
  name: 'building',
  find: (_tenant, id) => id,
  may: async (action, id, judge) =>
    (await judge.refused(action, [id], action === 'write' ? ['budget'] : [])).size === 0,
};

/** `/energy`: the consumption, leaks and costs of public buildings. */
export function buildingRoutes(scope: FastifyInstance, parts: EnergyParts): void {
  const { db, clientOf, context, territory } = parts;

  const read = async (request: FastifyRequest) => {
    const [client, asked] = [clientOf(request), { tenant: request.tenant, context }];
    const year = DateTime.now().setZone(territory.timeZone).year;
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

  scope.get(
    '/buildings',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary:
        'Public buildings: consumption of a year, heating by degree days, similar buildings, leaks, budget and bills',
    }),
    async (request) => {
      const { year, figures, settings } = await read(request);
      return { year, referenceDegreeDays: settings.referenceDegreeDays, buildings: figures };
    },
  );

  scope.get(
    '/buildings/:id',
    operation({
      access: 'read',
      objects: BY_ENTITIES,
      summary: 'One building with the days, nights and faults of its meters, and its bills',
    }),
    async (request) => {
      const { id } = readPath(request, ID);
      const { year, meters, states, bills, figures } = await read(request);
      const building = figures.find((each) => each.id === id);
      if (building === undefined) throw missing('building with meters', id);
      return {
        ...building,
        year,
        meters: meters
          .filter((meter) => meter.building === id)
          .map(({ id: meter, name, kind }) => {
            const { days = [], nights = [], faults = [], heating } = states.get(meter) ?? {};
            return {
              meter,
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
          }),
        bills: bills.filter((bill) => bill.building === id).sort((a, b) => (a.from < b.from ? 1 : -1)),
        rules: { leak: LEAK, baseload: BASELOAD },
      };
    },
  );
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
export function settingRoutes(scope: FastifyInstance, parts: EnergyParts): void {
  const { db } = parts;
  scope.put(
    '/buildings/:id/budget',
    operation({
      access: 'write',
      objects: documents(buildingWithBudget, async (request) => [readPath(request, ID).id]),
      audited: { values: 'body' },
      summary: 'Sets the yearly budget of a building',
      body: readBudget.schema,
    }),
    async (request) => {
      const building = judged(request, buildingWithBudget);
      const { year, amount } = readBudget(request.body);
      await keepBudget(db, request.tenant, { building, year, amount });
      return { building, year, amount };
    },
  );

  scope.get(
    '/settings',
    operation({ access: 'read', objects: SETTINGS, summary: 'The settings for the figures of buildings' }),
    ({ tenant }) => readSettings(db, tenant),
  );
  scope.put(
    '/settings',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Changes the degree days of a reference year and the prices; omitted settings stay',
      body: readGivenSettings.schema,
    }),
    ({ tenant, body }) => keepSettings(db, tenant, readGivenSettings(body)),
  );
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
