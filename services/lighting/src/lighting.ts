export { InvalidInput } from './input/invalid-input.ts';
export { type BurningWindow, type LevelStep, levelSteps, type Programme } from './programmes/programme.ts';
export { lighting } from './service.ts';
export { readScenario } from './simulation/read-scenario.ts';
export { type SimulationResult, simulate } from './simulation/simulate.ts';
