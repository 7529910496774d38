import type { Published } from '@alzette/kit/service';
import { POLLUTANTS } from './air/air-index.ts';
import { RISK_ATTRIBUTES } from './pollen/pollen.ts';
import { WATER_PARAMETERS } from './water/water-levels.ts';

const STATION = ['name', 'location'];

/** What strangers read of stations. */
export const PUBLISHED: readonly Published[] = [
  { types: ['AirQualityObserved'], attributes: [...STATION, ...POLLUTANTS] },
  { types: ['AeroAllergenObserved'], attributes: [...STATION, ...RISK_ATTRIBUTES] },
  {
    types: ['WeatherObserved'],
    attributes: [...STATION, 'temperature', 'relativeHumidity', 'windSpeed', 'precipitation'],
  },
  { types: ['NoiseLevelObserved'], attributes: [...STATION, 'LAeq'] },
  { types: ['WaterQualityObserved'], attributes: [...STATION, 'category', ...Object.keys(WATER_PARAMETERS)] },
];
