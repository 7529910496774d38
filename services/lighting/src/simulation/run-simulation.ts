import { InvalidInput } from '../input/invalid-input.ts';
import { readList, readObject, within } from '../input/read.ts';
import type { Lamp, LampQuery } from '../park/lamp.ts';
import { readScenario, SCENARIO_MEMBERS, type ScenarioGiven } from './read-scenario.ts';
import type { LampGroup, Scenario } from './scenario.ts';
import type { SimulationResult } from './simulate.ts';

/** The assumptions of a simulation that are not in the request. */
export interface Assumptions {
  /** The number of lamps found by a query, and of those with unknown power. */
  readonly found?: number;
  readonly withoutPower?: number;
  /** Watts assumed for those; absent: they are left out. */
  readonly defaultPower?: number;
  readonly formula: string;
}

export interface SimulationAnswer extends SimulationResult {
  readonly assumptions: Assumptions;
}

interface SimulationMeans {
  /** Finds the lamps of a query, with the rights of the caller. */
  readonly findLamps: (query: LampQuery) => Promise<readonly Lamp[]>;
  /** @throws Problem */
  readonly simulate: (scenario: Scenario) => Promise<SimulationResult>;
}

export const MAX_SCENARIOS = 4;

export const FORMULA =
  'E = Σ lamps Σ time P × driver(level) × dt; saving = 1 − E / E of the reference; ' +
  'cost = Σ E × price of the hour + subscription; CO₂ = Σ E × factor of the day';

/**
 * Runs the body of `POST /lighting/simulations`: one scenario, or up to four in `scenarios`, each with its differences
 * from the common members.
 *
 * @throws InvalidInput
 */
export async function runSimulation(
  body: unknown,
  means: SimulationMeans,
): Promise<SimulationAnswer | { readonly scenarios: readonly SimulationAnswer[] }> {
  const { scenarios, ...common } = readObject(body, 'body', [...SCENARIO_MEMBERS, 'scenarios']);
  if (scenarios === undefined) return simulateGiven(readScenario(common, 'body', 'scenario 1'), 'luminaires', means);
  const given = readList(scenarios, 'scenarios', { min: 1, max: MAX_SCENARIOS }, (scenario, member) => ({
    member,
    scenario: readScenario({ ...common, ...readObject(scenario, member, SCENARIO_MEMBERS) }, member, member),
  }));
  const answers: SimulationAnswer[] = [];
  for (const { scenario, member } of given) {
    answers.push(await simulateGiven(scenario, within(member, 'luminaires'), means));
  }
  return { scenarios: answers };
}

async function simulateGiven(
  given: ScenarioGiven,
  member: string,
  { findLamps, simulate }: SimulationMeans,
): Promise<SimulationAnswer> {
  const { luminaires, ...scenario } = given;
  if (luminaires.kind === 'count') {
    const { count, power, colourTemperature } = luminaires;
    const result = await simulate({
      ...scenario,
      lamps: [{ count, totalPower: count * power }],
      colourTemperatures: colourTemperature === undefined ? [] : [{ kelvin: colourTemperature, count }],
    });
    return { ...result, assumptions: { formula: FORMULA } };
  }
  const lamps = await findLamps(luminaires.query);
  if (lamps.length === 0) throw new InvalidInput(within(member, 'query'), luminaires.query, 'a query that finds lamps');
  const withoutPower = lamps.filter(({ power }) => power === undefined).length;
  if (withoutPower === lamps.length && luminaires.defaultPower === undefined) {
    throw new InvalidInput(
      within(member, 'query'),
      luminaires.query,
      `lamps whose power is known (${lamps.length} were found), or "defaultPower" in watts`,
    );
  }
  const result = await simulate({
    ...scenario,
    lamps: groupsOf(lamps, luminaires.defaultPower),
    colourTemperatures: colourTemperaturesOf(lamps),
  });
  const { defaultPower } = luminaires;
  return {
    ...result,
    assumptions: {
      found: lamps.length,
      withoutPower,
      ...(defaultPower === undefined ? {} : { defaultPower }),
      formula: FORMULA,
    },
  };
}

/** Grouped by commune, because calendar rules name communes as zones. */
function groupsOf(lamps: readonly Lamp[], defaultPower: number | undefined): LampGroup[] {
  const groups = new Map<string | undefined, { count: number; totalPower: number }>();
  for (const { commune, power = defaultPower } of lamps) {
    if (power === undefined) continue;
    const group = groups.get(commune) ?? { count: 0, totalPower: 0 };
    groups.set(commune, { count: group.count + 1, totalPower: group.totalPower + power });
  }
  return [...groups].map(([zone, group]) => ({ ...group, ...(zone === undefined ? {} : { zone }) }));
}

function colourTemperaturesOf(lamps: readonly Lamp[]): { kelvin: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const { colourTemperature: kelvin } of lamps) {
    if (kelvin !== undefined) counts.set(kelvin, (counts.get(kelvin) ?? 0) + 1);
  }
  return [...counts].map(([kelvin, count]) => ({ kelvin, count }));
}
