import type { LampQuery, Simulated, SimulationAnswer, SimulationBody, SimulationResult } from '../contract/contract.ts';
import { InvalidInput, within } from '../input/invalid-input.ts';
import type { Lamp } from '../park/lamp.ts';
import { countedLamps, readScenario, type ScenarioGiven } from './read-scenario.ts';
import type { LampGroup, Scenario } from './scenario.ts';

interface SimulationMeans {
  /** Finds the lamps of a query, with the rights of the caller. */
  readonly findLamps: (query: LampQuery) => Promise<readonly Lamp[]>;
  /** @throws Problem */
  readonly simulate: (scenario: Scenario) => Promise<SimulationResult>;
}

export const FORMULA =
  'E = Σ lamps Σ time P × driver(level) × dt; saving = 1 − E / E of the reference; ' +
  'cost = Σ E × price of the hour + subscription; CO₂ = Σ E × factor of the day';

/**
 * Runs one scenario, or up to four in `scenarios`, each with its differences from the common members.
 *
 * @throws InvalidInput
 */
export async function runSimulation(body: SimulationBody, means: SimulationMeans): Promise<Simulated> {
  const { scenarios, ...common } = body;
  if (scenarios === undefined) return simulateGiven(readScenario(common, '', 'scenario 1'), 'luminaires', means);
  const given = scenarios.map((scenario, i) => {
    const member = within('scenarios', i);
    return { member, scenario: readScenario({ ...common, ...scenario }, member, member) };
  });
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
      lamps: countedLamps({ count, power }),
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
