import { type Geometry, queryAll } from '@alzette/ngsi-ld-schemas';
import { distanceM, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { Stop } from '../contract/contract.ts';
import type { MobilityParts } from '../parts.ts';
import { type Feeds, feedOf } from './feeds.ts';

interface StopEntity {
  readonly id: string;
  readonly name?: string;
  readonly location?: Geometry;
  readonly platformCode?: string;
  readonly hasParentStation?: string;
  /** As in GTFS: 1 yes, 2 no. */
  readonly wheelChairAccessible?: string;
}

const PICK = ['id', 'type', 'name', 'location', 'platformCode', 'hasParentStation', 'wheelChairAccessible'];
/** The most platforms of the stations of one request. */
const MAX_PLATFORMS = 60;
/** The maximum number of stops to sort by distance. */
const MAX_NEAR = 500;

/** Stops near a position, nearest first, or by name. */
export async function findStops(
  { client, context }: MobilityParts,
  tenant: string,
  feeds: Feeds,
  asked: {
    readonly position?: LonLat | undefined;
    readonly radius: number;
    readonly text?: string | undefined;
    /** Absent: all. */
    readonly limit?: number;
  },
): Promise<Stop[]> {
  const { position, radius, text, limit } = asked;
  const query = {
    type: 'GtfsStop',
    tenant,
    context,
    format: 'simplified',
    pick: PICK,
    ...(text !== undefined && { q: `name~="${patternOf(text)}"` }),
    ...(position && {
      georel: `near;maxDistance==${radius}`,
      geometry: 'Point',
      coordinates: position,
    }),
    orderBy: 'name',
  } as const;
  const entities =
    limit === undefined
      ? await Array.fromAsync(queryAll<StopEntity>(client, query))
      : (await client.queryEntities<StopEntity>({ ...query, limit: position ? MAX_NEAR : limit })).entities;
  const stops = entities.map((entity) => shownStop(entity, feeds));
  if (position === undefined) return stops;
  return stops
    .map((stop) => ({ ...stop, ...(stop.location && { distance: Math.round(distanceM(stop.location, position)) }) }))
    .sort((a, b) => (a.distance ?? 0) - (b.distance ?? 0))
    .slice(0, limit);
}

/** The existing stops among these ids, in the order of the ids; of a station all its platforms, by name. */
export async function stopsOf(
  { client, context }: MobilityParts,
  tenant: string,
  feeds: Feeds,
  ids: readonly string[],
): Promise<Stop[]> {
  const asked = { type: 'GtfsStop', tenant, context, format: 'simplified', pick: PICK } as const;
  const [stations, own] = [ids.filter(isStation), ids.filter((id) => !isStation(id))];
  const [stops, platforms] = await Promise.all([
    own.length === 0 ? [] : client.queryEntities<StopEntity>({ ...asked, id: own, limit: own.length }).then(entitiesOf),
    stations.length === 0
      ? []
      : client
          .queryEntities<StopEntity>({
            ...asked,
            q: stations.map((id) => `hasParentStation=="${id}"`).join('|'),
            limit: MAX_PLATFORMS,
          })
          .then(entitiesOf),
  ]);
  const shown = [...stops, ...platforms].map((entity) => shownStop(entity, feeds));
  const byPlatform = (a: Stop, b: Stop) => collator.compare(a.platform ?? a.id, b.platform ?? b.id);
  const found = ids.flatMap((id) =>
    isStation(id)
      ? shown.filter(({ station }) => station === id).sort(byPlatform)
      : shown.filter((stop) => stop.id === id),
  );
  return [...new Map(found.map((stop) => [stop.id, stop])).values()];
}

const collator = new Intl.Collator('en', { numeric: true });

function isStation(id: string): boolean {
  return id.startsWith('urn:ngsi-ld:GtfsStation:') && !id.includes('"');
}

function entitiesOf({ entities }: { readonly entities: readonly StopEntity[] }): readonly StopEntity[] {
  return entities;
}

function shownStop(entity: StopEntity, { operators }: Feeds): Stop {
  const { id, name = id, location, platformCode, hasParentStation, wheelChairAccessible: access } = entity;
  const { name: operator = feedOf(id), country } = operators.get(feedOf(id)) ?? {};
  return {
    id,
    name,
    ...(location?.type === 'Point' && { location: location.coordinates as unknown as LonLat }),
    operator,
    ...(country && { country }),
    ...(platformCode && { platform: platformCode }),
    ...(hasParentStation && { station: hasParentStation }),
    ...((access === '1' || access === '2') && { wheelchair: access === '1' }),
  };
}

/** Letters with the accents that occur in names of the region. */
const VARIANTS: Readonly<Record<string, string>> = {
  a: 'aàâäAÀÂÄ',
  c: 'cçCÇ',
  e: 'eéèêëEÉÈÊË',
  i: 'iîïIÎÏ',
  o: 'oôöOÔÖ',
  u: 'uùûüUÙÛÜ',
};

/**
 * A pattern that finds words in order, ignoring case and accents, because patterns of the query language have no such
 * flag.
 */
export function patternOf(text: string): string {
  const words = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return words.map((word) => [...word].map(charClass).join('')).join('.*');
}

function charClass(char: string): string {
  const variants = VARIANTS[char] ?? [...new Set([char, char.toUpperCase()])].join('');
  return variants.length === 1 ? variants : `[${variants}]`;
}
