import { bundledContexts, DEFAULT_VOCABULARY, TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas/contexts';
import { UNITS } from '@alzette/ngsi-ld-schemas/units';
import type { ObservedEntity, Stream } from './observed-entity.ts';
import type { SetName } from './sets.ts';

/** One item of an entity set: a view of an entity, of one of its streams, or of one value of the past. */
export interface Item {
  readonly set: SetName;
  readonly entity: ObservedEntity;
  readonly stream?: Stream;
  /** A value of the past with its time, in milliseconds since 1970. */
  readonly past?: { readonly at: number; readonly value: unknown };
}

/** What separates the parts of an id; URIs and names can't contain it. */
const BETWEEN = '|';
/** The parts of an id: of the entity, the attribute, and the time in milliseconds. */
export const partsOf = (id: string): readonly string[] => id.split(BETWEEN);
const OBSERVATION_TYPE = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const GEOJSON = 'application/geo+json';

export function idOf({ set, entity, stream, past }: Item): string {
  switch (set) {
    case 'Datastreams':
      return [entity.id, stream?.attribute].join(BETWEEN);
    case 'Sensors':
      return stream?.sensor ?? entity.id;
    case 'ObservedProperties':
      return stream?.attribute ?? '';
    case 'Observations':
      return [entity.id, stream?.attribute, past?.at].join(BETWEEN);
    case 'HistoricalLocations':
      return [entity.id, past?.at].join(BETWEEN);
    case 'Locations':
      return past === undefined ? entity.id : [entity.id, past.at].join(BETWEEN);
    default:
      return entity.id;
  }
}

/** Whether the entity has such an item: an entity without a place has no Location. */
export const exists = ({ set, entity, past }: Item): boolean =>
  set !== 'Locations' || past !== undefined || entity.location !== undefined;

/** @param publicUrl of the platform, where the entities are */
export function propertiesOf(item: Item, publicUrl: string): Readonly<Record<string, unknown>> {
  const { set, entity, stream, past } = item;
  const { name, description, properties } = entity;
  switch (set) {
    case 'Things':
      return { name, description, properties };
    case 'Locations':
      return { name, description, encodingType: GEOJSON, location: past?.value ?? entity.location };
    case 'HistoricalLocations':
      return { time: timeOf(past?.at) };
    case 'Datastreams':
      return {
        name: `${stream?.attribute} · ${name}`,
        description: `${stream?.attribute} of ${entity.id}`,
        observationType: `${OBSERVATION_TYPE}${kindOf(stream)}`,
        unitOfMeasurement: unitOf(stream?.unitCode),
        ...(entity.location && { observedArea: entity.location }),
      };
    case 'Sensors': {
      const id = idOf(item);
      return {
        name: id,
        description: stream?.sensor === undefined ? `What observes ${id}` : `The device ${id}`,
        encodingType: 'application/json',
        metadata: `${publicUrl}/ngsi-ld/v1/entities/${encodeURIComponent(id)}`,
      };
    }
    case 'ObservedProperties':
      return {
        name: stream?.attribute,
        description: `The attribute ${stream?.attribute}`,
        definition: definitionOf(stream?.attribute ?? ''),
      };
    case 'Observations':
      return { phenomenonTime: timeOf(past?.at), resultTime: timeOf(past?.at), result: past?.value ?? null };
    case 'FeaturesOfInterest':
      return {
        name,
        description,
        encodingType: GEOJSON,
        feature: { type: 'Feature', properties: null, geometry: entity.location ?? null },
      };
  }
}

const timeOf = (at = 0): string => new Date(at).toISOString();

function kindOf(stream: Stream | undefined): string {
  if (typeof stream?.value === 'number') return 'OM_Measurement';
  return typeof stream?.value === 'boolean' ? 'OM_TruthObservation' : 'OM_Observation';
}

function unitOf(code: string | undefined): Readonly<Record<string, string | null>> {
  const unit = code === undefined ? undefined : UNITS.get(code);
  if (code === undefined) return { name: null, symbol: null, definition: null };
  return {
    name: code,
    symbol: unit?.symbol ?? code,
    definition: `https://vocabulary.uncefact.org/UnitMeasureCode#${code}`,
  };
}

/** The terms of the territory's @context, by name. */
const TERMS: ReadonlyMap<string, string> = new Map(
  [bundledContexts.get(TERRITORY_CONTEXT_PATH)?.['@context']].flat().flatMap((context) =>
    typeof context !== 'object' || context === null
      ? []
      : Object.entries(context).flatMap(([term, meaning]): [string, string][] => {
          const iri = typeof meaning === 'string' ? meaning : (meaning as { '@id'?: unknown } | null)?.['@id'];
          return typeof iri === 'string' ? [[term, iri]] : [];
        }),
  ),
);

const definitionOf = (attribute: string): string =>
  attribute.includes(':') ? attribute : (TERMS.get(attribute) ?? DEFAULT_VOCABULARY + attribute);
