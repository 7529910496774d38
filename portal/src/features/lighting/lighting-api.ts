import { ask } from '@alzette/web/asking';

/** Answers of the lighting service (`/lighting`). Energies in kWh, money in euros, CO₂ in kg, shares from 0 to 1. */
export interface Saving {
  readonly zone: string;
  readonly lamps: number;
  readonly energy: number;
  readonly promised: number;
  readonly reference: number;
  readonly savedEnergy: number;
  readonly saving?: number;
  readonly promisedSaving?: number;
  readonly measuredShare?: number;
  readonly savedCost: number;
  readonly savedCo2: number;
  readonly energyPerLamp?: number;
  readonly energyPerInhabitant?: number;
}

export interface Savings {
  readonly from: string;
  readonly to: string;
  readonly rows: readonly Saving[];
  readonly formula: string;
  readonly referenceName: string;
  readonly sources: readonly string[];
}

interface Cockpit {
  readonly night?: string;
  readonly park: {
    readonly lamps: number;
    readonly installedPower: number;
    readonly withoutPower: number;
    readonly now: {
      readonly heard: number;
      readonly lit: number;
      readonly level: number | null;
      readonly power: number;
    };
  };
  readonly lastNight?: Savings;
  readonly thisYear?: Savings;
  readonly service?: {
    readonly availability: number | null;
    readonly nightsToRepair: number | null;
    readonly failed: number;
  };
}

export interface Night {
  readonly night: string;
  readonly measured: number;
  readonly promised: number | null;
  readonly reference: number | null;
}

export interface Anomaly {
  readonly lamp: string;
  readonly name: string | null;
  readonly commune: string | null;
  readonly street: string | null;
  readonly kind: 'dayBurner' | 'silent' | 'tooMuch' | 'tooLittle' | 'drift';
  readonly ratio: number | null;
}

export interface Level {
  readonly from: string;
  readonly to: string;
  readonly level: number;
}

export interface LevelGroup {
  readonly strategy: string | null;
  readonly strategyName: string;
  readonly on: string;
  readonly off: string;
  readonly levels: readonly Level[];
  readonly lamps: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly position: readonly [number, number] | null;
  }[];
}

export interface Slot {
  readonly from: string;
  readonly to: string;
  readonly level: number;
}

/** Local times of sunset and sunrise tonight: `HH:MM`. */
export interface SunClock {
  readonly sunset?: string;
  readonly civilDusk?: string;
  readonly civilDawn?: string;
  readonly sunrise?: string;
}

interface StrategyDocument {
  readonly name: string;
  readonly on: string;
  readonly off: string;
  readonly programmes: Readonly<Record<string, { readonly level: number; readonly slots: readonly Slot[] }>>;
  readonly calendar: { readonly defaultProgramme: string; readonly rules: readonly object[] };
  readonly driver?: object;
}

export interface Strategy {
  readonly id: string;
  readonly version: number;
  readonly author: string;
  readonly createdAt: string;
  readonly document: StrategyDocument;
}

export interface StrategyNight {
  readonly night: string;
  readonly on: string;
  readonly off: string;
  readonly programme: string;
  readonly levels: readonly Level[];
}

export type ZoneKind = 'all' | 'commune' | 'street' | 'cabinet' | 'zone';

export interface DrawnZone {
  readonly id: string;
  readonly name: string;
  readonly area: { readonly type: 'Polygon'; readonly coordinates: number[][][] };
  readonly lamps: number;
}

interface Place {
  readonly zone: string;
  readonly name?: string | null;
  readonly lamps: number;
}

export interface Places {
  readonly zones: readonly DrawnZone[];
  readonly communes: readonly Place[];
  readonly streets: readonly Place[];
  readonly cabinets: readonly Place[];
}

/** A plan with its progress. */
export interface PlanDetail extends Plan {
  readonly lamps: readonly { readonly stage: number; readonly state: string; readonly lamps: number }[];
  readonly troubled: readonly { readonly lamp: string; readonly state: string; readonly info: string | null }[];
  readonly acts: readonly { readonly at: string; readonly actor: string; readonly action: string }[];
}

export interface CabinetFinding {
  readonly cabinet: string;
  readonly name: string | null;
  readonly commune: string | null;
  readonly kind: 'energyByDay' | 'lostEnergy' | 'phaseImbalance' | 'silent';
  readonly measured: number | null;
  readonly byDay: number | null;
  readonly lampsMeasured: number | null;
  readonly lampsByDay: number | null;
  readonly imbalance: number | null;
}

export interface Defects {
  readonly lamps: number;
  readonly defects: readonly { readonly event: string; readonly count: number; readonly ids: readonly string[] }[];
}

interface ReportRate {
  readonly days: number;
  readonly reports: number;
  readonly per100: number;
  readonly low: number;
  readonly high: number;
}

export interface ReportsAround {
  readonly change: string;
  readonly rows: readonly {
    readonly zone: string;
    readonly lamps: number;
    readonly before: ReportRate;
    readonly after: ReportRate;
    readonly isInconclusive: boolean;
  }[];
}

/** A lamp in the operator's supervision. */
export interface LampState {
  readonly id: string;
  readonly name: string;
  readonly commune?: string;
  readonly street?: string;
  readonly level?: number;
  readonly powerState?: string;
  readonly power?: number;
  readonly energy?: number;
  readonly voltage?: number;
  readonly current?: number;
  readonly powerFactor?: number;
  readonly status?: string;
  readonly events: readonly string[];
  readonly heardAt?: string;
}

export interface SavedScenario {
  readonly id: string;
  readonly name: string;
  readonly author: string;
  readonly simulatedAt: string;
}

export interface Plan {
  readonly id: string;
  readonly strategy: string;
  readonly version: number;
  readonly kind: string;
  readonly zone: string;
  readonly state: 'proposed' | 'rejected' | 'running' | 'rollingBack' | 'done' | 'rolledBack' | 'cancelled';
  readonly stage: number;
  readonly stages: number;
  readonly author: string;
  readonly reason: string | null;
}

export interface Band {
  readonly low: number;
  readonly high: number;
}

export interface SimulationResult {
  readonly name: string;
  readonly burningHours: number;
  readonly equivalentHours: number;
  readonly energy: number;
  readonly reference: number;
  readonly referenceName: string;
  readonly saving: number;
  readonly cost: number;
  readonly savedCost: number;
  readonly co2: number;
  readonly lamps: number;
  readonly band: { readonly energy: Band; readonly saving: Band; readonly cost: Band; readonly savedCost: Band };
  readonly legal: readonly {
    readonly rule: 'colourTemperature' | 'onBeforeSunset' | 'offInTheNight';
    readonly article: string;
    readonly lamps?: number;
    readonly detail: string;
  }[];
  readonly assumptions: { readonly formula: string; readonly withoutPower?: number };
}

export interface Quality {
  readonly lamps: number;
  readonly issues: readonly {
    readonly issue: 'noPower' | 'noPosition' | 'noCabinet' | 'noStreet' | 'tooCold';
    readonly count: number;
    readonly lamps: readonly { readonly id: string; readonly name?: string }[];
  }[];
}

export interface ImportReport {
  readonly applied: boolean;
  readonly read: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly notInFile: number;
  readonly faults: readonly { readonly line: number; readonly column: string; readonly detail: string }[];
  readonly differences: readonly {
    readonly id: string;
    readonly kind: 'created' | 'changed';
    readonly changes: readonly { readonly field: string; readonly from?: unknown; readonly to: unknown }[];
  }[];
}

const get = <T>(path: string, signal?: AbortSignal): Promise<T> => ask('GET', `/lighting${path}`, undefined, signal);
const id = encodeURIComponent;

export const getCockpit = (signal: AbortSignal) => get<Cockpit>('/cockpit', signal);
/** For the year that ends with last night. */
export const getSavings = (signal: AbortSignal) => get<Savings>('/savings?by=commune', signal);
export const getNights = (signal: AbortSignal) => get<{ nights: readonly Night[] }>('/nights', signal);
export const getAnomalies = (signal: AbortSignal) =>
  get<{ lamps: readonly Anomaly[]; cabinets: readonly CabinetFinding[] }>('/anomalies', signal);
export const getLevels = (signal: AbortSignal) =>
  get<{ night: string; groups: readonly LevelGroup[] }>('/levels', signal);
export const getStrategies = (signal: AbortSignal) =>
  get<{ strategies: readonly Strategy[]; sun: SunClock }>('/strategies', signal);
export const getStrategyNights = (strategy: string, from: string, to: string, signal: AbortSignal) =>
  get<{ nights: readonly StrategyNight[] }>(`/strategies/${id(strategy)}/nights?from=${from}&to=${to}`, signal);
export const putStrategy = (strategy: string, document: object): Promise<Strategy> =>
  ask('PUT', `/lighting/strategies/${id(strategy)}`, document);
export const getPlans = (signal: AbortSignal) => get<{ plans: readonly Plan[] }>('/plans', signal);
export const getPlan = (plan: string, signal: AbortSignal) => get<PlanDetail>(`/plans/${id(plan)}`, signal);
export const getPlaces = (signal: AbortSignal) => get<Places>('/zones', signal);
export const postZone = (name: string, area: object): Promise<DrawnZone> =>
  ask('POST', '/lighting/zones', { name, area });
export const getZoneNights = (kind: string, zone: string, signal: AbortSignal) =>
  get<{ nights: readonly Night[] }>(`/nights?by=${kind}${kind === 'all' ? '' : `&zone=${id(zone)}`}`, signal);
export const getDefects = (signal: AbortSignal) => get<Defects>('/defects', signal);
export const getReportsAround = (change: string, signal: AbortSignal) =>
  get<ReportsAround>(change === '' ? '/reports' : `/reports?change=${change}`, signal);
export const getLampStates = (commune: string, signal: AbortSignal) =>
  get<{ lamps: readonly LampState[] }>(commune === '' ? '/lamps' : `/lamps?commune=${id(commune)}`, signal);
export const getScenarios = (signal: AbortSignal) => get<{ scenarios: readonly SavedScenario[] }>('/scenarios', signal);
export const proposePlan = (plan: object): Promise<Plan> => ask('POST', '/lighting/plans', plan);
export const decidePlan = (plan: string, act: 'approve' | 'reject' | 'cancel'): Promise<Plan> =>
  ask('POST', `/lighting/plans/${plan}/${act}`, {});
export const simulate = (body: object): Promise<{ scenarios: readonly SimulationResult[] }> =>
  ask('POST', '/lighting/simulations', body);
export const saveScenario = (name: string, simulation: object): Promise<{ id: string }> =>
  ask('POST', '/lighting/scenarios', { name, simulation });
export const scenarioPdf = (scenario: string, language: string) =>
  `/lighting/scenarios/${id(scenario)}/pdf?language=${language}`;
export const getQuality = (signal: AbortSignal) => get<Quality>('/park/quality', signal);
