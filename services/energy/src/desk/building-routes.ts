import { bodyReader, object } from '@alzette/kit/bodies';
import { readPath, uri } from '@alzette/kit/parameters';
import { denied, missing } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { BASELOAD, LEAK, MIN_NIGHTS } from '../analysis/nights.ts';
import { readBills, readBuildings, readMeters } from '../meters/entities.ts';
import { keepBudget, readBudgets, readStates } from '../meters/meter-rows.ts';
import type { EnergyParts } from '../parts.ts';
import { keepSettings, readGivenSettings, readSettings } from '../settings.ts';
import { dayText, figuresOf, lastYear } from './building-figures.ts';

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
const BUILDING_TYPE = 'https://smartdatamodels.org/dataModel.Building/Building';

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
    const withMeters = buildings.filter(({ id }) => meters.some(({ building }) => building === id));
    const figures = figuresOf(withMeters, { meters, states, bills, budgets, settings, year });
    return { year, meters, states, bills, figures, settings };
  };

  scope.get(
    '/buildings',
    operation({
      access: 'read',
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

/** Settings of buildings: budgets, prices, degree days. */
export function settingRoutes(scope: FastifyInstance, parts: EnergyParts): void {
  const { db, clientOf, context, mayWrite } = parts;
  scope.put(
    '/buildings/:id/budget',
    operation({
      access: 'write',
      audited: { values: 'body' },
      summary: 'Sets the yearly budget of a building',
      body: readBudget.schema,
    }),
    async (request) => {
      const { id: building } = readPath(request, ID);
      const { year, amount } = readBudget(request.body);
      const { tenant } = request;
      const seen = await clientOf(request).retrieveEntity<{ scope?: string | string[] }>(building, {
        tenant,
        context,
        pick: ['id', 'scope'],
      });
      if (seen === undefined) throw missing('building', building);
      const scopes = [seen.scope ?? []].flat();
      if (!mayWrite(request, { id: building, types: [BUILDING_TYPE], scopes }))
        throw denied('You may not write this building');
      await keepBudget(db, tenant, { building, year, amount });
      return { building, year, amount };
    },
  );

  scope.get(
    '/settings',
    operation({ access: 'read', summary: 'The settings for the figures of buildings' }),
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
