import type { Language } from '@alzette/kit/languages';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { EnvironmentParts } from '../parts.ts';
import { lastObserved, type Measured, measuredValue, type StationEntity, shownStation } from '../stations/station.ts';
import { WATER_PARAMETERS, WATER_USES, type WaterLevel, type WaterParameter, waterLevel } from './water-levels.ts';
import { PARAMETER_NAMES, shownLevel } from './water-texts.ts';

type WaterEntity = StationEntity & { readonly [parameter in WaterParameter]?: Measured } & {
  readonly category?: string | readonly string[];
};

/** The maximum interval between two samples of a bathing site is a month (Directive 2006/7/EC, annex IV). */
const FRESH_MS = 31 * 86_400_000;
const KEYS = Object.keys(WATER_PARAMETERS) as WaterParameter[];

/** Bathing sites and drinking water: the latest measurements and their level. The worst parameter decides. */
export async function readWater(
  { client, context }: EnvironmentParts,
  tenant: string,
  language: Language,
  now: Date = new Date(),
) {
  const query = {
    type: 'WaterQualityObserved',
    tenant,
    context,
    format: 'concise',
  } as const;
  const entities = await Array.fromAsync(queryAll<WaterEntity>(client, query));
  return entities.map((entity) => {
    const use = useOf(entity);
    const parameters = KEYS.flatMap((key) => {
      const value = measuredValue(entity[key]);
      if (value === undefined) return [];
      const level = use && waterLevel(use, key, value);
      const shown = { key, name: PARAMETER_NAMES[key][language], value, unit: WATER_PARAMETERS[key] };
      return [{ ...shown, ...(level !== undefined && { level }) }];
    });
    const levels = parameters.flatMap(({ level }) => level ?? []);
    const worst = levels.length === 0 ? undefined : (Math.max(...levels) as WaterLevel);
    return {
      ...shownStation(entity, lastObserved(KEYS.map((key) => entity[key])), now, FRESH_MS),
      ...(use && { use }),
      ...(use && worst && shownLevel(use, worst, language)),
      parameters,
    };
  });
}

function useOf({ category = [] }: WaterEntity) {
  const uses: { readonly [category: string]: (typeof WATER_USES)[keyof typeof WATER_USES] } = WATER_USES;
  return [category].flat().flatMap((name) => uses[name] ?? [])[0];
}
