import type { ModelFunction, Values } from '@alzette/kit/model-functions';
import { Problem } from '@alzette/kit/problems';
import type { Policy, WasteSettings } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { comparePolicies } from './run-simulation.ts';

const DAYS_PER_YEAR = 365;
const MOST_DAYS = { fixed: 60, forecast: 14 } as const;
const EVERY_FORECAST = 2;

/**
 * A year of rounds by a policy, from the simulated past weeks: `waste.rounds`. The method is 0 for fixed days, 1 for a
 * level, 2 for the forecast; 0 days are those that the settings name.
 */
export function roundsFunction(parts: WasteParts): ModelFunction {
  return {
    takes: { method: '1', days: 'day', level: 'share', least: 'container' },
    gives: {
      rounds: 'round/yr',
      collections: 'container/yr',
      distance: 'km/yr',
      hours: 'h/yr',
      overflowDays: 'day/yr',
      containers: 'container',
    },
    async compute({ tenant, client, signal }, sets) {
      const { outcomes, containers, days } = await comparePolicies(parts, {
        ...{ tenant, client, signal },
        policies: (settings) => sets.map((set) => policyOf(set, settings)),
      });
      if (containers === 0)
        throw new Problem(422, 'The model cannot be computed', 'No container whose level is measured can be read');
      const yearly = (value: number) => (value * DAYS_PER_YEAR) / days;
      return outcomes.map(({ rounds, collections, km, hours, overflowDays }) => ({
        rounds: yearly(rounds),
        collections: yearly(collections),
        distance: yearly(km),
        hours: yearly(hours),
        overflowDays: yearly(overflowDays),
        containers,
      }));
    },
  };
}

function policyOf({ method = 0, days = 0, level = 0, least = 1 }: Values, settings: WasteSettings): Policy {
  const every = (usual: number, most: number) => Math.min(most, Math.round(days) || usual);
  if (method === 1)
    return { by: 'threshold', level: level || settings.threshold, least: Math.max(1, Math.round(least)) };
  if (method === 2) return { by: 'forecast', every: every(EVERY_FORECAST, MOST_DAYS.forecast) };
  return { by: 'fixed', days: every(settings.fixedDays, MOST_DAYS.fixed) };
}
