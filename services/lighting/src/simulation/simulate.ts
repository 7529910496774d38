import type { Band, Co2Factor, SimulationResult } from '../contract/contract.ts';
import { co2FactorOn } from '../energy/co2-factors.ts';
import { type Driver, stepHours, withMoreLosses } from '../energy/driver.ts';
import { pricedSteps } from '../energy/tariff.ts';
import { checkLaw } from '../legal/legal-checks.ts';
import { programmeOn } from '../programmes/calendar.ts';
import { ALL_NIGHT, type LevelStep, levelSteps, type Programme } from '../programmes/programme.ts';
import { daysBetween } from '../sun/local-time.ts';
import { type SunEvent, sunNight } from '../sun/sun-night.ts';
import type { LampGroup, Scenario } from './scenario.ts';

/** Sums during the simulation. */
interface Account {
  energy: number;
  cost: number;
  co2: number;
  readonly slots: Map<string, { energy: number; cost: number }>;
  readonly months: Map<string, number>;
}

/** Simulates every night of the period. @throws InvalidInput place: without sunrise or sunset there */
export function simulate(scenario: Scenario): SimulationResult {
  const { site, window, lamps, driver, uncertainty, tariff, co2Factors, reference } = scenario;
  const needed = sunEventsOf(scenario);
  const [own, other] = [newAccount(), newAccount()];
  const [low, high] = [newAccount(), newAccount()];
  const fewerLosses = withMoreLosses(driver, -uncertainty.driverLosses);
  const moreLosses = withMoreLosses(driver, uncertainty.driverLosses);
  const referenceProgramme = reference.kind === 'programme' ? reference.programme : ALL_NIGHT;
  const [count, totalPower] = [sum(lamps, (l) => l.count), sum(lamps, (l) => l.totalPower)];
  const monthHours = new Map<string, number>();
  const factors = new Set<Co2Factor>();
  let [burningHours, lightWatts, fullWatts, nights] = [0, 0, 0, 0];

  for (const date of daysBetween(scenario.from, scenario.to)) {
    const night = sunNight(site, date, needed);
    const factor = co2FactorOn(co2Factors, date);
    factors.add(factor);
    nights += 1;
    const hours = sum(levelSteps(window, ALL_NIGHT, night, site), hoursOf);
    burningHours += hours;
    add(monthHours, date.slice(0, 7), hours);
    for (const group of lamps) {
      const { programme } = programmeOn(scenario.calendar, date, group.zone === undefined ? [] : [group.zone]);
      const steps = levelSteps(window, scenario.programmes[programme] as Programme, night, site);
      const at = { date, factor: factor.factor, group, scenario };
      charge(own, steps, driver, at);
      charge(other, levelSteps(window, referenceProgramme, night, site), driver, at);
      charge(low, steps, fewerLosses, at);
      charge(high, steps, moreLosses, at);
      lightWatts += group.totalPower * sum(steps, (step) => stepHours(step, driver).lightHours);
      fullWatts += group.totalPower * sum(steps, (step) => stepHours(step, driver).powerHours);
    }
  }

  const compared = referenceOf(scenario, other, burningHours);
  const years = nights / 365.25;
  const fixed = tariff.subscription ? tariff.subscription.power * tariff.subscription.price * years : 0;
  const [cheap, dear] = [1 - uncertainty.price, 1 + uncertainty.price];
  return {
    name: scenario.name,
    nights,
    lamps: count,
    installedPower: totalPower / 1000,
    burningHours,
    equivalentHours: totalPower === 0 ? 0 : lightWatts / totalPower,
    fullPowerHours: totalPower === 0 ? 0 : fullWatts / totalPower,
    energy: own.energy,
    reference: compared.energy,
    referenceName: reference.name,
    savedEnergy: compared.energy - own.energy,
    saving: savingOf(own.energy, compared.energy),
    cost: own.cost + fixed,
    referenceCost: compared.cost + fixed,
    savedCost: compared.cost - own.cost,
    co2: own.co2,
    savedCo2: compared.co2 - own.co2,
    co2Factors: [...factors],
    costByTariffSlot: [...own.slots].map(([slot, { energy, cost }]) => ({ slot, energy, cost })),
    months: [...monthHours].map(([month, hours]) => ({
      month,
      burningHours: hours,
      energy: own.months.get(month) ?? 0,
      reference: (other.months.get(month) ?? 0) * compared.scale,
    })),
    band: {
      energy: { low: low.energy, high: high.energy },
      saving: { low: savingOf(high.energy, compared.energy), high: savingOf(low.energy, compared.energy) },
      cost: { low: low.cost * cheap + fixed, high: high.cost * dear + fixed },
      savedCost: ordered((compared.cost - high.cost) * cheap, (compared.cost - low.cost) * dear),
    },
    legal: checkLaw(scenario),
  };
}

/** The solar events that a scenario uses; the others need not occur. */
function sunEventsOf({ window, programmes, reference }: Scenario): SunEvent[] {
  const all = [...Object.values(programmes), ...(reference.kind === 'programme' ? [reference.programme] : [])];
  const times = [window.on, window.off, ...all.flatMap(({ slots }) => slots.flatMap(({ from, to }) => [from, to]))];
  return times.flatMap((time) => (time.kind === 'sun' ? [time.event] : []));
}

interface Charged {
  readonly date: string;
  readonly factor: number;
  readonly group: LampGroup;
  readonly scenario: Scenario;
}

function charge(account: Account, steps: readonly LevelStep[], driver: Driver, at: Charged): void {
  const { date, factor, group, scenario } = at;
  for (const step of steps) {
    for (const { step: part, price, slot } of pricedSteps(step, scenario.tariff, scenario.site.timeZone)) {
      const { powerHours, standbyHours } = stepHours(part, driver);
      const energy = (group.totalPower * powerHours + group.count * driver.standbyPower * standbyHours) / 1000;
      account.energy += energy;
      account.cost += energy * price;
      account.co2 += energy * factor;
      add(account.months, date.slice(0, 7), energy);
      const sums = account.slots.get(slot ?? 'base') ?? { energy: 0, cost: 0 };
      sums.energy += energy;
      sums.cost += energy * price;
      account.slots.set(slot ?? 'base', sums);
    }
  }
}

/**
 * The reference values. A measured reference has no hours of its own: its price and CO₂ per kWh are those of full
 * nights.
 */
function referenceOf({ reference }: Scenario, simulated: Account, burningHours: number) {
  const { energy, cost, co2 } = simulated;
  if (reference.kind !== 'measured') return { energy, cost, co2, scale: 1 };
  const corrected = (reference.energy * burningHours) / reference.burningHours;
  const scale = energy === 0 ? 0 : corrected / energy;
  return { energy: corrected, cost: cost * scale, co2: co2 * scale, scale };
}

function newAccount(): Account {
  return { energy: 0, cost: 0, co2: 0, slots: new Map(), months: new Map() };
}

function savingOf(energy: number, reference: number): number {
  return reference === 0 ? 0 : 1 - energy / reference;
}

function ordered(a: number, b: number): Band {
  return { low: Math.min(a, b), high: Math.max(a, b) };
}

function hoursOf({ from, to }: LevelStep): number {
  return (to - from) / 3_600_000;
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
