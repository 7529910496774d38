/** A kind of equipment of which an attribute is forecast, or compared with what is usual. */
export interface Target {
  /** As evaluations name it. */
  readonly name: string;
  readonly type: string;
  readonly attribute: string;
  /**
   * `level`: of a container, which rises and is emptied; `counter`: only rises, so what was used in an hour counts;
   * `gauge`: holds until the next value.
   */
  readonly kind: 'level' | 'counter' | 'gauge';
  /** How long a gauge holds at most without a new value, hours. */
  readonly holdHours?: number;
  /** Its greatest value: a number, or the attribute of the entity that says so. */
  readonly max?: number | string;
  /** Which entities, in NGSI-LD's query language. */
  readonly q?: string;
}

export interface ForecastTarget extends Target {
  /** Steps in a day, and how many are forecast. */
  readonly perDay: 1 | 24;
  readonly ahead: number;
}

const TWO_DAYS = { perDay: 24, ahead: 48 } as const;
const USE_OF_ENERGY = 'meterType=="electricity","gas","heat","solar"';

/** By the use of AI that they belong to. */
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

/** What is compared with what is usual at the hour of the week. */
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
