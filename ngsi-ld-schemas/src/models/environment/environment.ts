import {
  choice,
  dateTime,
  geo,
  integer,
  type KeyValues,
  link,
  model,
  number,
  openChoice,
  ratio,
  required,
  text,
} from '../define.ts';
import { identity, place } from '../shared-attributes.ts';

export const airQualityObserved = model('Environment', 'AirQualityObserved', '0.1.4', {
  ...identity,
  ...place,
  location: required(geo()),
  dateObserved: required(dateTime()),
  airQualityIndex: integer({ min: 0 }),
  airQualityLevel: text(),
  reliability: ratio(),
  as: number({ unit: 'GQ', min: 0 }),
  c6h6: number({ unit: 'GQ', min: 0 }),
  cd: number({ unit: 'GQ', min: 0 }),
  co: number({ unit: 'GP', min: 0 }),
  coLevel: text(),
  co2: number({ unit: '59', min: 0 }),
  ni: number({ unit: 'GQ', min: 0 }),
  no: number({ unit: 'GQ', min: 0 }),
  no2: number({ unit: 'GQ', min: 0 }),
  nox: number({ unit: 'GQ', min: 0 }),
  o3: number({ unit: 'GQ', min: 0 }),
  pm10: number({ unit: 'GQ', min: 0 }),
  pm25: number({ unit: 'GQ', min: 0 }),
  pb: number({ unit: 'GQ', min: 0 }),
  precipitation: number({ unit: 'MMT', min: 0 }),
  relativeHumidity: ratio(),
  sh2: number({ unit: 'GQ', min: 0 }),
  so2: number({ unit: 'GQ', min: 0 }),
  typeofLocation: choice('indoor', 'outdoor'),
  volatileOrganicCompoundsTotal: number({ min: 0 }),
  refDevice: link('Device'),
  refPointOfInterest: link('PointOfInterest'),
  refWeatherObserved: link('WeatherObserved'),
  temperature: number({ unit: 'CEL' }),
  windDirection: number({ unit: 'DD', min: -180, max: 180 }),
  windSpeed: number({ unit: 'MTS', min: 0 }),
  pm1: number({ unit: 'GQ' }),
  pm4: number({ unit: 'GQ', min: 0 }),
  tpc: integer({ min: 0 }),
  tsp: integer({ unit: 'GQ', min: 0 }),
  pressure: number({ unit: 'A97', min: 0 }),
  charge: number({ unit: 'VLT', min: 0 }),
});
export type AirQualityObserved = KeyValues<typeof airQualityObserved>;

export const noiseLevelObserved = model('Environment', 'NoiseLevelObserved', '0.2.1', {
  ...identity,
  ...place,
  location: required(geo()),
  dateObserved: text(),
  dateObservedFrom: required(dateTime()),
  dateObservedTo: required(dateTime()),
  sonometerClass: choice('0', '1', '2'),
  refDevice: link('Device'),
  refPointOfInterest: link('PointOfInterest'),
  refWeatherObserved: link('WeatherObserved'),
  LAS: number({ unit: '2N' }),
  LAeq: number({ unit: '2N' }),
  LAeq_d: number({ unit: '2N' }),
  LAmax: number({ unit: '2N' }),
  obstacles: text(),
  heightAverage: text(),
  distanceAverage: text(),
});
export type NoiseLevelObserved = KeyValues<typeof noiseLevelObserved>;

export const indoorEnvironmentObserved = model('Environment', 'IndoorEnvironmentObserved', '0.0.1', {
  ...identity,
  ...place,
  location: required(geo()),
  dateObserved: required(text()),
  refDevice: link('Device'),
  refPointOfInterest: link('PointOfInterest'),
  sensorPlacement: choice('northWall', 'southWall', 'eastWall', 'westWall', 'center', 'floor', 'roof', 'ceiling'),
  sensorHeight: number({ unit: 'MTR', min: 0 }),
  peopleCount: number({ unit: 'IE', min: 0 }),
  temperature: number({ unit: 'CEL' }),
  relativeHumidity: ratio(),
  atmosphericPressure: number({ unit: 'A97', min: 0 }),
  illuminance: number({ unit: 'LUX', min: 0 }),
  co2: number({ unit: 'M1' }),
});
export type IndoorEnvironmentObserved = KeyValues<typeof indoorEnvironmentObserved>;

/** The allergy risk of a taxon's pollen. */
const risk = () => openChoice('none', 'veryLow', 'low', 'moderate', 'high', 'veryHigh');
const grains = () => number({ min: 0 });

/** With the taxa of the French pollen index; other taxa have attributes of the same form. */
export const aeroAllergenObserved = model('Environment', 'AeroAllergenObserved', '0.0.1', {
  ...identity,
  ...place,
  location: required(geo()),
  dateObserved: required(text()),
  allergenRisk: risk(),
  alnus: grains(),
  alnus_Level: risk(),
  betula: grains(),
  betula_Level: risk(),
  poaceae: grains(),
  poaceae_Level: risk(),
  artemisia: grains(),
  artemisia_Level: risk(),
  ambrosia: grains(),
  ambrosia_Level: risk(),
  olea: grains(),
  olea_Level: risk(),
  refDevice: link('Device'),
});
export type AeroAllergenObserved = KeyValues<typeof aeroAllergenObserved>;
