import type { LampQuery, ScenarioBody } from '../contract/contract.ts';
import { FRENCH_MIX } from '../energy/co2-factors.ts';
import { byDay, readClock, readDriver, readTariffSlots } from '../energy/read-energy.ts';
import type { Tariff } from '../energy/tariff.ts';
import { InvalidInput, within } from '../input/invalid-input.ts';
import { readCalendar, readProgramme, readProgrammes, readWindow } from '../programmes/read-programme.ts';
import { isTimeZone } from '../sun/local-time.ts';
import type { LampGroup, Reference, Scenario } from './scenario.ts';

/** Lamps in a request: a number of equal ones, or a query. */
type LampsGiven =
  | { readonly kind: 'count'; readonly count: number; readonly power: number; readonly colourTemperature?: number }
  | { readonly kind: 'query'; readonly query: LampQuery; readonly defaultPower?: number };

/** A scenario whose lamps are not looked up yet. */
export type ScenarioGiven = Omit<Scenario, 'lamps' | 'colourTemperatures'> & { readonly luminaires: LampsGiven };

const LONGEST_DAYS = 10 * 366;
const DAY_MS = 86_400_000;

/** @throws InvalidInput: a member is missing, or does not fit to another */
export function readScenario(given: ScenarioBody, member: string, name: string): ScenarioGiven {
  const at = (part: string) => within(member, part);
  const from = needed(given.from, at('from'));
  const to = needed(given.to, at('to'));
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1 || days > LONGEST_DAYS) {
    throw new InvalidInput(at('to'), to, `a day from "from" (${from}) on, at most ${LONGEST_DAYS} nights`);
  }
  const programmes = readProgrammes(given, member);
  const { driverLosses = 0.03, price = 0.1 } = given.uncertainty ?? {};
  return {
    name: given.name ?? name,
    site: readSite(given, member),
    from,
    to,
    luminaires: readLuminaires(needed(given.luminaires, at('luminaires')), at('luminaires')),
    window: readWindow(given, member),
    programmes,
    calendar: readCalendar(given, member, Object.keys(programmes)),
    driver: readDriver(given, member),
    tariff: readTariff(needed(given.tariff, at('tariff'))),
    co2Factors: given.co2Factors === undefined ? FRENCH_MIX : byDay(given.co2Factors),
    reference: readReference(given.reference, at('reference')),
    uncertainty: { driverLosses, price },
    category: given.category ?? 'a',
    ...(given.closing !== undefined && { closing: readClock(given.closing) }),
  };
}

function needed<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw new InvalidInput(member, undefined, 'a value');
  return value;
}

function readSite({ place, timeZone }: ScenarioBody, member: string) {
  const [longitude, latitude] = needed(place, within(member, 'place')).coordinates;
  if (timeZone === undefined || !isTimeZone(timeZone)) {
    throw new InvalidInput(within(member, 'timeZone'), timeZone, 'an IANA time zone such as Europe/Paris');
  }
  return { longitude, latitude, timeZone };
}

function readLuminaires(given: NonNullable<ScenarioBody['luminaires']>, member: string): LampsGiven {
  const { query, count, power, colourTemperature, defaultPower } = given;
  if (query === undefined) {
    return {
      kind: 'count',
      count: needed(count, within(member, 'count')),
      power: needed(power, within(member, 'power')),
      ...(colourTemperature !== undefined && { colourTemperature }),
    };
  }
  for (const [part, value] of Object.entries({ count, power, colourTemperature })) {
    if (value !== undefined)
      throw new InvalidInput(within(member, part), value, 'no such member together with "query"');
  }
  return { kind: 'query', query, ...(defaultPower !== undefined && { defaultPower }) };
}

function readTariff({ slots, ...tariff }: NonNullable<ScenarioBody['tariff']>): Tariff {
  return { ...tariff, slots: readTariffSlots(slots) };
}

function readReference(given: ScenarioBody['reference'], member: string): Reference {
  if (given === undefined) return { kind: 'allNight', name: 'full power all night' };
  const { kind, name, programme, energy, burningHours } = given;
  const at = (part: string) => within(member, part);
  if (kind === 'allNight') return { kind, name };
  if (kind === 'programme') {
    return { kind, name, programme: readProgramme(needed(programme, at('programme')), at('programme')) };
  }
  return {
    kind,
    name,
    energy: needed(energy, at('energy')),
    burningHours: needed(burningHours, at('burningHours')),
  };
}

/** A number of equal lamps, in the format of the simulator. */
export function countedLamps({ count, power }: { readonly count: number; readonly power: number }): LampGroup[] {
  return [{ count, totalPower: count * power }];
}
