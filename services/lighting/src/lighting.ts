export { InvalidInput } from './input/invalid-input.ts';
export { readScenario } from './simulation/read-scenario.ts';
export { type SimulationResult, simulate } from './simulation/simulate.ts';
