import { ask } from '@alzette/web/asking';

/** Answers of the energy service: kWh and m³, euros, days as `YYYY-MM-DD`. */
interface Warning {
  readonly since: string;
  readonly excess: number;
  readonly cost: number;
}

interface Used {
  readonly amount: number;
  readonly days: number;
}

export interface Building {
  readonly id: string;
  readonly name: string;
  readonly use: string;
  readonly area?: number;
  readonly used: Readonly<Partial<Record<'electricity' | 'gas' | 'heat' | 'water' | 'solar', Used>>>;
  readonly normalisedHeat?: number;
  readonly perArea?: number;
  readonly likeBuildings?: { readonly median: number; readonly count: number };
  readonly leak?: Warning;
  readonly baseload?: Warning;
  readonly billed: number;
  readonly budget?: number;
  readonly expected?: number;
}

export interface BuildingDetail extends Building {
  readonly year: number;
  readonly meters: readonly {
    readonly meter: string;
    readonly name: string;
    readonly kind: string;
    readonly days: readonly (readonly [day: string, used: number])[];
    readonly nights: readonly (readonly [day: string, least: number, mean: number])[];
    readonly faults: readonly { readonly since: string; readonly until?: string; readonly excess: number }[];
    readonly tooFewNights?: number;
    readonly heating?: { readonly base: number; readonly perDegreeDay: number; readonly fit: number };
  }[];
  readonly bills: readonly {
    readonly kind: string;
    readonly from: string;
    readonly to: string;
    readonly used?: number;
    readonly price?: number;
  }[];
}

export interface Buildings {
  readonly year: number;
  readonly referenceDegreeDays: number;
  readonly buildings: readonly Building[];
}

const id = encodeURIComponent;

export const getBuildings = (signal: AbortSignal): Promise<Buildings> =>
  ask('GET', '/energy/buildings', undefined, signal);
export const getBuilding = (building: string, signal: AbortSignal): Promise<BuildingDetail> =>
  ask('GET', `/energy/buildings/${id(building)}`, undefined, signal);
export const putBudget = (building: string, budget: { year: number; amount: number }): Promise<object> =>
  ask('PUT', `/energy/buildings/${id(building)}/budget`, budget);
