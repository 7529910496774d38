import type { Water, WaterStation } from '@alzette/environment/contract';
import { nearestFirst } from '../air/air.ts';
import { environment } from '../citizen/paths.ts';
import type { Language } from '../i18n/languages.ts';
import type { Position } from '../territory/distance.ts';

export const waterPath = (language: Language) => environment.water({ query: { language } });

/** The place nearest to the reader where drinking water was judged lately. */
export function drinkingWaterNear(
  { stations }: Pick<Water, 'stations'>,
  here: Position | undefined,
): WaterStation | undefined {
  return nearestFirst(stations, here).find(
    ({ use, level, isFresh }) => use === 'drinking' && isFresh && level !== undefined,
  );
}
