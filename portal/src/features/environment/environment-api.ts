import { ask } from '@alzette/web/asking';

/** Answers of the environment service; current values are public. */
export interface Index {
  readonly scheme: string;
  readonly level: number;
  readonly label: string;
  readonly colour: string;
  readonly advice: string;
}

interface Station {
  readonly id: string;
  readonly name: string;
  readonly observedAt?: string;
  readonly isFresh: boolean;
}

export interface AirStation extends Station {
  readonly atmo?: Index;
  readonly european?: Index;
  readonly pollutants: readonly {
    readonly key: string;
    readonly name: string;
    readonly value: number;
    readonly unit: string;
  }[];
}

export interface OtherStation extends Station {
  readonly temperature?: number;
  readonly humidity?: number;
  readonly wind?: number;
  readonly precipitation?: number;
  readonly laeq?: number;
  readonly level?: number;
  readonly label?: string;
}

export interface Pollen extends Station {
  readonly level: number;
  readonly label: string;
  readonly taxa: readonly {
    readonly key: string;
    readonly name: string;
    readonly level: number;
    readonly label: string;
  }[];
}

export interface WaterStation extends Station {
  readonly use?: 'bathing' | 'drinking';
  readonly level?: number;
  readonly label?: string;
  readonly advice?: string;
  readonly parameters: readonly { readonly key: string; readonly value: number; readonly unit: string }[];
}

export interface Past {
  readonly hours: Readonly<Record<string, readonly (readonly [at: string, mean: number])[]>>;
  readonly trends: Readonly<Record<string, { readonly mean?: number; readonly change?: number }>>;
  readonly days: readonly ({ readonly day: string } & Index)[];
}

export interface Air {
  readonly index?: Index;
  readonly stations: readonly AirStation[];
  readonly pollen: readonly Pollen[];
}

export const getAir = (language: string, signal: AbortSignal): Promise<Air> =>
  ask('GET', `/citizen/v1/air?language=${language}`, undefined, signal);
export const getWeather = (signal: AbortSignal): Promise<{ stations: readonly OtherStation[] }> =>
  ask('GET', '/citizen/v1/weather', undefined, signal);
export const getNoise = (language: string, signal: AbortSignal): Promise<{ stations: readonly OtherStation[] }> =>
  ask('GET', `/citizen/v1/noise?language=${language}`, undefined, signal);
export const getWater = (language: string, signal: AbortSignal): Promise<{ stations: readonly WaterStation[] }> =>
  ask('GET', `/citizen/v1/water?language=${language}`, undefined, signal);
export const getPast = (station: string, language: string, signal: AbortSignal): Promise<Past> =>
  ask('GET', `/environment/stations/${encodeURIComponent(station)}?language=${language}`, undefined, signal);
