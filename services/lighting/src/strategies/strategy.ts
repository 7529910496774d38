import { bodyReader } from '@alzette/kit/bodies';
import type { Value } from '@alzette/kit/contract';
import { StrategyBody, type StrategyDocument } from '../contract/contract.ts';
import { type Driver, driverWithLosses, stepHours } from '../energy/driver.ts';
import { readDriver } from '../energy/read-energy.ts';
import type { Calendar } from '../programmes/calendar.ts';
import { programmeOn } from '../programmes/calendar.ts';
import { writeNightTime } from '../programmes/night-time.ts';
import { ALL_NIGHT, type BurningWindow, type LevelStep, levelSteps, type Programme } from '../programmes/programme.ts';
import { readCalendar, readProgrammes, readWindow, writeProgramme } from '../programmes/read-programme.ts';
import type { LocalDate } from '../sun/local-time.ts';
import { type Site, sunNight } from '../sun/sun-night.ts';

/** When and how brightly lamps burn, all year: simulated, applied and measured. */
export interface Strategy {
  readonly name: string;
  readonly window: BurningWindow;
  readonly programmes: Readonly<Record<string, Programme>>;
  readonly calendar: Calendar;
  /** The driver of the lamps; absent: 8 % losses, which is usual for LED drivers. */
  readonly driver: Driver;
}

/** The expected energy of a night per lamp. */
export interface NightPromise {
  readonly steps: readonly LevelStep[];
  readonly on: number;
  readonly off: number;
  readonly burningHours: number;
  /** Hours, to multiply by the lamp's power. */
  readonly powerHours: number;
  /** Wh of a lamp at level 0. */
  readonly standby: number;
  readonly programme: string;
  readonly rule?: string;
}

const USUAL_LOSSES = 0.08;
const checked = bodyReader<Value<typeof StrategyBody>>(StrategyBody);

/** @throws Problem 400 */
export function readStrategy(body: unknown): Strategy {
  const given = checked(body);
  const programmes = readProgrammes(given, '');
  const hasDriver = given.driver !== undefined || given.driverLosses !== undefined;
  return {
    name: given.name,
    window: readWindow(given, ''),
    programmes,
    calendar: readCalendar(given, '', Object.keys(programmes)),
    driver: hasDriver ? readDriver(given, '') : driverWithLosses(USUAL_LOSSES),
  };
}

/** A strategy in the format of requests. */
export function writeStrategy({ name, window, programmes, calendar, driver }: Strategy): StrategyDocument {
  return {
    name,
    on: writeNightTime(window.on),
    off: writeNightTime(window.off),
    programmes: Object.fromEntries(Object.entries(programmes).map(([key, value]) => [key, writeProgramme(value)])),
    calendar,
    driver,
  };
}

/** @throws InvalidInput place: no sunset there that night */
export function promiseOf(
  strategy: Strategy,
  date: LocalDate,
  site: Site,
  zones: readonly string[] = [],
): NightPromise {
  const { programme, rule } = programmeOn(strategy.calendar, date, zones);
  const night = sunNight(site, date);
  const steps = levelSteps(strategy.window, strategy.programmes[programme] as Programme, night, site);
  const [whole] = levelSteps(strategy.window, ALL_NIGHT, night, site);
  let [powerHours, standbyHours] = [0, 0];
  for (const step of steps) {
    const hours = stepHours(step, strategy.driver);
    powerHours += hours.powerHours;
    standbyHours += hours.standbyHours;
  }
  const { from: on, to: off } = whole ?? { from: night.sunset, to: night.sunset };
  return {
    steps,
    on,
    off,
    burningHours: (off - on) / 3_600_000,
    powerHours,
    standby: standbyHours * strategy.driver.standbyPower,
    programme,
    ...(rule?.name === undefined ? {} : { rule: rule.name }),
  };
}
