/** A kind of asset with an attribute that is forecast or compared with its usual values. */
export interface Target {
  /** The name in evaluations. */
  readonly name: string;
  readonly type: string;
  readonly attribute: string;
  /**
   * `level`: of a container, which rises and is emptied; `counter`: only increases, so the difference per hour counts;
   * `gauge`: stays valid until the next value.
   */
  readonly kind: 'level' | 'counter' | 'gauge';
  /** The maximum time for which the value of a gauge stays valid, in hours. */
  readonly holdHours?: number;
  /** The maximum value: a number, or the name of the attribute that contains it. */
  readonly max?: number | string;
  /** The entities, in the NGSI-LD query language. */
  readonly q?: string;
}

export interface ForecastTarget extends Target {
  /** Steps per day, and the number of forecast steps. */
  readonly perDay: 1 | 24;
  readonly ahead: number;
}

const TWO_DAYS = { perDay: 24, ahead: 48 } as const;
const USE_OF_ENERGY = 'meterType=="electricity","gas","heat","solar"';

/** By the use of AI. */
export const FORECAST_TARGETS: { readonly [use: string]: readonly ForecastTarget[] } = {
  'fill-forecast': [
    {
      name: 'containers',
      type: 'WasteContainer',
      attribute: 'fillingLevel',
      kind: 'level',
      max: 1,
      perDay: 1,
      ahead: 7,
    },
  ],
  'energy-forecast': [
    {
      name: 'buildings',
      type: 'SmartMeteringObservation',
      attribute: 'totalConsumption',
      kind: 'counter',
      q: USE_OF_ENERGY,
      ...TWO_DAYS,
    },
    {
      name: 'lighting',
      type: 'StreetlightControlCabinet',
      attribute: 'totalActivePower',
      kind: 'gauge',
      holdHours: 2,
      ...TWO_DAYS,
    },
  ],
  'occupancy-forecast': [
    {
      name: 'parking',
      type: 'OffStreetParking,OnStreetParking',
      attribute: 'availableSpotNumber',
      kind: 'gauge',
      holdHours: 3,
      max: 'totalSpotNumber',
      ...TWO_DAYS,
    },
    {
      name: 'charging',
      type: 'EVChargingStation',
      attribute: 'availableCapacity',
      kind: 'gauge',
      holdHours: 3,
      max: 'capacity',
      ...TWO_DAYS,
    },
  ],
};

const HOURLY = { kind: 'gauge', holdHours: 3 } as const;

/** The attributes that are compared with their usual values by hour of the week. */
export const WATCHED: readonly Target[] = [
  { name: 'meters', type: 'SmartMeteringObservation', attribute: 'totalConsumption', kind: 'counter' },
  { name: 'lamps', type: 'Streetlight', attribute: 'powerConsumption', kind: 'gauge', holdHours: 5 },
  { name: 'cabinets', type: 'StreetlightControlCabinet', attribute: 'totalActivePower', kind: 'gauge', holdHours: 2 },
  { name: 'containers', type: 'WasteContainer', attribute: 'temperature', kind: 'gauge', holdHours: 3 },
  {
    name: 'parking',
    type: 'OffStreetParking,OnStreetParking',
    attribute: 'availableSpotNumber',
    kind: 'gauge',
    holdHours: 3,
    max: 'totalSpotNumber',
  },
  ...['no2', 'o3', 'pm10', 'pm25'].map((attribute) => {
    return { name: 'air', type: 'AirQualityObserved', attribute, ...HOURLY };
  }),
  { name: 'noise', type: 'NoiseLevelObserved', attribute: 'LAeq', ...HOURLY },
  { name: 'traffic', type: 'TrafficFlowObserved', attribute: 'intensity', ...HOURLY },
  { name: 'indoors', type: 'IndoorEnvironmentObserved', attribute: 'co2', ...HOURLY },
];
