import { createHash } from 'node:crypto';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { HarvestedItem } from '../items/harvest.ts';
import { contentHash } from '../items/item-mapper.ts';
import type { FeedEntity, ServiceAlert, TranslatedString, VehiclePosition } from './feed-message.ts';
import { gtfsUrn } from './gtfs-source.ts';

const CAUSES: readonly string[] =
  'unknownCause otherCause technicalProblem strike demonstration accident holiday weather maintenance construction policeActivity medicalEmergency'.split(
    ' ',
  );
const EFFECTS: readonly string[] =
  'noService reducedService significantDelays detour additionalService modifiedService otherEffect unknownEffect stopMoved noEffect accessibilityIssue'.split(
    ' ',
  );
/** Alert severities by the severity_level of GTFS Realtime. */
const SEVERITIES: Readonly<Record<number, string>> = { 2: 'informational', 3: 'medium', 4: 'high' };
const VEHICLE_SHOWN_MS = 10 * 60_000;

/** One Alert for each disruption in a feed. */
export function alertItems(feed: string, source: string, entities: readonly FeedEntity[], now: Date): HarvestedItem[] {
  return entities.flatMap(({ id, alert, isDeleted }) => {
    if (alert === undefined || isDeleted === true) return [];
    const periods = alert.activePeriod ?? [];
    const isOver = periods.length > 0 && periods.every(({ end }) => end !== undefined && end * 1000 < now.getTime());
    return isOver ? [] : [itemOf(alertEntity(feed, source, id, alert), false)];
  });
}

function alertEntity(feed: string, source: string, id: string, alert: ServiceAlert): Entity {
  const [period] = alert.activePeriod ?? [];
  const stops = ids(alert, ({ stopId }) => stopId).map((stop) => gtfsUrn('GtfsStop', feed, stop));
  const routes = ids(alert, ({ routeId, trip }) => routeId ?? trip?.routeId).map((route) =>
    gtfsUrn('GtfsRoute', feed, route),
  );
  const description = language(alert.descriptionText) ?? language(alert.headerText);
  return {
    id: gtfsUrn('Alert', feed, id),
    type: 'Alert',
    category: { type: 'Property', value: 'traffic' },
    subCategory: { type: 'Property', value: 'publicTransport' },
    severity: { type: 'Property', value: SEVERITIES[alert.severityLevel ?? 0] ?? 'low' },
    alertSource: { type: 'Property', value: source },
    ...optional('title', language(alert.headerText)),
    ...optional('description', description),
    ...optional('page', language(alert.url)),
    ...optional('validFrom', dateTime(period?.start)),
    ...optional('validTo', dateTime(period?.end)),
    cause: { type: 'Property', value: CAUSES[(alert.cause ?? 1) - 1] ?? 'unknownCause' },
    effect: { type: 'Property', value: EFFECTS[(alert.effect ?? 8) - 1] ?? 'unknownEffect' },
    ...(stops.length === 0 ? {} : { affectedStop: { type: 'Relationship', object: stops } }),
    ...(routes.length === 0 ? {} : { affectedRoute: { type: 'Relationship', object: routes } }),
  };
}

/** One Vehicle for each vehicle position, valid for ten minutes. */
export function vehicleItems(
  feed: string,
  entities: readonly FeedEntity[],
  feedTime: number,
  now: Date,
): HarvestedItem[] {
  return entities.flatMap(({ id, vehicle, isDeleted }) => {
    if (vehicle?.position === undefined || isDeleted === true) return [];
    const seenMs = Math.min((vehicle.timestamp ?? feedTime) * 1000, now.getTime());
    if (seenMs + VEHICLE_SHOWN_MS < now.getTime()) return [];
    return [itemOf(vehicleEntity(feed, id, vehicle, vehicle.position, seenMs), true)];
  });
}

function vehicleEntity(
  feed: string,
  id: string,
  { vehicle, trip }: VehiclePosition,
  { longitude, latitude, speed, bearing }: NonNullable<VehiclePosition['position']>,
  seenMs: number,
): Entity {
  const observedAt = new Date(seenMs).toISOString();
  const property = (value: unknown, unit?: string) => ({
    type: 'Property',
    value,
    observedAt,
    ...(unit === undefined ? {} : { unitCode: unit }),
  });
  const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
  return {
    id: gtfsUrn('Vehicle', feed, vehicle?.id ?? id),
    type: 'Vehicle',
    vehicleType: { type: 'Property', value: 'bus' },
    category: { type: 'Property', value: ['public'] },
    location: {
      type: 'GeoProperty',
      value: { type: 'Point', coordinates: [rounded(longitude), rounded(latitude)] },
      observedAt,
    },
    ...(vehicle?.label === undefined ? {} : { name: { type: 'Property', value: vehicle.label } }),
    ...(speed === undefined ? {} : { speed: property(Math.round(speed * 36) / 10, 'KMH') }),
    ...(bearing === undefined ? {} : { heading: property(bearing, 'DD') }),
    ...(trip?.tripId === undefined
      ? {}
      : { hasTrip: { type: 'Relationship', object: gtfsUrn('GtfsTrip', feed, trip.tripId), observedAt } }),
    expiresAt: new Date(seenMs + VEHICLE_SHOWN_MS).toISOString(),
  };
}

/** `isTimed`: a new time at the same position counts as a change. */
function itemOf(entity: Entity, isTimed: boolean): HarvestedItem {
  const hash = isTimed ? createHash('sha256').update(JSON.stringify(entity)).digest() : contentHash([entity]);
  return { key: entity.id, hash, entities: [entity] };
}

function ids<T>(
  { informedEntity = [] }: ServiceAlert,
  idOf: (selector: NonNullable<ServiceAlert['informedEntity']>[number]) => T | undefined,
): T[] {
  return [...new Set(informedEntity.map(idOf).filter((id) => id !== undefined))];
}

/** The text in each language; without a language `und`. */
function language(text: TranslatedString | undefined): object | undefined {
  const translations = (text?.translation ?? []).filter(({ text }) => text !== '');
  const [first] = translations;
  if (first === undefined) return undefined;
  if (translations.length === 1 && !first.language) return { type: 'Property', value: first.text };
  return {
    type: 'LanguageProperty',
    languageMap: Object.fromEntries(translations.map(({ text, language }) => [language || 'und', text])),
  };
}

function dateTime(seconds: number | undefined): object | undefined {
  if (!seconds) return undefined;
  return { type: 'Property', value: { '@type': 'DateTime', '@value': new Date(seconds * 1000).toISOString() } };
}

function optional(name: string, attribute: object | undefined): object {
  return attribute === undefined ? {} : { [name]: attribute };
}
