import { computeTask } from '@alzette/kit/compute-task';
import type { SimulationResult } from '../contract/contract.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

/** What is wrong with a scenario crosses threads as text. */
type Simulated = { readonly result: SimulationResult } | { readonly invalid: { member: string; message: string } };

export const SIMULATION = computeTask<typeof simulated>('lighting.simulation', import.meta.url);

export default function simulated(scenario: Scenario): Simulated {
  try {
    return { result: simulate(scenario) };
  } catch (cause) {
    if (!(cause instanceof InvalidInput)) throw cause;
    return { invalid: { member: cause.member, message: cause.message } };
  }
}
