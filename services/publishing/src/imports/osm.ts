import { type Imported, lineOf, type ReadResult, webLink } from './imported.ts';

type Tags = { readonly [key: string]: string | undefined };
/** The members that we read of Overpass answers with `[out:json]` and `out center`. */
interface Element {
  readonly type?: string;
  readonly id?: number;
  readonly lat?: number;
  readonly lon?: number;
  readonly center?: { readonly lat: number; readonly lon: number };
  readonly tags?: Tags;
}

/** The keys for the kind of a place, in order of priority. */
const KINDS = ['shop', 'craft', 'amenity', 'club', 'office', 'healthcare', 'tourism', 'leisure'];

/**
 * Parses shops, associations and services of OpenStreetMap in the export of Overpass. @throws Error: it is not such an
 * export
 */
export function readOsm(text: string): ReadResult {
  const { elements } = JSON.parse(text) as { elements?: unknown };
  if (!Array.isArray(elements)) throw new Error('elements: got no list, expected the JSON of Overpass');
  const items: Imported[] = [];
  const rejected: { at: string; reason: string }[] = [];
  for (const [index, element] of (elements as readonly Element[]).entries()) {
    const item = placeOf(element, index);
    if (typeof item === 'string') rejected.push({ at: `elements[${index}]`, reason: item });
    else items.push(item);
  }
  return { items, rejected };
}

/** Returns a reason if the element is invalid. */
function placeOf({ type = 'node', id, lat, lon, center, tags = {} }: Element, index: number): Imported | string {
  const title = lineOf(tags.name);
  const category = KINDS.map((key) => tags[key]).find((value) => value !== undefined && value !== 'yes');
  if (title === undefined) return 'tags.name: got nothing, expected a name';
  if (category === undefined) return `tags: got none of ${KINDS.join(', ')}, expected one`;
  const [longitude, latitude] = [lon ?? center?.lon, lat ?? center?.lat];
  const street = [tags['addr:housenumber'], tags['addr:street']].filter(Boolean).join(' ');
  const town = [tags['addr:postcode'], tags['addr:city']].filter(Boolean).join(' ');
  const address = lineOf([street, town].filter(Boolean).join(', '), 300);
  const summary = lineOf(tags.description, 500);
  const telephone = tags.phone ?? tags['contact:phone'];
  const website = webLink(tags.website ?? tags['contact:website']);
  const openingHours = lineOf(tags.opening_hours, 300);
  return {
    sourceId: id === undefined ? `${index}/${title}` : `${type}/${id}`,
    kind: 'place',
    document: {
      texts: { fr: { title, ...(summary !== undefined && { summary }) } },
      ...(longitude !== undefined &&
        latitude !== undefined && { location: { type: 'Point', coordinates: [longitude, latitude] as const } }),
      ...(address !== undefined && { address }),
      place: {
        category: category.replaceAll(/[^a-z0-9]+/g, '-').slice(0, 40),
        ...(telephone !== undefined && /^[+0-9 ().-]{2,30}$/.test(telephone) && { telephone }),
        ...(website !== undefined && { website }),
        ...(openingHours !== undefined && { openingHours }),
      },
    },
  };
}
