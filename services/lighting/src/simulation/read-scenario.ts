import { FRENCH_MIX } from '../energy/co2-factors.ts';
import { readClock, readCo2Factors, readDriver, readPrice, readTariffSlots } from '../energy/read-energy.ts';
import type { Tariff } from '../energy/tariff.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import {
  optional,
  readChoice,
  readDate,
  readList,
  readNumber,
  readObject,
  readText,
  readWhole,
  within,
} from '../input/read.ts';
import { LAMP_CATEGORIES } from '../legal/legal-checks.ts';
import type { LampQuery } from '../park/lamp.ts';
import { readNightTime } from '../programmes/night-time.ts';
import { readCalendar, readProgramme, readProgrammes } from '../programmes/read-programme.ts';
import { isTimeZone } from '../sun/local-time.ts';
import type { LampGroup, Reference, Scenario } from './scenario.ts';

/** Lamps in a request: a number of equal ones, or a query. */
type LampsGiven =
  | { readonly kind: 'count'; readonly count: number; readonly power: number; readonly colourTemperature?: number }
  | { readonly kind: 'query'; readonly query: LampQuery; readonly defaultPower?: number };

/** A scenario whose lamps are not looked up yet. */
export type ScenarioGiven = Omit<Scenario, 'lamps' | 'colourTemperatures'> & { readonly luminaires: LampsGiven };

/** The members of a scenario, in addition to its name. */
export const SCENARIO_MEMBERS: readonly string[] = [
  ...['name', 'place', 'timeZone', 'from', 'to', 'luminaires', 'driverLosses', 'driver', 'on', 'off', 'programme'],
  ...['programmes', 'calendar', 'tariff', 'co2Factors', 'reference', 'uncertainty', 'category', 'closing'],
];

const SHARE = { min: 0, max: 1 };
const MAX_LAMPS = 10_000_000;
const LONGEST_DAYS = 10 * 366;
const DAY_MS = 86_400_000;

/**
 * Reads a scenario of `POST /lighting/simulations`. Defaults: no driver losses and no standby power, lamps on from
 * sunset to sunrise, compared with full power all night.
 *
 * @throws InvalidInput
 */
export function readScenario(body: unknown, member: string, name: string): ScenarioGiven {
  const given = readObject(body, member, SCENARIO_MEMBERS);
  const at = (part: string) => within(member, part);
  const [from, to] = [readDate(given.from, at('from')), readDate(given.to, at('to'))];
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1 || days > LONGEST_DAYS) {
    throw new InvalidInput(at('to'), to, `a day from "from" (${from}) on, at most ${LONGEST_DAYS} nights`);
  }
  const programmes = readProgrammes(given, member);
  const names = Object.keys(programmes);
  return {
    name: optional(given.name, name, (text) => readText(text, at('name'))),
    site: readSite(given, member),
    from,
    to,
    luminaires: readLuminaires(given.luminaires, at('luminaires')),
    window: {
      on: readNightTime(given.on ?? 'sunset', at('on')),
      off: readNightTime(given.off ?? 'sunrise', at('off')),
    },
    programmes,
    calendar: optional(given.calendar, { rules: [], defaultProgramme: names[0] as string }, (calendar) =>
      readCalendar(calendar, at('calendar'), names),
    ),
    driver: readDriver(given, member),
    tariff: readTariff(given.tariff, at('tariff')),
    co2Factors: optional(given.co2Factors, FRENCH_MIX, (table) => readCo2Factors(table, at('co2Factors'))),
    reference: readReference(given.reference, at('reference')),
    uncertainty: readUncertainty(given.uncertainty, at('uncertainty')),
    category: optional(given.category, 'a', (letter) => readChoice(letter, at('category'), LAMP_CATEGORIES)),
    ...(given.closing === undefined ? {} : { closing: readClock(given.closing, at('closing')) }),
  };
}

function readSite({ place, timeZone }: Readonly<Record<string, unknown>>, member: string) {
  const at = within(member, 'place');
  const { type, coordinates } = readObject(place, at, ['type', 'coordinates']);
  if (type !== 'Point') throw new InvalidInput(within(at, 'type'), type, '"Point"');
  const [longitude, latitude, ...more] = Array.isArray(coordinates) ? coordinates : [];
  if (more.length > 0 || !isWithin(longitude, 180) || !isWithin(latitude, 90)) {
    throw new InvalidInput(within(at, 'coordinates'), coordinates, '[longitude, latitude] in degrees');
  }
  if (typeof timeZone !== 'string' || !isTimeZone(timeZone)) {
    throw new InvalidInput(within(member, 'timeZone'), timeZone, 'an IANA time zone such as Europe/Paris');
  }
  return { longitude, latitude, timeZone };
}

function isWithin(degrees: unknown, limit: number): degrees is number {
  return typeof degrees === 'number' && Math.abs(degrees) <= limit;
}

function readLuminaires(value: unknown, member: string): LampsGiven {
  const at = (part: string) => within(member, part);
  const given = readObject(value, member, ['count', 'power', 'colourTemperature', 'query', 'defaultPower']);
  if (given.query === undefined) {
    return {
      kind: 'count',
      count: readWhole(given.count, at('count'), { min: 1, max: MAX_LAMPS }),
      power: readNumber(given.power, at('power'), { min: 0, max: 10_000 }),
      ...(given.colourTemperature === undefined
        ? {}
        : {
            colourTemperature: readNumber(given.colourTemperature, at('colourTemperature'), { min: 1000, max: 20_000 }),
          }),
    };
  }
  for (const part of ['count', 'power', 'colourTemperature']) {
    if (given[part] !== undefined)
      throw new InvalidInput(at(part), given[part], 'no such member together with "query"');
  }
  return {
    kind: 'query',
    query: readQuery(given.query, at('query')),
    ...(given.defaultPower === undefined
      ? {}
      : { defaultPower: readNumber(given.defaultPower, at('defaultPower'), { min: 0, max: 10_000 }) }),
  };
}

function readQuery(value: unknown, member: string): LampQuery {
  const given = readObject(value, member, ['id', 'q', 'scopeQ', 'georel', 'geometry', 'coordinates']);
  const { id, coordinates, ...texts } = given;
  for (const [name, text] of Object.entries(texts)) readText(text, within(member, name), 2000);
  return {
    ...(texts as LampQuery),
    ...(coordinates === undefined ? {} : { coordinates }),
    ...(id === undefined
      ? {}
      : { id: readList(id, within(member, 'id'), { min: 1, max: 500 }, (one, at) => readText(one, at)) }),
  };
}

function readTariff(value: unknown, member: string): Tariff {
  const given = readObject(value, member, ['energy', 'slots', 'subscription']);
  return {
    energy: readPrice(given.energy, within(member, 'energy')),
    slots: optional(given.slots, [], (slots) => readTariffSlots(slots, within(member, 'slots'))),
    ...(given.subscription === undefined
      ? {}
      : { subscription: readSubscription(given.subscription, within(member, 'subscription')) }),
  };
}

function readSubscription(value: unknown, member: string) {
  const { power, price } = readObject(value, member, ['power', 'price']);
  return {
    power: readNumber(power, within(member, 'power'), { min: 0, max: 1_000_000 }),
    price: readNumber(price, within(member, 'price'), { min: 0, max: 10_000 }),
  };
}

function readReference(value: unknown, member: string): Reference {
  if (value === undefined) return { kind: 'allNight', name: 'full power all night' };
  const given = readObject(value, member, ['kind', 'name', 'programme', 'energy', 'burningHours']);
  const at = (part: string) => within(member, part);
  const kind = readChoice(given.kind, at('kind'), ['allNight', 'programme', 'measured'] as const);
  const name = readText(given.name, at('name'));
  if (kind === 'allNight') return { kind, name };
  if (kind === 'programme') return { kind, name, programme: readProgramme(given.programme, at('programme')) };
  return {
    kind,
    name,
    energy: readNumber(given.energy, at('energy'), { min: 0 }),
    burningHours: readNumber(given.burningHours, at('burningHours'), { min: 1 }),
  };
}

function readUncertainty(value: unknown, member: string) {
  const given = value === undefined ? {} : readObject(value, member, ['driverLosses', 'price']);
  return {
    driverLosses: readNumber(given.driverLosses ?? 0.03, within(member, 'driverLosses'), { min: 0, max: 0.5 }),
    price: readNumber(given.price ?? 0.1, within(member, 'price'), SHARE),
  };
}

/** A number of equal lamps, in the format of the simulator. */
export function countedLamps({ count, power }: { readonly count: number; readonly power: number }): LampGroup[] {
  return [{ count, totalPower: count * power }];
}
