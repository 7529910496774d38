import type { Language } from '@alzette/kit/languages';
import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { BoardSource, Departure, Stop } from '../contract/contract.ts';
import type { MobilityParts } from '../parts.ts';
import { type Feeds, feedOf } from './feeds.ts';

/** An entity in simplified form. */
export interface EstimationEntity {
  readonly id: string;
  readonly hasStop: string;
  readonly hasRoute?: string;
  readonly line?: string;
  readonly headSign?: string;
  readonly routeType?: string;
  readonly plannedDeparture: Instant;
  readonly expectedDeparture: Instant;
  readonly departureStatus?: 'scheduled' | 'realTime' | 'cancelled';
  readonly realTimeState?: 'fresh' | 'stale' | 'none';
}
type Instant = string | { readonly '@value': string };

const MODES: { readonly [routeType: string]: Departure['mode'] } = {
  '0': 'tram',
  '1': 'metro',
  '2': 'train',
  '3': 'bus',
  '4': 'ferry',
  '11': 'bus',
  '12': 'train',
};
const LABELS: { readonly [state in BoardSource['realTime']]: Required<Readonly<Record<Language, string>>> } = {
  fresh: { fr: 'Temps réel', en: 'Real time', de: 'Echtzeit', lb: 'Echtzäit' },
  stale: {
    fr: 'Horaires théoriques : temps réel interrompu',
    en: 'Timetable only: real time is interrupted',
    de: 'Nur Fahrplan: Echtzeit unterbrochen',
    lb: 'Nëmme Fahrplang: Echtzäit ënnerbrach',
  },
  none: { fr: 'Horaires théoriques', en: 'Timetable', de: 'Fahrplan', lb: 'Fahrplang' },
};
const GONE_AFTER_MS = 30_000;

/** Departures from stops, of all operators together, earliest first, with the sources of their times. */
export async function departuresOf(
  { client, context }: MobilityParts,
  tenant: string,
  {
    feeds,
    stops,
    limit,
    language,
    now = new Date(),
  }: {
    readonly feeds: Feeds;
    readonly stops: readonly Stop[];
    readonly limit: number;
    readonly language: Language;
    readonly now?: Date;
  },
): Promise<{ departures: Departure[]; sources: BoardSource[] }> {
  if (stops.length === 0) return { departures: [], sources: [] };
  const found = await Promise.all(
    stops.map(({ id }) =>
      Array.fromAsync(
        queryAll<EstimationEntity>(client, {
          type: 'ArrivalEstimation',
          idPattern: idsAt(id),
          q: `hasStop=="${id}"`,
          tenant,
          context,
          format: 'simplified',
        }),
      ),
    ),
  );
  const entities = found.flat();
  const platforms = platformsOf(stops);
  const departures = entities
    .map((entity) => shownDeparture(entity, feeds, platforms))
    .filter(({ expected }) => Date.parse(expected) > now.getTime() - GONE_AFTER_MS)
    .sort((a, b) => a.expected.localeCompare(b.expected) || a.id.localeCompare(b.id));
  return { departures: departures.slice(0, limit), sources: sourcesOf(stops, entities, language) };
}

/** Departures of a stop have ids that begin with the stop, so that the index of ids finds them. */
function idsAt(stop: string): string {
  const name = stop.replace(':GtfsStop:', ':ArrivalEstimation:').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `^${name}:`;
}

/** The platforms by the ids of their stops. */
export function platformsOf(stops: readonly Stop[]): ReadonlyMap<string, string> {
  return new Map(stops.flatMap(({ id, platform }) => (platform === undefined ? [] : [[id, platform]])));
}

/** A departure with the colours and operator of its line, and its platform. */
export function shownDeparture(
  entity: EstimationEntity,
  feeds: Feeds,
  platforms: ReadonlyMap<string, string>,
): Departure {
  const { id, hasStop, hasRoute = '', line = '', headSign = '', routeType = '', departureStatus } = entity;
  const [planned, expected] = [instantOf(entity.plannedDeparture), instantOf(entity.expectedDeparture)];
  const platform = platforms.get(hasStop);
  return {
    id,
    stop: hasStop,
    ...(platform !== undefined && { platform }),
    line,
    headSign,
    ...shownLine(hasRoute, routeType, feeds),
    planned,
    expected,
    status: departureStatus ?? 'scheduled',
    ...(departureStatus === 'realTime' && { delay: Math.round((Date.parse(expected) - Date.parse(planned)) / 1000) }),
  };
}

/** The mode, colours and operator of a line. */
export function shownLine(route: string, routeType: string | number, { lines, operators }: Feeds) {
  const { operator, ...colours } = lines.get(route) ?? {};
  return {
    mode: MODES[routeType] ?? extendedMode(Number(routeType)),
    ...colours,
    operator: operator ?? operators.get(feedOf(route))?.name ?? feedOf(route),
  };
}

/** The mode of an extended route type, which many feeds use. */
function extendedMode(type: number): Departure['mode'] {
  if (type >= 100 && type < 200) return 'train';
  if (type >= 400 && type < 500) return 'metro';
  if (type >= 200 && type < 300) return 'bus';
  if (type >= 700 && type < 800) return 'bus';
  if (type >= 900 && type < 1000) return 'tram';
  return 'other';
}

function sourcesOf(stops: readonly Stop[], entities: readonly EstimationEntity[], language: Language): BoardSource[] {
  const sources = new Map<string, BoardSource>();
  for (const { id, operator } of stops) {
    const feed = feedOf(id);
    const own = entities.filter((entity) => feedOf(entity.id) === feed);
    const realTime = own.some(({ realTimeState }) => realTimeState === 'stale')
      ? 'stale'
      : own.some(({ realTimeState, departureStatus }) => realTimeState === 'fresh' || departureStatus === 'realTime')
        ? 'fresh'
        : 'none';
    sources.set(feed, { feed, operator, realTime, label: LABELS[realTime][language] });
  }
  return [...sources.values()];
}

export function instantOf(value: Instant): string {
  return typeof value === 'string' ? value : value['@value'];
}
