import type { FunctionCall, ModelFunction, Values } from '@alzette/kit/model-functions';
import type { SimulationAnswer, SimulationBody } from '../contract/contract.ts';
import type { LightingParts } from '../parts.ts';
import { runSimulation } from './run-simulation.ts';
import { simulateApart } from './simulation-routes.ts';

const DAY_MINUTES = 1440;

/** A year of nights with less light between two hours, as the simulator computes it: `lighting.nights`. */
export function nightsFunction(parts: LightingParts): ModelFunction {
  return {
    takes: {
      lamps: 'lamp',
      power: 'W/lamp',
      level: 'share',
      from: 'h',
      to: 'h',
      losses: 'share',
      standby: 'W/lamp',
    },
    gives: { energy: 'kWh/yr', reference: 'kWh/yr', lightHours: 'h/yr', burningHours: 'h/yr' },
    async compute(call, sets) {
      const results: Values[] = [];
      for (const set of sets) results.push(await yearOf(parts, call, set));
      return results;
    },
  };
}

async function yearOf(
  { compute, siteOf }: LightingParts,
  { tenant, signal }: FunctionCall,
  { lamps = 0, power = 0, level = 1, from = 0, to = 0, losses = 0, standby = 0 }: Values,
): Promise<Values> {
  const { longitude, latitude, timeZone } = siteOf(tenant);
  const year = new Date().getUTCFullYear() - 1;
  const [dimmed, full] = [clock(from), clock(to)];
  const body: SimulationBody = {
    place: { type: 'Point', coordinates: [longitude, latitude] },
    timeZone,
    from: `${year}-01-01`,
    to: `${year}-12-31`,
    // Of one lamp: none is no park for the simulator, and all are alike.
    luminaires: { count: 1, power },
    programme: { level: 1, slots: dimmed === full || level === 1 ? [] : [{ from: dimmed, to: full, level }] },
    driver: {
      standbyPower: standby,
      curve: [
        { level: 0, power: losses },
        { level: 1, power: 1 },
      ],
    },
    tariff: { energy: 0 },
  };
  const { energy, reference, equivalentHours, burningHours } = (await runSimulation(body, {
    findLamps: async () => [],
    simulate: (scenario) => simulateApart(compute, scenario, { tenant, signal }),
  })) as SimulationAnswer;
  return { energy: energy * lamps, reference: reference * lamps, lightHours: equivalentHours, burningHours };
}

/** `23.5` is 23:30; a day later is the same time. */
function clock(hours: number): string {
  const minutes = Math.round(hours * 60) % DAY_MINUTES;
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
