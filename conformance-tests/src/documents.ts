import type { Json } from './rig/broker.ts';

/* The attributes of cases, in normalized form (4.5.2). */

export const NULL = 'urn:ngsi-ld:null';
export const DEFAULT_VOCABULARY = 'https://uri.etsi.org/ngsi-ld/default-context/';

export function property(value: unknown, members: Json = {}): Json {
  return { type: 'Property', value, ...members };
}

export function relationship(object: string | readonly string[], members: Json = {}): Json {
  return { type: 'Relationship', object, ...members };
}

export function geoProperty(value: unknown, members: Json = {}): Json {
  return { type: 'GeoProperty', value, ...members };
}

export function languageProperty(languageMap: unknown, members: Json = {}): Json {
  return { type: 'LanguageProperty', languageMap, ...members };
}

export function vocabProperty(vocab: unknown, members: Json = {}): Json {
  return { type: 'VocabProperty', vocab, ...members };
}

export function jsonProperty(json: unknown, members: Json = {}): Json {
  return { type: 'JsonProperty', json, ...members };
}

export function listProperty(valueList: unknown, members: Json = {}): Json {
  return { type: 'ListProperty', valueList, ...members };
}

export function listRelationship(objects: readonly string[], members: Json = {}): Json {
  return { type: 'ListRelationship', objectList: objects.map((object) => ({ object })), ...members };
}

export function point(longitude: number, latitude: number): Json {
  return { type: 'Point', coordinates: [longitude, latitude] };
}

/** A square around a position, with its side in degrees. */
export function square(longitude: number, latitude: number, side: number): Json {
  const [w, e, s, n] = [longitude - side / 2, longitude + side / 2, latitude - side / 2, latitude + side / 2];
  return {
    type: 'Polygon',
    coordinates: [
      [
        [w, s],
        [e, s],
        [e, n],
        [w, n],
        [w, s],
      ],
    ],
  };
}
