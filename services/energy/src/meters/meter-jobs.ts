import { localDaysOf } from '@alzette/kit/calendar';
import type { Counter, DayUse } from '@alzette/kit/forecasting';
import { fitHeating } from '../analysis/degree-days.ts';
import { BASELOAD, LEAK, nightFaults } from '../analysis/nights.ts';
import type { EnergyParts } from '../parts.ts';
import { tenantsOf } from '../settings.ts';
import { type Meter, readMeters } from './entities.ts';
import { KEPT_DAYS, type KnownUses, RECENT_MS, usesOfAll, usesOfRecent } from './known-uses.ts';
import { forgetOthers, keepState, type MeterState, readStates } from './meter-rows.ts';
import { readDegreeDays } from './weather-station.ts';

const DAY = 86_400_000;
const YEAR = 365;
const AT_ONCE = 8;
const COUNTED_AT_ONCE = 100;

/**
 * Computes the days, nights and faults of every meter again, from the readings of the last days; from all of them once a
 * day, and when earlier ones have arrived.
 * Writes faults to its entity. @returns how many
 */
export async function lookAtMeters(parts: EnergyParts, now: number = Date.now()): Promise<number> {
  let count = 0;
  for (const tenant of await tenantsOf(parts.db)) count += await lookAtTenant(parts, tenant, now);
  return count;
}

async function lookAtTenant(parts: EnergyParts, tenant: string, now: number): Promise<number> {
  const { db, client, context, territories } = parts;
  const meters = await readMeters(client, { tenant, context });
  const states = await readStates(db, tenant);
  const localDays = localDaysOf(territories.of(tenant).timeZone);
  const today = Math.floor(localDays(now));
  const early = await countEarly(parts, tenant, meters, today);
  const known = (meter: Meter) => {
    const state = states.get(meter.id);
    const isSame = state?.kind === meter.kind && state.early === early.get(meter.id);
    return state?.wholeOn === today && isSame ? state : undefined;
  };
  const whole = meters.filter((meter) => known(meter) === undefined);
  const isHeated = ({ kind }: Meter) => kind === 'gas' || kind === 'heat';
  const isWanted = whole.length > 0 || meters.some((meter) => isHeated(meter) && !known(meter)?.heating);
  const degrees = isWanted ? await readDegreeDays(parts, tenant, now, KEPT_DAYS) : undefined;
  const heatingOf = (meter: Meter, days: readonly DayUse[]) => {
    const heating = isHeated(meter) && degrees !== undefined ? fitHeating(days, degrees) : undefined;
    return heating && { heating };
  };
  const look = async (some: readonly Meter[], since: number, stateOf: (meter: Meter, counter: Counter) => State) => {
    for (let start = 0; start < some.length; start += AT_ONCE) {
      const chunk = some.slice(start, start + AT_ONCE);
      const past = await client.queryTemporal({
        id: chunk.map(({ id }) => id),
        attrs: ['totalConsumption'],
        from: new Date(since),
        to: new Date(now),
        tenant,
        context,
        limit: chunk.length,
      });
      for (const meter of chunk) {
        const counter = past.find(({ id }) => id === meter.id)?.attributes.totalConsumption ?? [];
        const state = stateOf(meter, counter as Counter); // numbers, as the data model requires
        await keepState(db, tenant, state);
        await tellFault(parts, tenant, meter, state);
      }
    }
  };
  await look(whole, now - KEPT_DAYS * DAY, (meter, counter) => {
    const uses = usesOfAll(counter, localDays, states.get(meter.id));
    const state = { ...stateOf(meter, uses, today), wholeOn: today, early: early.get(meter.id) ?? 0 };
    return { ...state, ...heatingOf(meter, state.days) };
  });
  await look(
    meters.filter((meter) => known(meter) !== undefined),
    now - RECENT_MS,
    (meter, counter) => {
      const before = known(meter) as MeterState; // of those that have one
      const uses = usesOfRecent(counter, localDays, before, now - RECENT_MS);
      const { wholeOn, early, heating } = before;
      const state = { ...stateOf(meter, uses, today), wholeOn, early };
      return { ...state, ...(heating ? { heating } : heatingOf(meter, state.days)) };
    },
  );
  await forgetOthers(
    db,
    tenant,
    meters.map(({ id }) => id),
  );
  return meters.length;
}

/**
 * How many readings each meter has from before the last days. Without a change since all were read, only those of the
 * last days are read again; a history that is imported changes it.
 */
async function countEarly({ client, context }: EnergyParts, tenant: string, meters: readonly Meter[], today: number) {
  const counts = new Map(meters.map(({ id }) => [id, 0]));
  for (let start = 0; start < meters.length; start += COUNTED_AT_ONCE) {
    const id = meters.slice(start, start + COUNTED_AT_ONCE).map((meter) => meter.id);
    const [from, to] = [new Date((today - KEPT_DAYS) * DAY), new Date(today * DAY - RECENT_MS)];
    const asked = { id, attrs: ['totalConsumption'], from, to, tenant, context, limit: id.length };
    for (const [meter, count] of await client.countSamples(asked)) counts.set(meter, count);
  }
  return counts;
}

type State = Omit<MeterState, 'madeAt'>;

function stateOf({ id, kind }: Meter, uses: KnownUses, today: number): State {
  const isKept = ({ day }: { readonly day: number }) => day >= today - KEPT_DAYS;
  const days = uses.days.filter((each) => isKept(each) && each.day < today);
  const nights = kind === 'solar' ? [] : uses.nights.filter(isKept);
  const rule = kind === 'water' ? LEAK : kind === 'electricity' ? BASELOAD : undefined;
  return {
    meter: id,
    kind,
    lastYear: days.reduce((sum, { day, used }) => (day >= today - YEAR ? sum + used : sum), 0),
    days,
    nights,
    faults: rule === undefined ? [] : nightFaults(nights, rule),
  };
}

/** Writes entities for the rules: whether water leaks, and whether the base load at night is raised. */
async function tellFault(
  { client, context, logger }: EnergyParts,
  tenant: string,
  { id, name, kind, scope }: Meter,
  { faults }: State,
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
