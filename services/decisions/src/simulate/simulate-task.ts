import { computeTask } from '@alzette/kit/compute-task';
import { ModelFault } from '../model/compile-model.ts';
import { type SimulationInput, simulate } from './simulate.ts';

/** What is wrong with a model crosses threads as text. */
type Simulated =
  | { readonly variants: ReturnType<typeof simulate> }
  | { readonly fault: { readonly field: string; readonly message: string } };

export const SIMULATION = computeTask<typeof simulated>('decisions.simulation', import.meta.url);

export default function simulated(input: SimulationInput): Simulated {
  try {
    return { variants: simulate(input) };
  } catch (cause) {
    if (!(cause instanceof ModelFault)) throw cause;
    return { fault: { field: cause.field, message: cause.message } };
  }
}
