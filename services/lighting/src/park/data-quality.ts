import { QUALITY_ISSUES, type Quality, type QualityIssue } from '../contract/contract.ts';
import { WARMEST_ALLOWED } from '../legal/legal-checks.ts';
import type { Lamp } from './lamp.ts';

const IS_AT_FAULT: Readonly<Record<QualityIssue, (lamp: Lamp) => boolean>> = {
  noPower: ({ power }) => power === undefined,
  noPosition: ({ position }) => position === undefined,
  noCabinet: ({ cabinet }) => cabinet === undefined,
  noStreet: ({ street }) => street === undefined,
  // Article 3 of the order of 27 December 2018.
  tooCold: ({ colourTemperature = 0 }) => colourTemperature > WARMEST_ALLOWED,
};
const MAX_SHOWN = 200;

/** Missing data of lamps, and lamps with a colour temperature above the legal limit for roads. */
export function qualityOf(lamps: readonly Lamp[]): Quality {
  return {
    lamps: lamps.length,
    issues: QUALITY_ISSUES.map((issue) => {
      const found = lamps.filter(IS_AT_FAULT[issue]);
      const shown = found.slice(0, MAX_SHOWN).map(({ id, name }) => ({ id, ...(name !== undefined && { name }) }));
      return { issue, count: found.length, lamps: shown };
    }),
  };
}
