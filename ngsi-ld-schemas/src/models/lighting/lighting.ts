import { anything, dateTime, type KeyValues, model, number, required, text } from '../define.ts';
import { identity } from '../shared-attributes.ts';

/** A simulated strategy of street lighting with all its assumptions; there is no published type. */
export const lightingScenario = model('Lighting', 'LightingScenario', '1.0.0', {
  ...identity,
  name: required(text()),
  author: text(),
  simulatedAt: required(dateTime()),
  /** The body of the simulation, with which it can be run again. */
  simulationRequest: required(anything()),
  simulationResult: required(anything()),
  /** Compared with the named reference, 0 to 1; negative if it consumes more. */
  energySaving: number({ unit: 'C62', max: 1 }),
  referenceName: text(),
});
export type LightingScenario = KeyValues<typeof lightingScenario>;
