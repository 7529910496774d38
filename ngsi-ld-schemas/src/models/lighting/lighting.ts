import { anything, dateTime, type KeyValues, model, number, required, text } from '../define.ts';
import { identity } from '../shared-attributes.ts';

/** A simulated strategy of street lighting, with all it rests on: no published type has one. */
export const lightingScenario = model('Lighting', 'LightingScenario', '1.0.0', {
  ...identity,
  name: required(text()),
  author: text(),
  simulatedAt: required(dateTime()),
  /** The body of the simulation, so that it can be run again. */
  simulationRequest: required(anything()),
  simulationResult: required(anything()),
  /** Against the reference that is named, 0 to 1; less than 0 where it takes more. */
  energySaving: number({ unit: 'C62', max: 1 }),
  referenceName: text(),
});
export type LightingScenario = KeyValues<typeof lightingScenario>;
