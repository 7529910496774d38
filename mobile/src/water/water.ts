import { nearestFirst, type Station } from '../air/air.ts';
import type { Position } from '../territory/distance.ts';

/** A place of bathing or of drinking water, as returned by `/citizen/v1/water`. */
export interface WaterStation extends Station {
  readonly use?: 'bathing' | 'drinking';
  /** 1: compliant; 2: tolerated; 3: over a limit. */
  readonly level?: number;
  readonly label?: string;
  readonly advice?: string;
  readonly parameters: readonly {
    readonly key: string;
    readonly name: string;
    readonly value: number;
    readonly unit: string;
    readonly level?: number;
  }[];
}

export interface Water {
  readonly stations: readonly WaterStation[];
  readonly sources?: readonly { readonly use: string; readonly name: string; readonly url: string }[];
}

export const waterPath = (language: string) => `/water?language=${language}`;

/** The place nearest to the reader where drinking water was judged lately. */
export function drinkingWaterNear({ stations }: Water, here: Position | undefined): WaterStation | undefined {
  return nearestFirst(stations, here).find(
    ({ use, level, isFresh }) => use === 'drinking' && isFresh && level !== undefined,
  );
}
