/** The entity sets of SensorThings 1.1 (OGC 18-088, clause 8). */
export const SETS = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
] as const;
export type SetName = (typeof SETS)[number];

export interface Link {
  readonly to: SetName;
  readonly isMany: boolean;
}

const many = (to: SetName): Link => ({ to, isMany: true });
const one = (to: SetName): Link => ({ to, isMany: false });

/** The navigation properties of each set, by name (Tables 4 to 20). */
export const LINKS: { readonly [name in SetName]: Readonly<Record<string, Link>> } = {
  Things: {
    Locations: many('Locations'),
    HistoricalLocations: many('HistoricalLocations'),
    Datastreams: many('Datastreams'),
  },
  Locations: { Things: many('Things'), HistoricalLocations: many('HistoricalLocations') },
  HistoricalLocations: { Thing: one('Things'), Locations: many('Locations') },
  Datastreams: {
    Thing: one('Things'),
    Sensor: one('Sensors'),
    ObservedProperty: one('ObservedProperties'),
    Observations: many('Observations'),
  },
  Sensors: { Datastreams: many('Datastreams') },
  ObservedProperties: { Datastreams: many('Datastreams') },
  Observations: { Datastream: one('Datastreams'), FeatureOfInterest: one('FeaturesOfInterest') },
  FeaturesOfInterest: { Observations: many('Observations') },
};

/** The properties of each set, apart from `@iot.id` and `@iot.selfLink`. */
export const PROPERTIES: { readonly [name in SetName]: readonly string[] } = {
  Things: ['name', 'description', 'properties'],
  Locations: ['name', 'description', 'encodingType', 'location'],
  HistoricalLocations: ['time'],
  Datastreams: ['name', 'description', 'observationType', 'unitOfMeasurement', 'observedArea'],
  Sensors: ['name', 'description', 'encodingType', 'metadata'],
  ObservedProperties: ['name', 'description', 'definition'],
  Observations: ['phenomenonTime', 'resultTime', 'result'],
  FeaturesOfInterest: ['name', 'description', 'encodingType', 'feature'],
};

/** Sets whose items are values of the past, which are read from the history. */
export const TEMPORAL: ReadonlySet<SetName> = new Set<SetName>(['Observations', 'HistoricalLocations']);

export const isSet = (name: string): name is SetName => SETS.some((known) => known === name);
