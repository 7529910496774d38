import { holidaysOfDepartment, isHolidayOf, localDaysOf } from '@alzette/kit/calendar';
import { computeTask } from '@alzette/kit/compute-task';
import { deposits, type FlatSamples, samplesOf } from '@alzette/kit/forecasting';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { Outcome, Policy, WasteSettings } from '../contract/contract.ts';
import { distancesBetween, type Streets } from '../places/road-graph.ts';
import { simulatePolicy } from './simulate.ts';

/** The containers of one kind, which are collected together. */
export interface SimulatedKind {
  readonly department: string | undefined;
  readonly containers: readonly { readonly position: LonLat; readonly levels: FlatSamples }[];
}

export interface SimulationTask {
  readonly kinds: readonly SimulatedKind[];
  readonly policies: readonly Policy[];
  readonly days: number;
  readonly now: number;
  readonly timeZone: string;
  readonly depot: LonLat;
  readonly streets: Streets | undefined;
  readonly settings: Pick<WasteSettings, 'capacity' | 'speed' | 'minutesPerStop' | 'co2PerKm' | 'detour'>;
}

export const SIMULATION = computeTask<typeof simulateAll>('waste.simulation', import.meta.url, {
  limitMs: 30_000,
});

/** The outcomes of policies, each summed over the kinds of containers. */
export default function simulateAll({ kinds, policies, days, now, timeZone, ...given }: SimulationTask): Outcome[] {
  const { depot, streets, settings } = given;
  const { capacity, speed, minutesPerStop, co2PerKm, detour } = settings;
  const localDays = localDaysOf(timeZone);
  const today = Math.floor(localDays(now));
  const simulations = kinds.map(({ department, containers }) => ({
    containers: containers.map(({ levels }) => ({ deposits: deposits(samplesOf(levels), localDays) })),
    distances: distancesBetween([depot, ...containers.map(({ position }) => position)], { streets, detour }),
    from: today - days,
    to: today,
    capacity,
    speed,
    minutesPerStop,
    co2PerKm,
    isHoliday: isHolidayOf(holidaysOfDepartment(department)),
  }));
  return policies.map((policy) => sumOf(simulations.map((each) => simulatePolicy(each, policy))));
}

function sumOf(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number) =>
    Math.round(outcomes.reduce((all, outcome) => all + of(outcome), 0) * 10) / 10;
  const collections = sum((outcome) => outcome.collections);
  const levels = outcomes.reduce((all, outcome) => all + outcome.meanLevel * outcome.collections, 0);
  return {
    policy: outcomes[0]?.policy ?? { by: 'fixed', days: 1 },
    days: outcomes[0]?.days ?? 0,
    rounds: sum((outcome) => outcome.rounds),
    collections,
    km: sum((outcome) => outcome.km),
    hours: sum((outcome) => outcome.hours),
    co2: sum((outcome) => outcome.co2),
    overflowDays: sum((outcome) => outcome.overflowDays),
    meanLevel: collections === 0 ? 0 : Math.round((levels / collections) * 100) / 100,
  };
}
