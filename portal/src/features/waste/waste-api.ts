import { ask } from '@alzette/web/asking';

/** Answers of the waste service. Levels are 0 to 1, times ISO 8601. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly commune?: string;
  readonly kind: string;
  readonly level?: number;
  readonly observedAt?: string;
  readonly faults: readonly string[];
  readonly forecast?: {
    readonly fullAt?: string;
    readonly earliest?: string;
    readonly latest?: string;
    readonly perDay: number;
    readonly error: { readonly oneDay: number; readonly threeDays: number };
    readonly days: number;
  };
  readonly tooLittle?: { readonly days: number; readonly needed: number };
}

export interface Tour {
  readonly stops: readonly {
    readonly container: string;
    readonly name: string;
    readonly level: number;
    readonly arrival: string;
  }[];
  readonly km: number;
  readonly minutes: number;
  readonly co2: number;
}

export interface Sum {
  readonly tours: number;
  readonly stops: number;
  readonly km: number;
  readonly minutes: number;
  readonly co2: number;
}

export interface Plan {
  readonly day: string;
  readonly considered: number;
  readonly tours: readonly Tour[];
  readonly left: readonly { readonly container: string; readonly name: string; readonly reason: string }[];
  readonly sum: Sum;
  readonly fixed: Sum;
  readonly kept?: readonly { readonly id: string; readonly driverPage: string }[];
}

export interface Round {
  readonly id: string;
  readonly day: string;
  readonly kind: string;
  readonly stops: number;
  readonly done: number;
  readonly inaccessible: number;
  readonly km: number;
  readonly minutes: number;
}

export interface Outcome {
  readonly policy: { readonly by: 'fixed' | 'threshold' | 'forecast' };
  readonly rounds: number;
  readonly collections: number;
  readonly km: number;
  readonly hours: number;
  readonly co2: number;
  readonly overflowDays: number;
  readonly meanLevel: number;
}

export const getContainers = (signal: AbortSignal): Promise<{ containers: readonly Container[] }> =>
  ask('GET', '/waste/containers', undefined, signal);
export const planRounds = (wish: object): Promise<Plan> => ask('POST', '/waste/rounds', wish);
export const getRounds = (signal: AbortSignal): Promise<{ rounds: readonly Round[] }> =>
  ask('GET', '/waste/rounds', undefined, signal);
export const newDriverPage = (round: string): Promise<{ driverPage: string }> =>
  ask('POST', `/waste/rounds/${encodeURIComponent(round)}/driver-page`, {});
export const gpxPath = (round: string) => `/waste/rounds/${encodeURIComponent(round)}/gpx`;
export const simulate = (wish: object): Promise<{ days: number; outcomes: readonly Outcome[] }> =>
  ask('POST', '/waste/simulations', wish);
