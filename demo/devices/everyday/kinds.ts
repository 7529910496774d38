import type { Kind } from './instrument.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DATE_OBSERVED = { name: 'dateObserved', value: 'frame.time' };
const HOURLY_MONTH = { pastEvery: HOUR, pastDays: 30 };

export const AIR: Kind = {
  name: 'air',
  title: 'Demo: air quality station',
  type: 'AirQualityObserved',
  quantities: (['no2', 'o3', 'pm10', 'pm25', 'so2'] as const).map((name) => ({ name, unitCode: 'GQ', decimals: 1 })),
  more: [DATE_OBSERVED],
  interval: 5 * MINUTE,
  ...HOURLY_MONTH,
};

export const WEATHER: Kind = {
  name: 'weather',
  title: 'Demo: weather station',
  type: 'WeatherObserved',
  quantities: [
    { name: 'temperature', unitCode: 'CEL', decimals: 1 },
    { name: 'relativeHumidity', unitCode: 'C62', decimals: 2 },
    { name: 'windSpeed', unitCode: 'MTS', decimals: 1 },
    { name: 'precipitation', unitCode: 'MMT', decimals: 1 },
    { name: 'solarRadiation', unitCode: 'D54', decimals: 0 },
  ],
  more: [DATE_OBSERVED],
  interval: 5 * MINUTE,
  pastEvery: 6 * HOUR,
  pastDays: 400,
};

export const NOISE: Kind = {
  name: 'noise',
  title: 'Demo: sonometer',
  type: 'NoiseLevelObserved',
  quantities: [{ name: 'LAeq', unitCode: '2N', decimals: 1 }],
  more: [
    { name: 'dateObservedFrom', value: 'frame.time' },
    { name: 'dateObservedTo', value: 'frame.time' },
  ],
  interval: 10 * MINUTE,
  ...HOURLY_MONTH,
};

/** The levels of the risk for allergic people, from 0. */
const RISKS = ['none', 'veryLow', 'low', 'moderate', 'high', 'veryHigh'];

export const POLLEN: Kind = {
  name: 'pollen',
  title: 'Demo: pollen counter',
  type: 'AeroAllergenObserved',
  quantities: (
    [
      ['pollenLevel', 'allergenRisk'],
      ['alderLevel', 'alnus_Level'],
      ['birchLevel', 'betula_Level'],
      ['grassesLevel', 'poaceae_Level'],
      ['mugwortLevel', 'artemisia_Level'],
    ] as const
  ).map(([name, attribute]) => ({ name, decimals: 0, words: { attribute, of: RISKS } })),
  more: [DATE_OBSERVED],
  interval: HOUR,
  pastEvery: 24 * HOUR,
  pastDays: 30,
};

/** The measurements of an analyser of bathing water; counts of bacteria are per 100 ml. */
export const BATHING: Kind = {
  name: 'bathing',
  title: 'Demo: analyser of bathing water',
  type: 'WaterQualityObserved',
  quantities: [
    { name: 'escherichiaColi', decimals: 0 },
    { name: 'enterococci', decimals: 0 },
    { name: 'temperature', unitCode: 'CEL', decimals: 1 },
  ],
  more: [DATE_OBSERVED],
  interval: HOUR,
  pastEvery: 6 * HOUR,
  pastDays: 30,
};

export const DRINKING: Kind = {
  ...BATHING,
  name: 'drinking',
  title: 'Demo: analyser of drinking water',
  quantities: [
    { name: 'NO3', decimals: 1 },
    { name: 'NO2', unitCode: 'M1', decimals: 2 },
    { name: 'turbidity', unitCode: 'NTU', decimals: 2 },
    { name: 'pH', unitCode: 'Q30', decimals: 2 },
    { name: 'escherichiaColi', decimals: 0 },
    { name: 'enterococci', decimals: 0 },
  ],
};

export const CENTRE: Kind = {
  name: 'centre',
  title: 'Demo: counter of waiting vehicles',
  type: 'PointOfInterest',
  quantities: [{ name: 'occupancy', decimals: 0 }],
  interval: 3 * MINUTE,
  pastEvery: HOUR,
  pastDays: 14,
};

export const PARKING: Kind = {
  name: 'parking',
  title: 'Demo: car park counter',
  type: 'OffStreetParking',
  quantities: [{ name: 'availableSpotNumber', decimals: 0 }],
  interval: 3 * MINUTE,
  ...HOURLY_MONTH,
};

export const CHARGING: Kind = {
  name: 'charging',
  title: 'Demo: charging station',
  type: 'EVChargingStation',
  quantities: [{ name: 'availableCapacity', decimals: 0 }],
  interval: 3 * MINUTE,
  ...HOURLY_MONTH,
};

export const TRAFFIC: Kind = {
  name: 'traffic',
  title: 'Demo: counter of traffic',
  type: 'TrafficFlowObserved',
  quantities: [
    { name: 'intensity', unitCode: 'HUR', decimals: 0 },
    { name: 'averageVehicleSpeed', unitCode: 'KMH', decimals: 0 },
  ],
  more: [DATE_OBSERVED],
  interval: 6 * MINUTE,
  ...HOURLY_MONTH,
};

export const METER: Kind = {
  name: 'meter',
  title: 'Demo: meter of a building',
  type: 'SmartMeteringObservation',
  quantities: [{ name: 'totalConsumption', unitCode: 'KWH', decimals: 3 }],
  interval: 10 * MINUTE,
  pastEvery: HOUR,
  pastDays: 32,
};

export const WATER_METER: Kind = {
  ...METER,
  name: 'water-meter',
  title: 'Demo: water meter of a building',
  quantities: [{ name: 'totalConsumption', unitCode: 'MTQ', decimals: 3 }],
};

export const KINDS: readonly Kind[] = [
  AIR,
  WEATHER,
  NOISE,
  POLLEN,
  BATHING,
  DRINKING,
  CENTRE,
  PARKING,
  CHARGING,
  TRAFFIC,
  METER,
  WATER_METER,
];
