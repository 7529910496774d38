import { type LocalDays, localDaysOf } from '@alzette/kit/calendar';
import { type Counter, dayUses, hourUses } from '@alzette/kit/forecasting';
import { fitHeating } from '../analysis/degree-days.ts';
import { BASELOAD, LEAK, nightFaults, nightsOf } from '../analysis/nights.ts';
import type { EnergyParts } from '../parts.ts';
import { tenantsOf } from '../settings.ts';
import { type Meter, readMeters } from './entities.ts';
import { forgetOthers, keepState, type MeterState } from './meter-rows.ts';
import { readDegreeDays } from './weather-station.ts';

const DAY = 86_400_000;
const YEAR = 365;
const YEAR_DAYS = 400;
const AT_ONCE = 8;

/** Computes the days, nights and faults of every meter again, and writes faults to its entity. @returns how many */
export async function lookAtMeters(parts: EnergyParts, now: number = Date.now()): Promise<number> {
  let count = 0;
  for (const tenant of await tenantsOf(parts.db)) count += await lookAtTenant(parts, tenant, now);
  return count;
}

async function lookAtTenant(parts: EnergyParts, tenant: string, now: number): Promise<number> {
  const { db, client, context } = parts;
  const meters = await readMeters(client, { tenant, context });
  const localDays = localDaysOf(parts.territories.of(tenant).timeZone);
  const degrees = meters.length === 0 ? new Map<number, number>() : await readDegreeDays(parts, tenant, now, YEAR_DAYS);
  for (let start = 0; start < meters.length; start += AT_ONCE) {
    const some = meters.slice(start, start + AT_ONCE);
    const past = await client.queryTemporal({
      id: some.map(({ id }) => id),
      attrs: ['totalConsumption'],
      from: new Date(now - YEAR_DAYS * DAY),
      to: new Date(now),
      tenant,
      context,
      limit: some.length,
    });
    for (const meter of some) {
      const counter = (past.find(({ id }) => id === meter.id)?.attributes.totalConsumption ?? []) as Counter; // numbers
      const state = stateOf(meter, counter, { localDays, degrees, today: Math.floor(localDays(now)) });
      await keepState(db, tenant, state);
      await tellFault(parts, tenant, meter, state);
    }
  }
  await forgetOthers(
    db,
    tenant,
    meters.map(({ id }) => id),
  );
  return meters.length;
}

function stateOf(
  { id, kind }: Meter,
  counter: Counter,
  {
    localDays,
    degrees,
    today,
  }: { readonly localDays: LocalDays; readonly degrees: ReadonlyMap<number, number>; readonly today: number },
): Omit<MeterState, 'madeAt'> {
  const days = dayUses(counter, localDays).filter(({ day }) => day < today);
  const nights = kind === 'solar' ? [] : nightsOf(hourUses(counter, localDays));
  const rule = kind === 'water' ? LEAK : kind === 'electricity' ? BASELOAD : undefined;
  const heating = kind === 'gas' || kind === 'heat' ? fitHeating(days, degrees) : undefined;
  return {
    meter: id,
    kind,
    lastYear: days.reduce((sum, { day, used }) => (day >= today - YEAR ? sum + used : sum), 0),
    days,
    nights,
    faults: rule === undefined ? [] : nightFaults(nights, rule),
    ...(heating && { heating }),
  };
}

/** Writes entities for the rules: whether water leaks, and whether the base load at night is raised. */
async function tellFault(
  { client, context, logger }: EnergyParts,
  tenant: string,
  { id, name, kind, scope }: Meter,
  { faults }: Omit<MeterState, 'madeAt'>,
): Promise<void> {
  if (kind !== 'water' && kind !== 'electricity') return;
  const open = faults.find(({ until }) => until === undefined);
  const tail = id.slice(id.lastIndexOf(':') + 1);
  const value = Math.round((open?.excess ?? 0) * 1000);
  const states =
    kind === 'water'
      ? { type: 'WaterConsumptionObserved', values: { alarmStopsLeaks: open ? 1 : 0, minFlow: value }, unit: 'E32' }
      : {
          type: 'KeyPerformanceIndicator',
          values: { currentStanding: open ? 'bad' : 'good', kpiValue: value, process: 'nightBaseload' },
          unit: 'WTT',
        };
  const asked = { tenant, context };
  const entityId = `urn:ngsi-ld:${states.type}:${tail}`;
  const before = await client.retrieveEntity<Record<string, unknown>>(entityId, { ...asked, format: 'simplified' });
  if (before && Object.entries(states.values).every(([key, own]) => before[key] === own)) return;
  const observedAt = new Date().toISOString();
  const attributes = Object.entries(states.values).map(([key, own]) => {
    return [
      key,
      { type: 'Property', value: own, observedAt, ...(key.match(/Flow|Value/) && { unitCode: states.unit }) },
    ];
  });
  const entity = {
    id: entityId,
    type: states.type,
    ...(scope !== undefined && { scope }),
    name: { type: 'Property', value: name },
    ...Object.fromEntries(attributes),
  };
  const { errors } = await client.batchUpsert([entity], { update: true, ...asked });
  if (errors[0]) logger.warn({ meter: id, detail: errors[0].error.detail }, 'could not report the fault of a meter');
}
